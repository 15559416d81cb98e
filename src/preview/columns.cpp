#include "preview/columns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace k6apm::preview {
namespace {

/// The extremes of one line in the points from `begin` to before `end`.
void keep_extremes(const providers::BodySeries& series, std::size_t line, std::size_t begin, std::size_t end,
                   std::vector<std::size_t>& kept) {
  const auto value = [&](std::size_t at) { return series.values[at * series.lines.size() + line]; };
  std::optional<std::size_t> smallest;
  std::optional<std::size_t> largest;
  for (std::size_t at = begin; at < end; ++at) {
    if (std::isnan(value(at))) continue;
    if (!smallest || value(at) < value(*smallest)) smallest = at;
    if (!largest || value(at) > value(*largest)) largest = at;
  }
  if (smallest) kept.push_back(*smallest);
  if (largest) kept.push_back(*largest);
}

}  // namespace

std::vector<std::size_t> kept_points(const providers::BodySeries& series) {
  const std::size_t points = series.times_ms.size();
  std::vector<std::size_t> kept;
  if (points <= 2 * k_columns) {
    kept.resize(points);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  kept.push_back(0);
  for (std::size_t column = 0; column < k_columns; ++column) {
    for (std::size_t line = 0; line < series.lines.size(); ++line)
      keep_extremes(series, line, column * points / k_columns, (column + 1) * points / k_columns, kept);
  }
  kept.push_back(points - 1);
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

}  // namespace k6apm::preview
