#include "series/trend_stats.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>

#include <charconv>
#include <stdexcept>

namespace k6apm::series {
namespace {

[[noreturn]] void refuse(std::string_view item) {
  const bool percentile = item.size() > 1 && (item[0] == 'p' || item[0] == 'P') &&
                          item.find_first_not_of("0123456789.", 1) == std::string_view::npos;
  if (percentile) {
    throw std::invalid_argument(
        fmt::format("\"{}\" is no trend statistic: k6 writes this one p({})", item, item.substr(1)));
  }
  throw std::invalid_argument(
      fmt::format("\"{}\" is no trend statistic: allowed are avg, min, med, max, count, sum and p(N) with N "
                  "from 0 to 100",
                  item));
}

TrendStat parse_percentile(std::string_view item) {
  const std::string_view digits = item.substr(2, item.size() - 3);
  double percent = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), percent, std::chars_format::fixed);
  if (error != std::errc{} || end != digits.data() + digits.size() || !(percent >= 0 && percent <= 100))
    refuse(item);
  std::string name = "p";
  for (const char c : digits) {
    if (c != '.') name += c;
  }
  return {TrendStat::Kind::quantile, percent / 100, name};
}

TrendStat parse_one(std::string_view item) {
  using Kind = TrendStat::Kind;
  if (item == "avg") return {Kind::avg, 0, "avg"};
  if (item == "min") return {Kind::min, 0, "min"};
  if (item == "max") return {Kind::max, 0, "max"};
  if (item == "med") return {Kind::quantile, 0.5, "med"};
  if (item == "count") return {Kind::count, 0, "count"};
  if (item == "sum") return {Kind::sum, 0, "sum"};
  if (item.size() > 3 && item.substr(0, 2) == "p(" && item.back() == ')') return parse_percentile(item);
  refuse(item);
}

}  // namespace

std::vector<TrendStat> parse_trend_stats(std::string_view list) {
  std::vector<TrendStat> stats;
  while (true) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    TrendStat stat = parse_one(item);
    for (const TrendStat& other : stats) {
      if (other.name == stat.name)
        throw std::invalid_argument(fmt::format("\"{}\" would be exported twice as {}", item, stat.name));
    }
    stats.push_back(std::move(stat));
    if (comma == std::string_view::npos) return stats;
    list.remove_prefix(comma + 1);
  }
}

std::vector<double> quantiles_of(const std::vector<TrendStat>& stats) {
  std::vector<double> quantiles;
  for (const TrendStat& stat : stats) {
    if (stat.kind == TrendStat::Kind::quantile) quantiles.push_back(stat.quantile);
  }
  return quantiles;
}

std::size_t position_of(const std::vector<double>& quantiles, double quantile) {
  const auto found = std::find(quantiles.begin(), quantiles.end(), quantile);
  assert(found != quantiles.end());
  return static_cast<std::size_t>(found - quantiles.begin());
}

}  // namespace k6apm::series
