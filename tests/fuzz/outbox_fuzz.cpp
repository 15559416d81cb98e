// Any bytes are the files of an outbox, or an Error that says what is wrong; what was read is read again
// alike, and a request that is settled stays so.
//
// A line that begins with R is one of `requests`, with J one of the journal, put behind its checksum; all
// others stand in the journal as they are. Request 1 has a body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "delivery/journal.hpp"
#include "delivery/outbox.hpp"
#include "error.hpp"
#include "fuzz/scratch.hpp"

namespace {

using k6apm::delivery::Outbox;

void write_files(const std::filesystem::path& directory, std::string_view text) {
  std::ofstream requests(directory / "requests", std::ios::binary | std::ios::trunc);
  std::ofstream journal(directory / "journal", std::ios::binary | std::ios::trunc);
  journal.close();
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.substr(0, 1) == "R") {
      requests << line.substr(1) << '\n';
    } else if (line.substr(0, 1) == "J") {
      k6apm::delivery::Journal(directory / "journal", [](std::string_view) {}).append(line.substr(1));
    } else {
      std::ofstream(directory / "journal", std::ios::binary | std::ios::app) << line << '\n';
    }
  }
}

bool same(const k6apm::delivery::Outcome& a, const k6apm::delivery::Outcome& b) {
  return a.points_delivered == b.points_delivered && a.points_refused == b.points_refused &&
         a.requests == b.requests && a.retries == b.retries && a.bytes == b.bytes;
}

void use(const std::filesystem::path& directory) {
  const Outbox first(directory);
  Outbox again(directory);
  if (!same(first.account().so_far(), again.account().so_far())) std::abort();
  const std::size_t open = again.open_requests();
  if (open != first.open_requests() || (open > 0) != again.first_open_ms().has_value()) std::abort();
  k6apm::providers::Payload payload;
  if (!again.next(payload)) {
    if (open > 0) std::abort();
    return;
  }
  again.leaves(payload);
  again.settle(payload, {.delivered = payload.points});
  if (Outbox(directory).open_requests() != open - 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  std::ofstream(scratch.path() / "000001.body", std::ios::binary | std::ios::trunc) << "body";
  write_files(scratch.path(), std::string_view(reinterpret_cast<const char*>(data), size));
  try {
    use(scratch.path());
  } catch (const k6apm::Error& wrong) {
    if (wrong.notice().text.empty()) std::abort();
  }
  return 0;
}
