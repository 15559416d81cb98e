#include "k6/csv_time.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "series/window_number.hpp"

namespace k6apm::k6 {
namespace {

using series::k_nanoseconds_per_second;
/// The years that RFC 3339 times are read in, so that both ways of writing a time have the same limits.
constexpr std::int64_t k_first_s = -9'214'560'000;  ///< 1678-01-01T00:00:00Z
constexpr std::int64_t k_end_s = 9'214'646'400;     ///< 2262-01-01T00:00:00Z

struct Unit {
  std::size_t digits;  ///< at most
  std::int64_t ns;
};
constexpr Unit k_units[] = {{11, k_nanoseconds_per_second}, {14, 1'000'000}, {17, 1'000}, {19, 1}};

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t digits_of(std::string_view integer) {
  return integer.size() - (integer.starts_with('-') ? 1 : 0);
}

std::optional<std::int64_t> parse_unix(std::string_view text) {
  const std::size_t digits = digits_of(text);
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
  for (const Unit& unit : k_units) {
    if (digits > unit.digits) continue;
    const std::int64_t per_second = k_nanoseconds_per_second / unit.ns;
    if (number < k_first_s * per_second || number >= k_end_s * per_second) return std::nullopt;
    return number * unit.ns;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_csv_time(std::string_view text) {
  return is_integer(text) ? parse_unix(text) : parse_rfc3339(text);
}

bool is_fine_csv_time(std::string_view text) {
  if (is_integer(text)) return digits_of(text) > k_units[0].digits;
  return text.find('.') != std::string_view::npos;
}

bool resembles_csv_time(std::string_view text) {
  constexpr std::string_view k_shape = "0000-00-00";
  if (is_integer(text)) return true;
  if (text.size() <= k_shape.size() || (text[k_shape.size()] != 'T' && text[k_shape.size()] != 't'))
    return false;
  return std::equal(k_shape.begin(), k_shape.end(), text.begin(),
                    [](char shape, char c) { return shape == '0' ? c >= '0' && c <= '9' : c == shape; });
}

bool CsvTimeParser::take_fine() { return std::exchange(m_fine, false); }

void CsvTimeParser::read(std::string_view text) {
  m_last = text;
  m_time_ns = parse_csv_time(text);
  m_last_is_fine = m_time_ns && is_fine_csv_time(text);
}

}  // namespace k6apm::k6
