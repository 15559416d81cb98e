// Times as k6 writes them: Go's RFC3339Nano, in the local zone of the load generator.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace k6apm::k6 {

/// Reads `2026-11-20T07:27:26.123456789+05:30` or `...Z`: 0 to 9 decimals, any offset. The result is Unix
/// time in nanoseconds, so years 1678 to 2261 are possible; nothing where the text is no such time.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

/// `time_ns` in UTC, with as many decimals as it needs: `2026-11-20T07:27:26.5Z`.
std::string format_rfc3339(std::int64_t time_ns);

/// The same reader for many times in a row: remembers the last time, which is that of all lines of a request,
/// and its date and second. For one thread.
class TimeParser {
 public:
  std::optional<std::int64_t> parse(std::string_view text);

 private:
  static constexpr std::size_t k_to_second = 19;  ///< length of `2026-11-20T07:27:26`
  char m_last[k_to_second + 1] = "1970-01-01T00:00:00";
  std::int64_t m_last_s = 0;      ///< Unix time of m_last read as UTC
  std::array<char, 36> m_text{};  ///< the last text, where there is room: all that k6 writes have it
  std::size_t m_text_size = 0;
  std::int64_t m_time_ns = 0;  ///< of m_text
};

}  // namespace k6apm::k6
