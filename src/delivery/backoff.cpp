#include "delivery/backoff.hpp"

#include <algorithm>

namespace k6apm::delivery {

std::optional<double> Backoff::next(double elapsed_s, std::optional<double> retry_after_s) {
  const double left_s = m_budget_s - elapsed_s;
  if (!(left_s > 0)) return std::nullopt;
  double wait_s = m_uniform() * m_bound_s;
  m_bound_s = std::min(k_max_bound_s, m_bound_s * 2);
  if (retry_after_s) wait_s = std::max(wait_s, *retry_after_s);
  return std::min(wait_s, left_s);
}

}  // namespace k6apm::delivery
