// What a metric looks like over time and what its statistics mean, in words. Neutral: serves every provider.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// `95th percentile of the window`; `median of the window` for 0.5.
std::string percentile_text(double quantile);

/// Columns of a chart (providers/provider.hpp).
inline constexpr std::size_t k_chart_columns = 60;

/// Fills `min`, `max` and `chart` of `summary` from the series of one metric, which have windows of
/// `resample_s` seconds. A chart's column spans as many whole windows as it takes to have at most 60 of them
/// between the first and the last window; all series together it shows: Counter: the sum per window (0 where
/// there is none); Gauge: the mean of the values; Rate: the overall share; Trend: the overall mean. Columns
/// without a point are not there. What is not finite is passed over.
void draw(MetricSummary& summary, const std::vector<const series::Series*>& all, int resample_s);

}  // namespace k6apm::providers
