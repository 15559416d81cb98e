#include "providers/prometheus_series.hpp"

#include <utility>

#include <fmt/format.h>

#include "providers/summary.hpp"

namespace k6apm::providers {
namespace {

using Value = Statistic::Value;

std::vector<Statistic> trend_statistics(const std::vector<series::TrendStat>& stats,
                                        const std::vector<double>& quantiles) {
  using Kind = series::TrendStat::Kind;
  std::vector<Statistic> statistics;
  for (const series::TrendStat& stat : stats) {
    const std::string suffix = "_" + stat.name;
    switch (stat.kind) {
      case Kind::avg:
        statistics.push_back({Value::trend_avg, 0, suffix, "mean of the window"});
        break;
      case Kind::min:
        statistics.push_back({Value::trend_min, 0, suffix, "minimum of the window"});
        break;
      case Kind::max:
        statistics.push_back({Value::trend_max, 0, suffix, "maximum of the window"});
        break;
      case Kind::count:
        statistics.push_back({Value::trend_count, 0, suffix, "running total of values"});
        break;
      case Kind::sum:
        statistics.push_back({Value::trend_sum, 0, suffix, "running sum of values"});
        break;
      case Kind::quantile:
        statistics.push_back({Value::trend_quantile, series::position_of(quantiles, stat.quantile), suffix,
                              percentile_text(stat.quantile)});
        break;
    }
  }
  return statistics;
}

std::string_view unit_of(series::Contains contains) {
  switch (contains) {
    case series::Contains::time:
      return "milliseconds";
    case series::Contains::data:
      return "bytes";
    case series::Contains::plain:
      break;
  }
  return {};
}

}  // namespace

bool Statistic::is_total() const {
  return value == Value::counter_total || value == Value::rate_count || value == Value::rate_nonzero ||
         value == Value::trend_count || value == Value::trend_sum;
}

bool Statistic::is_unitless() const {
  return value == Value::rate_share || value == Value::rate_count || value == Value::rate_nonzero ||
         value == Value::trend_count;
}

std::vector<Statistic> statistics_of(series::MetricType type, const ExportSettings& settings) {
  switch (type) {
    case series::MetricType::counter:
      return {{Value::counter_total, 0, "", "running total"}};
    case series::MetricType::gauge:
      return {{Value::gauge_last, 0, "", "last value of the window"}};
    case series::MetricType::trend:
      return trend_statistics(settings.trend_stats, settings.quantiles);
    case series::MetricType::rate:
      break;
  }
  std::vector<Statistic> statistics{
      {Value::rate_share, 0, "", "share of points in the window that are not zero"}};
  if (settings.rate_counts) {
    statistics.push_back({Value::rate_count, 0, "_total", "running total of points"});
    statistics.push_back(
        {Value::rate_nonzero, 0, "_nonzero_total", "running total of points that are not zero"});
  }
  return statistics;
}

Metadata metadata_of(const Statistic& statistic, std::string_view target, std::string_view metric,
                     series::MetricType type, series::Contains contains) {
  Metadata metadata;
  metadata.name = fmt::format("{}{}", target, statistic.suffix);
  metadata.counter = statistic.is_total();
  metadata.help = fmt::format("k6 {} {}, {}", series::name_of(type), metric, statistic.meaning);
  if (!statistic.is_unitless()) metadata.unit = unit_of(contains);
  return metadata;
}

void RunningTotals::add(const series::Window& window) {
  sum.add(window.sum);
  count += window.count;
  nonzero += window.nonzero;
}

double value_of(const Statistic& statistic, const series::Window& window, const RunningTotals& totals) {
  switch (statistic.value) {
    case Value::counter_total:
    case Value::trend_sum:
      return totals.sum.value();
    case Value::rate_count:
    case Value::trend_count:
      return static_cast<double>(totals.count);
    case Value::rate_nonzero:
      return static_cast<double>(totals.nonzero);
    case Value::gauge_last:
      return window.last;
    case Value::rate_share:
      return static_cast<double>(window.nonzero) / static_cast<double>(window.count);
    case Value::trend_avg:
      return window.sum.value() / static_cast<double>(window.count);
    case Value::trend_min:
      return window.min;
    case Value::trend_max:
      return window.max;
    case Value::trend_quantile:
      return window.quantiles.at(statistic.quantile);
  }
  return 0;
}

}  // namespace k6apm::providers
