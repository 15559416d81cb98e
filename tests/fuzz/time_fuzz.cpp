// A parser that remembers the last time reads every text as a fresh one does, and what is read survives being
// written. CSV has the times of JSON and numbers beside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "k6/csv_time.hpp"
#include "k6/rfc3339.hpp"

namespace {

using namespace k6apm::k6;

// Only an offset can lead out of the years that are read, and then by a day at most.
constexpr std::int64_t k_first = -9'214'560'000LL * 1'000'000'000;
constexpr std::int64_t k_last = 9'214'646'400LL * 1'000'000'000;

void check_csv(CsvTimeParser& parser, std::string_view text) {
  const auto time = parse_csv_time(text);
  if (parser.parse(text) != time || parser.parse(text) != time) std::abort();
  const bool fine = time && is_fine_csv_time(text);
  if (time && *time % 1'000'000'000 != 0 && !fine) std::abort();
  if (parser.take_fine() != fine) std::abort();
  if (time && !resembles_csv_time(text)) std::abort();
  if (const auto json = parse_rfc3339(text)) {
    if (time != json) std::abort();
  } else if (time && (*time < k_first || *time >= k_last)) {
    std::abort();
  }
}

void check(TimeParser& parser, std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (parser.parse(text) != time) std::abort();
  if (!time) return;
  if (*time >= k_first && *time < k_last && parse_rfc3339(format_rfc3339(*time)) != time) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  TimeParser parser;
  CsvTimeParser csv_parser;
  while (!text.empty()) {
    const std::size_t stop = text.find('\n');
    check(parser, text.substr(0, stop));
    check_csv(csv_parser, text.substr(0, stop));
    if (stop == std::string_view::npos) break;
    text.remove_prefix(stop + 1);
  }
  return 0;
}
