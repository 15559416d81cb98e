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

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument(
      "\"" + text +
      "\" is no time: allowed are RFC 3339 (2026-11-20T07:27:26Z), Unix seconds (1795159646) and an "
      "offset from the run's start (+90s, +1m30s, +250ms)");
}

std::optional<double> seconds_per_unit(std::string_view unit) {
  if (unit == "ms") return 0.001;
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  return std::nullopt;
}

/// `1h30m`, `90s`: the sum of numbers with units, in seconds.
std::optional<double> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double seconds = 0;
  while (!text.empty()) {
    const char* at = text.data();
    const std::optional<double> number = k6::parse_json_number(&at, text.data() + text.size());
    if (!number || *number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    const std::string_view unit = text.substr(0, text.find_first_of("0123456789"));
    const std::optional<double> factor = seconds_per_unit(unit);
    if (!factor) return std::nullopt;
    text.remove_prefix(unit.size());
    seconds += *number * *factor;
  }
  return seconds;
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

}  // namespace

TimeArgument parse_time_argument(const std::string& text) {
  if (!text.empty() && text.front() == '+') {
    const std::optional<double> seconds = parse_duration(std::string_view(text).substr(1));
    if (!seconds || *seconds > k_longest_seconds) refuse(text);
    return {true, std::llround(*seconds * k_nanoseconds_per_second)};
  }
  if (const auto ns = k6::parse_rfc3339(text)) return {false, *ns};
  if (const auto ns = parse_unix_seconds(text)) return {false, *ns};
  refuse(text);
}

}  // namespace k6apm::cli
