// Specification: the metadata of Datadog's k6 integration (DataDog/integrations-extras, k6/metadata.csv).
// What surprises: the median is `.median` but percentiles are `.95percentile`; `.count` is no count but a
// rate; and the dashboard adds up counts by itself (cumsum), so they are what a window brought, not running
// totals.
#include "providers/datadog_series.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "providers/summary.hpp"

namespace k6apm::providers {
namespace {

using Value = DatadogStatistic::Value;

DatadogStatistic trend_statistic(const series::TrendStat& stat, const std::vector<double>& quantiles) {
  using Kind = series::TrendStat::Kind;
  switch (stat.kind) {
    case Kind::avg:
      return {Value::trend_avg, DatadogType::gauge, ".avg", "mean of the window"};
    case Kind::min:
      return {Value::trend_min, DatadogType::gauge, ".min", "minimum of the window"};
    case Kind::max:
      return {Value::trend_max, DatadogType::gauge, ".max", "maximum of the window"};
    case Kind::count:
      return {Value::trend_frequency, DatadogType::rate, ".count", "values per second"};
    case Kind::sum:
      return {Value::trend_sum, DatadogType::count, ".sum", "sum of the window"};
    case Kind::quantile:
      break;
  }
  // Ten digits: 0.95 * 100 is not 95 to the last bit.
  std::string suffix =
      stat.quantile == 0.5 ? ".median" : fmt::format(".{:.10g}percentile", stat.quantile * 100);
  return {Value::trend_quantile, DatadogType::gauge, std::move(suffix), percentile_text(stat.quantile),
          series::position_of(quantiles, stat.quantile)};
}

}  // namespace

std::string_view name_of(DatadogType type) {
  switch (type) {
    case DatadogType::count:
      return "count";
    case DatadogType::rate:
      return "rate";
    case DatadogType::gauge:
      break;
  }
  return "gauge";
}

bool DatadogStatistic::is_unitless() const {
  return value == Value::rate_share || value == Value::rate_count || value == Value::rate_nonzero ||
         value == Value::trend_frequency;
}

std::vector<DatadogStatistic> datadog_statistics(series::MetricType type, const ExportSettings& settings) {
  std::vector<DatadogStatistic> statistics;
  switch (type) {
    case series::MetricType::counter:
      return {{Value::counter_sum, DatadogType::count, "", "sum of the window"}};
    case series::MetricType::gauge:
      return {{Value::gauge_last, DatadogType::gauge, "", "last value of the window"}};
    case series::MetricType::trend:
      for (const series::TrendStat& stat : settings.trend_stats) {
        DatadogStatistic next = trend_statistic(stat, settings.quantiles);
        const bool known =
            std::any_of(statistics.begin(), statistics.end(),
                        [&next](const DatadogStatistic& one) { return one.suffix == next.suffix; });
        if (!known) statistics.push_back(std::move(next));  // med and p(50) have one name here
      }
      return statistics;
    case series::MetricType::rate:
      break;
  }
  statistics.push_back(
      {Value::rate_share, DatadogType::gauge, "", "share of points in the window that are not zero"});
  if (settings.rate_counts) {
    statistics.push_back({Value::rate_count, DatadogType::count, ".total", "points in the window"});
    statistics.push_back({Value::rate_nonzero, DatadogType::count, ".nonzero_total",
                          "points in the window that are not zero"});
  }
  return statistics;
}

double value_of(const DatadogStatistic& statistic, const series::Window& window, int window_s) {
  switch (statistic.value) {
    case Value::counter_sum:
    case Value::trend_sum:
      return window.sum.value();
    case Value::gauge_last:
      return window.last;
    case Value::rate_share:
      return static_cast<double>(window.nonzero) / static_cast<double>(window.count);
    case Value::rate_count:
      return static_cast<double>(window.count);
    case Value::rate_nonzero:
      return static_cast<double>(window.nonzero);
    case Value::trend_avg:
      return window.sum.value() / static_cast<double>(window.count);
    case Value::trend_min:
      return window.min;
    case Value::trend_max:
      return window.max;
    case Value::trend_quantile:
      return window.quantiles.at(statistic.quantile);
    case Value::trend_frequency:
      return static_cast<double>(window.count) / window_s;
  }
  return 0;
}

}  // namespace k6apm::providers
