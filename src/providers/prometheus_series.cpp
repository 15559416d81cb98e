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

/// The name in k6's own output tells the unit.
Statistic histogram(series::Contains contains, bool k6_names) {
  const bool times = contains == series::Contains::time;
  const bool data = contains == series::Contains::data;
  return {Value::trend_histogram, 0,
          !k6_names ? ""
          : times   ? "_seconds"
          : data    ? "_bytes"
                    : "",
          "histogram of all values"};
}

std::vector<Statistic> statistics_of_trend(series::Contains contains, const ExportSettings& settings) {
  std::vector<Statistic> statistics = settings.native_histograms
                                          ? std::vector{histogram(contains, settings.k6_names)}
                                          : trend_statistics(settings.trend_stats, settings.quantiles);
  if (!settings.k6_names || contains != series::Contains::time) return statistics;
  for (Statistic& statistic : statistics) {
    if (!statistic.is_unitless()) statistic.divisor = k_k6_names_time_divisor;
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
         value == Value::trend_count || value == Value::trend_sum || value == Value::trend_histogram;
}

bool Statistic::is_unitless() const {
  return value == Value::rate_share || value == Value::rate_count || value == Value::rate_nonzero ||
         value == Value::trend_count;
}

std::vector<Statistic> statistics_of(series::MetricType type, series::Contains contains,
                                     const ExportSettings& settings) {
  switch (type) {
    case series::MetricType::counter:
      return {{Value::counter_total, 0, settings.k6_names ? "_total" : "", "running total"}};
    case series::MetricType::gauge:
      return {{Value::gauge_last, 0, "", "last value of the window"}};
    case series::MetricType::trend:
      return statistics_of_trend(contains, settings);
    case series::MetricType::rate:
      break;
  }
  std::vector<Statistic> statistics{{Value::rate_share, 0, settings.k6_names ? "_rate" : "",
                                     "share of points in the window that are not zero"}};
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
  metadata.histogram = statistic.is_histogram();
  metadata.counter = statistic.is_total() && !metadata.histogram;
  metadata.help = fmt::format("k6 {} {}, {}", series::name_of(type), metric, statistic.meaning);
  const bool in_seconds = statistic.divisor == k_k6_names_time_divisor;
  if (!statistic.is_unitless()) metadata.unit = in_seconds ? "seconds" : unit_of(contains);
  return metadata;
}

void RunningTotals::add(const series::Window& window) {
  sum.add(window.sum);
  count += window.count;
  nonzero += window.nonzero;
}

namespace {

/// In k6's own unit.
double k6_value_of(const Statistic& statistic, const series::Window& window, const RunningTotals& totals) {
  switch (statistic.value) {
    case Value::counter_total:
    case Value::trend_sum:
    case Value::trend_histogram:
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

}  // namespace

double value_of(const Statistic& statistic, const series::Window& window, const RunningTotals& totals) {
  return k6_value_of(statistic, window, totals) / statistic.divisor;
}

}  // namespace k6apm::providers
