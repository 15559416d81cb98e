// k6's list of trend statistics, `avg,min,med,max,p(90),count,sum`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace k6apm::series {

/// One statistic of a Trend.
struct TrendStat {
  enum class Kind { avg, min, max, count, sum, quantile };
  Kind kind = Kind::avg;
  double quantile = 0;  ///< Kind::quantile: 0 to 1; `med` is 0.5
  std::string name{};   ///< as k6's Prometheus output spells it: avg, med, p95, p999 (for p(99.9)), count
};

/// Parses a list as k6's --summary-trend-stats takes it, with `sum` beside. Throws std::invalid_argument
/// whose text names the wrong item and what is allowed.
std::vector<TrendStat> parse_trend_stats(std::string_view list);

/// The quantiles among `stats`, in their order.
std::vector<double> quantiles_of(const std::vector<TrendStat>& stats);

/// Where `quantile`, which is one of them, stands in `quantiles`.
std::size_t position_of(const std::vector<double>& quantiles, double quantile);

}  // namespace k6apm::series
