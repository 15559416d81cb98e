#include "apm/k6_duration.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace k6apm::apm {

namespace {

struct Unit {
  std::string_view name;
  double ns;
};
constexpr double ns_in_s = 1e9;
// Longer names before those they begin with; both signs for micro.
constexpr Unit units[] = {{"ns", 1},   {"us", 1e3}, {"\xC2\xB5s", 1e3},  {"\xCE\xBCs", 1e3},
                          {"ms", 1e6}, {"s", 1e9},  {"m", 60 * ns_in_s}, {"h", 3600 * ns_in_s}};

// Digits, at most one dot among them, at the start of `text`, which they are taken from.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, number);
  if (error != std::errc{} || stop != text.data() + end) return std::nullopt;
  text.remove_prefix(end);
  return number;
}

// Go's time.ParseDuration.
std::optional<double> parse_go_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double ns = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const auto* const unit = std::find_if(std::begin(units), std::end(units),
                                          [&](const Unit& one) { return text.starts_with(one.name); });
    if (!number || unit == std::end(units)) return std::nullopt;
    text.remove_prefix(unit->name.size());
    ns += std::round(*number * unit->ns);
  }
  return (is_negative ? -ns : ns) / ns_in_s;
}

}  // namespace

std::optional<double> parse_k6_duration(std::string_view text) {
  constexpr double ms_in_s = 1000;
  constexpr double s_in_day = 86'400;
  double ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error == std::errc{} && end == text.data() + text.size())
    return std::isfinite(ms) ? std::optional(ms / ms_in_s) : std::nullopt;
  const std::size_t day = text.find('d');
  if (day == std::string_view::npos) return parse_go_duration(text);
  std::int64_t days = 0;
  const auto [stop, wrong] = std::from_chars(text.data(), text.data() + day, days);
  if (wrong != std::errc{} || stop != text.data() + day) return std::nullopt;
  const std::optional<double> rest =
      day + 1 < text.size() ? parse_go_duration(text.substr(day + 1)) : std::optional(0.0);
  if (!rest || *rest < 0) return std::nullopt;
  return static_cast<double>(days) * s_in_day + (text.starts_with('-') ? -*rest : *rest);
}

}  // namespace k6apm::apm
