#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "cli/job.hpp"
#include "k6/json_number.hpp"
#include "k6/rfc3339.hpp"

namespace k6apm::cli {
namespace {

constexpr double k_nanoseconds_per_second = 1e9;
/// Offsets and Unix times beyond this are no times of a load test; it keeps nanoseconds within 64 bits.
constexpr double k_longest_seconds = 9e9;

/// `more` is what is allowed here beside what always is.
[[noreturn]] void refuse_time(const std::string& text, const std::string& more) {
  throw std::invalid_argument("\"" + text + "\" is no time: allowed are " + more +
                              "RFC 3339 (2026-11-20T07:27:26Z), Unix seconds (1795159646) and an "
                              "offset from the run's start (+90s, +1m30s, +250ms)");
}

std::optional<double> nanoseconds_per_unit(std::string_view unit) {
  if (unit == "ms") return 1e6;
  if (unit == "s") return k_nanoseconds_per_second;
  if (unit == "m") return 60 * k_nanoseconds_per_second;
  if (unit == "h") return 3600 * k_nanoseconds_per_second;
  return std::nullopt;
}

/// `1h30m`, `90s`: the sum of numbers with units, in nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text) {
  constexpr double k_longest_ns = k_longest_seconds * k_nanoseconds_per_second;
  if (text.empty()) return std::nullopt;
  std::int64_t nanoseconds = 0;
  while (!text.empty()) {
    const char* at = text.data();
    const std::optional<double> number = k6::parse_json_number(&at, text.data() + text.size());
    if (!number || *number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    const std::string_view unit = text.substr(0, text.find_first_of("0123456789"));
    const std::optional<double> factor = nanoseconds_per_unit(unit);
    if (!factor) return std::nullopt;
    text.remove_prefix(unit.size());
    const double term = *number * *factor;
    if (term + static_cast<double>(nanoseconds) > k_longest_ns) return std::nullopt;
    nanoseconds += std::llround(term);
  }
  return nanoseconds;
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Unix seconds with up to nine decimals, without going through a double.
std::optional<std::int64_t> parse_unix_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "0" : text.substr(point + 1);
  if (whole.empty() || whole.size() > 10 || !all_digits(whole)) return std::nullopt;
  if (decimals.empty() || decimals.size() > 9 || !all_digits(decimals)) return std::nullopt;
  std::string nanoseconds(decimals);
  nanoseconds.resize(9, '0');
  const std::int64_t seconds = std::stoll(std::string(whole));
  if (static_cast<double>(seconds) > k_longest_seconds) return std::nullopt;
  return seconds * static_cast<std::int64_t>(k_nanoseconds_per_second) + std::stoll(nanoseconds);
}

std::optional<TimeArgument> parse(const std::string& text) {
  if (!text.empty() && text.front() == '+') {
    if (const auto ns = parse_duration(std::string_view(text).substr(1)))
      return TimeArgument{TimeBase::run_start, *ns};
    return std::nullopt;
  }
  if (const auto ns = k6::parse_rfc3339(text)) return TimeArgument{TimeBase::epoch, *ns};
  if (const auto ns = parse_unix_seconds(text)) return TimeArgument{TimeBase::epoch, *ns};
  return std::nullopt;
}

}  // namespace

TimeArgument parse_time_argument(const std::string& text) {
  if (const auto time = parse(text)) return *time;
  refuse_time(text, "");
}

TimeArgument parse_target_time(const std::string& text) {
  if (text == "now") return {TimeBase::now, 0};
  if (const auto time = parse(text)) return *time;
  refuse_time(text, "\"now\", ");
}

}  // namespace k6apm::cli
