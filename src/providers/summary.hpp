// What a metric looks like over time and what its statistics mean, in words. Neutral: serves every provider.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// `95th percentile of the window`; `median of the window` for 0.5.
std::string percentile_text(double quantile);

/// Columns of a chart (providers/provider.hpp).
inline constexpr std::size_t k_chart_columns = 60;

/// Range and chart of one metric. A chart's column spans as many whole windows as it takes to have at most 60
/// of them between the first and the last window; all series together it shows: Counter: the sum per window
/// (0 where there is none); Gauge: the mean of the values; Rate: the overall share; Trend: the overall mean.
/// Columns without a point are not there. What is not finite is passed over.
class Chart {
 public:
  /// Of all series of a metric of this type, which have windows of `resample_s` seconds.
  Chart(series::MetricType type, std::span<const series::Series> all, int resample_s);

  /// Draws one of the windows of these series; each series in turn, its windows in order.
  void add(const series::Window& window);

  /// Fills `min`, `max` and `chart` of `summary`, when all windows are drawn.
  void finish(MetricSummary& summary) const;

 private:
  /// A sum and what it is divided by.
  struct Column {
    double sum = 0;
    double weight = 0;
  };

  Column share_of(const series::Window& window) const;

  series::MetricType m_type;
  std::int64_t m_resample_s;
  std::int64_t m_first_s = 0;  ///< start of the first window
  std::uint64_t m_windows = 0;
  std::uint64_t m_per_column = 1;
  std::vector<Column> m_columns{};
  bool m_any = false;
  double m_min = 0;
  double m_max = 0;
};

}  // namespace k6apm::providers
