#include "k6/rfc3339.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include "series/window_number.hpp"

namespace k6apm::k6 {
namespace {

using series::k_nanoseconds_per_second;
/// What fits into 64 bits of nanoseconds, with a day to spare for the offset.
constexpr int k_first_year = 1678;
constexpr int k_last_year = 2261;

/// The number of exactly `count` digits at `at`, or -1.
int digits(const char* at, int count) {
  int number = 0;
  for (int i = 0; i < count; ++i) {
    if (at[i] < '0' || at[i] > '9') return -1;
    number = number * 10 + (at[i] - '0');
  }
  return number;
}

/// Seconds of `2026-11-20T07:27:26` read as UTC.
std::optional<std::int64_t> parse_to_second(const char* t) {
  const bool marks =
      t[4] == '-' && t[7] == '-' && (t[10] == 'T' || t[10] == 't') && t[13] == ':' && t[16] == ':';
  if (!marks) return std::nullopt;
  const int year = digits(t, 4);
  const int month = digits(t + 5, 2);
  const int day = digits(t + 8, 2);
  const int hour = digits(t + 11, 2);
  const int minute = digits(t + 14, 2);
  const int second = digits(t + 17, 2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < k_first_year || year > k_last_year || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * std::int64_t{86400} + hour * std::int64_t{3600} + minute * std::int64_t{60} + second;
}

/// Reads the decimals and the zone behind the second: the nanoseconds to add to it.
std::optional<std::int64_t> parse_rest(std::string_view rest) {
  std::int64_t nanoseconds = 0;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    std::int64_t unit = k_nanoseconds_per_second;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      unit /= 10;
      if (unit == 0) return std::nullopt;
      nanoseconds += unit * (rest.front() - '0');
      rest.remove_prefix(1);
    }
    if (unit == k_nanoseconds_per_second) return std::nullopt;
  }
  if (rest == "Z" || rest == "z") return nanoseconds;
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  const int hours = digits(rest.data() + 1, 2);
  const int minutes = digits(rest.data() + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t offset_s = hours * std::int64_t{3600} + minutes * std::int64_t{60};
  return nanoseconds + (rest[0] == '+' ? -offset_s : offset_s) * k_nanoseconds_per_second;
}

}  // namespace

std::optional<std::int64_t> TimeParser::parse(std::string_view text) {
  if (text.size() <= k_to_second) return std::nullopt;
  if (text == std::string_view(m_text.data(), m_text_size)) return m_time_ns;
  if (std::memcmp(text.data(), m_last, k_to_second) != 0) {
    const std::optional<std::int64_t> seconds = parse_to_second(text.data());
    if (!seconds) return std::nullopt;
    std::memcpy(m_last, text.data(), k_to_second);
    m_last_s = *seconds;
  }
  const std::optional<std::int64_t> rest = parse_rest(text.substr(k_to_second));
  if (!rest) return std::nullopt;
  m_time_ns = m_last_s * k_nanoseconds_per_second + *rest;
  m_text_size = text.copy(m_text.data(), m_text.size()) == text.size() ? text.size() : 0;
  return m_time_ns;
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) { return TimeParser().parse(text); }

std::string format_rfc3339(std::int64_t time_ns) {
  const std::chrono::nanoseconds since_epoch(time_ns);
  const auto whole_days = std::chrono::floor<std::chrono::days>(since_epoch);
  const std::chrono::year_month_day date{std::chrono::sys_days(whole_days)};
  const std::chrono::hh_mm_ss time(since_epoch - whole_days);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) {
    text += fmt::format(".{:09}", time.subseconds().count());
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

}  // namespace k6apm::k6
