// Times as k6 writes them into CSV: K6_CSV_TIME_FORMAT is unix (whole seconds, the default), unix_milli,
// unix_micro, unix_nano, rfc3339 or rfc3339_nano, and nothing in the file says which. k6 began in 2016 and
// its times are those of the run, so the number of digits tells the unit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k6/rfc3339.hpp"

namespace k6apm::k6 {

/// Up to 11 digits are seconds, 12 to 14 milliseconds, 15 to 17 microseconds, 18 and 19 nanoseconds, each
/// with an optional minus sign. The result is Unix time in nanoseconds; nothing where the text is no time, or
/// one outside the years 1678 to 2261.
std::optional<std::int64_t> parse_csv_time(std::string_view text);

/// Whether `text`, which is a time, is written with more than whole seconds: only then is it exact.
bool is_fine_csv_time(std::string_view text);

/// Whether `text` was meant as a time, even if it is out of range.
bool resembles_csv_time(std::string_view text);

/// The same reader for many times in a row: remembers the last. For one thread.
class CsvTimeParser {
 public:
  std::optional<std::int64_t> parse(std::string_view text) {
    if (text != m_last) read(text);
    m_fine = m_fine || m_last_is_fine;
    return m_time_ns;
  }

  /// Takes the time and the comma behind it from the front of `row`; nothing where no time with a comma
  /// stands there.
  std::optional<std::int64_t> parse_field(std::string_view& row) {
    std::size_t size = m_last.size();
    if (row.size() <= size || row[size] != ',' || !row.starts_with(m_last)) {
      size = row.find(',');
      if (size == std::string_view::npos) return std::nullopt;
    }
    const std::optional<std::int64_t> time_ns = parse(row.substr(0, size));
    if (time_ns) row.remove_prefix(size + 1);
    return time_ns;
  }

  /// Whether a fine time was read since the last call.
  bool take_fine();

 private:
  void read(std::string_view text);

  std::string m_last{};
  std::optional<std::int64_t> m_time_ns{};
  bool m_last_is_fine = false;
  bool m_fine = false;
};

}  // namespace k6apm::k6
