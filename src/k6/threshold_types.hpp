// What the thresholds of a metric tell about its type, where no input says it.
// Source: k6-docs, "Thresholds"; k6 v0.20 to v2.2, stats/thresholds.go, metrics/thresholds_parser.go and
// metrics/metric_type.go. There are no other names of these aggregations in any of them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "series/series.hpp"

namespace k6apm::k6 {

/// The metric of a threshold's key: `http_reqs` of `http_reqs{status:200}`.
std::string_view metric_of_threshold(std::string_view key);

/// The one type that a metric can have with all of these expressions, each of which begins with an
/// aggregation: `avg`, `min`, `med`, `max`, `p(N)` of a Trend, `value` of a Gauge, `count` of a Counter,
/// `rate` of a Rate or, with `count` beside it, of a Counter. Nothing where they contradict each other or say
/// nothing, and where a `rate` alone is compared with more than the 1 that a Rate can be: per second, of a
/// Counter, or percents by mistake. An expression that begins otherwise is passed over.
std::optional<series::MetricType> type_of_thresholds(const std::vector<std::string_view>& expressions);

}  // namespace k6apm::k6
