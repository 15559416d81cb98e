#include "series/quantile.hpp"

#include <cassert>
#include <cstddef>

namespace k6apm::series {

double quantile(std::span<const double> sorted, double q) {
  assert(!sorted.empty());
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const double share = rank - static_cast<double>(below);
  const double lower = sorted[below];
  const double upper = sorted[share > 0 ? below + 1 : below];
  return lower + (upper - lower) * share;
}

}  // namespace k6apm::series
