#include "providers/time_slices.hpp"

#include <algorithm>
#include <utility>

namespace k6apm::providers {

bool TimeSlices::begin() {
  if (m_waiting.empty()) return false;
  auto next = m_waiting.extract(m_waiting.begin());
  m_slice = next.key();
  m_series = std::move(next.mapped());
  std::sort(m_series.begin(), m_series.end());  // they come from different slices
  return true;
}

}  // namespace k6apm::providers
