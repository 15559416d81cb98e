// Which Prometheus series a k6 metric becomes, and their values window by window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.hpp"
#include "providers/remote_write.hpp"
#include "series/exact_sum.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// One exported series of a metric: what it is called after the target, and which value it has.
struct Statistic {
  enum class Value {
    counter_total,  ///< sum since the run's start
    gauge_last,
    rate_share,
    rate_count,    ///< points since the run's start
    rate_nonzero,  ///< points that are not zero since the run's start
    trend_avg,
    trend_min,
    trend_max,
    trend_quantile,
    trend_count,      ///< points since the run's start
    trend_sum,        ///< sum since the run's start
    trend_histogram,  ///< all of it since the run's start; as a number its sum
  };
  Value value = Value::gauge_last;
  std::size_t quantile = 0;  ///< trend_quantile: position in Window::quantiles
  std::string suffix{};      ///< what follows the target, with its `_`
  std::string meaning{};     ///< for the help text: "95th percentile of the window"
  double divisor = 1;        ///< from k6's unit to the exported one

  bool is_histogram() const { return value == Value::trend_histogram; }
  /// Whether it is a running total, which begins with a 0 and is a counter, or a histogram.
  bool is_total() const;
  /// Whether it counts points or is a share, and so has no unit whatever the metric measures.
  bool is_unitless() const;
};

/// What k6's own Prometheus output divides the values of Trends of times by: it has them in seconds (k6,
/// internal/output/prometheusrw).
inline constexpr double k_k6_names_time_divisor = 1000;

/// The exported series of a metric of this type, in the order in which they are sent.
std::vector<Statistic> statistics_of(series::MetricType type, series::Contains contains,
                                     const ExportSettings& settings);

/// What goes along with `target` + suffix. The unit is k6's own (`contains`), but for times that are divided.
Metadata metadata_of(const Statistic& statistic, std::string_view target, std::string_view metric,
                     series::MetricType type, series::Contains contains);

/// The totals of one k6 series since the run's start.
struct RunningTotals {
  series::ExactSum sum{};
  std::uint64_t count = 0;
  std::uint64_t nonzero = 0;

  void add(const series::Window& window);
};

/// The value at the end of `window`; `totals` include it. Not finite where a sum is beyond the largest
/// double.
double value_of(const Statistic& statistic, const series::Window& window, const RunningTotals& totals);

}  // namespace k6apm::providers
