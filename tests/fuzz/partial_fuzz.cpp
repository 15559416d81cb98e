// Any bytes are a partial result or an error that says why not, however they are cut into blocks; what is
// taken can be written and read again, and is then the same.
#include <xxhash.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"
#include "k6/gather.hpp"
#include "k6/partial_fields.hpp"
#include "k6/partial_writer.hpp"
#include "unit/k6/agreement.hpp"
#include "unit/k6/memory_file.hpp"

namespace {

using namespace k6apm::k6;

const std::vector<StateOption> k_options{{"speed", "high"}};
const std::atomic<bool> k_never{false};

/// With what stands at the beginning and the end of every partial result.
std::string completed(std::string_view fields) {
  std::string content(k_partial_magic);
  content += std::string_view("\x10\x01\x22\x0d\x0a\x05speed\x12\x04high", 17);
  content += fields;
  const std::uint64_t checksum = XXH3_64bits(content.data(), content.size());
  content += static_cast<char>(k_checksum_field << 3U | 1U);
  for (unsigned shift = 0; shift < 64; shift += 8) content += static_cast<char>(checksum >> shift & 0xffU);
  return content;
}

Gathered gathered(const std::string& path, std::size_t block_bytes, bool keep_state) {
  GatherSettings settings;
  settings.paths = {path};
  settings.block_bytes = block_bytes;
  settings.quantiles = {0.5};
  settings.state_options = k_options;
  settings.keep_state = keep_state;
  settings.allow_duplicates = true;
  static const std::vector rules{k6apm::k6::test::rule_for_everything(),
                                 k6apm::k6::test::rule_for_everything({"a"})};
  return gather(settings, rules, k_never);
}

std::string written(Gathered&& run) {
  std::string file;
  const auto put = [&file](std::string_view piece) {
    file += piece;
    return true;
  };
  if (run.state) write_partial(std::move(*run.state), k_options, "0", put, k_never);
  return file;
}

/// Empty where it is refused.
std::string read(const std::string& content, std::size_t block_bytes) {
  const test::MemoryFile file(content);
  try {
    std::string again = written(gathered(file.path(), block_bytes, true));
    gathered(file.path(), block_bytes, false);  // finishes its series
    return again;
  } catch (const k6apm::Error& error) {
    const bool known =
        error.status() == k6apm::ExitStatus::input || error.status() == k6apm::ExitStatus::usage;
    if (!known || error.notice().text.empty()) std::abort();
    return {};
  }
}

void check(const std::string& content) {
  const std::string once = read(content, 0);
  if (once != read(content, 7)) std::abort();
  if (!once.empty() && read(once, 0) != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!bytes.empty() && bytes.front() == '\x0a') check(std::string(bytes));  // as it is
  check(completed(bytes));
  return 0;
}
