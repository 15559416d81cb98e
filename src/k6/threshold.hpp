// k6's thresholds: what one says, and whether it holds over a whole run.
// Source: k6 v0.38 to v2.2, metrics/thresholds_parser.go, metrics/thresholds.go, metrics/metric.go
// (ParseMetricName, AddSubmetric) and metrics/engine/engine.go. Before v0.38 an expression was JavaScript;
// the usual ones are spelled alike.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "series/series.hpp"

namespace k6apm::k6 {

/// What a threshold is about: a metric, or those of its points that have certain tags.
struct Submetric {
  std::string metric{};
  series::Tags tags{};  ///< sorted by name; each of them as k6 trims it

  /// Whether a point with these tags is one of it. One without a value is never met, as in k6.
  bool selects(const series::Tags& of_point) const;
};

/// Reads `http_req_duration` or `http_req_duration{scenario:checkout,status:200}`. Throws
/// std::invalid_argument that says what is wrong.
Submetric parse_submetric(std::string_view spelled);

/// One expression.
struct Threshold {
  enum class Aggregation { count, rate, value, avg, min, max, quantile };
  enum class Operator { less, at_most, more, at_least, equal, unequal };
  std::string text{};  ///< as spelled: `p(95)<500`
  Aggregation aggregation = Aggregation::count;
  double quantile = 0;  ///< 0 to 1; `med` is 0.5
  Operator operation = Operator::less;
  double limit = 0;

  bool holds(double value) const;
  /// Whether a metric of this type has such an aggregation.
  bool suits(series::MetricType type) const;
};

/// Reads `p(95) < 500`. Throws std::invalid_argument that says what is wrong.
Threshold parse_threshold(std::string_view spelled);

/// The value that `threshold` compares, of a metric of `type`, which it suits. `run` is the one window of the
/// whole run, null where there are no points, made with `quantiles`; `seconds` is how long the run took. k6
/// takes 0 where there are no points. Nothing where it does not judge: the share of no points, and here the
/// rate of a counter in no time, too.
std::optional<double> value_of(const Threshold& threshold, series::MetricType type, const series::Window* run,
                               std::span<const double> quantiles, double seconds);

}  // namespace k6apm::k6
