// Percentiles as k6's end-of-test summary computes them.
#pragma once

#include <span>

namespace k6apm::series {

/// The `q` quantile (0 to 1) of ascending values, at least one, interpolated linearly between the two nearest
/// ranks: rank q * (n - 1), counted from 0 (k6: metrics/sink.go).
double quantile(std::span<const double> sorted, double q);

}  // namespace k6apm::series
