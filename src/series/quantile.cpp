#include "series/quantile.hpp"

#include <cassert>
#include <cmath>
#include <cstddef>

namespace k6apm::series {

double quantile(std::span<const double> sorted, double q) {
  assert(!sorted.empty());
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const double below = std::floor(rank);
  const double lower = sorted[static_cast<std::size_t>(below)];
  const double upper = sorted[static_cast<std::size_t>(std::ceil(rank))];
  return lower + (upper - lower) * (rank - below);
}

}  // namespace k6apm::series
