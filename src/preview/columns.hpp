// Which points of a long series a chart needs.
#pragma once

#include <cstddef>
#include <vector>

#include "providers/body_contents.hpp"

namespace k6apm::preview {

/// More than a screen shows side by side.
inline constexpr std::size_t k_columns = 1000;

/// Indices of points, ascending: all of up to twice k_columns. Of more, the first and the last, and of each
/// of k_columns columns of equally many points those where a line has its smallest and its largest value
/// there (the earliest of equal ones; NaN is neither).
std::vector<std::size_t> kept_points(const providers::BodySeries& series);

}  // namespace k6apm::preview
