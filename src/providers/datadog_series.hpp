// Which Datadog series a k6 metric becomes, and their values window by window.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// The type of a Datadog metric, by its number in a request (API v2, MetricIntakeType).
enum class DatadogType { count = 1, rate = 2, gauge = 3 };

/// `count`, `rate` or `gauge`.
std::string_view name_of(DatadogType type);

/// One exported series of a metric: what it is called after the target, and which value of a window it has.
struct DatadogStatistic {
  enum class Value {
    counter_sum,
    gauge_last,
    rate_share,
    rate_count,    ///< points in the window
    rate_nonzero,  ///< those that are not zero
    trend_avg,
    trend_min,
    trend_max,
    trend_quantile,
    trend_frequency,  ///< values per second
    trend_sum,
  };
  Value value = Value::gauge_last;
  DatadogType type = DatadogType::gauge;
  std::string suffix{};      ///< what follows the target, with its dot
  std::string meaning{};     ///< for the description: "95th percentile of the window"
  std::size_t quantile = 0;  ///< trend_quantile: position in Window::quantiles

  /// Whether it counts points or is a share, and so has not the unit of what the metric measures.
  bool is_unitless() const;
};

/// The exported series of a metric of this type, in the order in which they are sent.
std::vector<DatadogStatistic> datadog_statistics(series::MetricType type, const ExportSettings& settings);

/// The value of `window`, which is `window_s` seconds long. Not finite where a sum is beyond the largest
/// double.
double value_of(const DatadogStatistic& statistic, const series::Window& window, int window_s);

}  // namespace k6apm::providers
