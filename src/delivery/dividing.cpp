#include "delivery/dividing.hpp"

#include <algorithm>
#include <utility>

namespace k6apm::delivery {

bool divide(const providers::Provider& provider, const providers::Payload& part, bool by_points,
            Parts& parts) {
  if (provider.halves == nullptr) return false;
  auto halves = provider.halves(part, by_points);
  if (!halves) return false;
  halves->first.attempted = halves->second.attempted = part.attempted;
  halves->first.part = halves->second.part = true;
  parts.push_back(std::move(halves->second));
  parts.push_back(std::move(halves->first));
  return true;
}

void Dividing::taken(std::size_t bytes) {
  m_any_taken = true;
  m_fruitless = 0;
  m_largest_taken = std::max(m_largest_taken, bytes);
  // Then it was not the size of the body: some receivers count what is in it.
  if (m_smallest_too_large <= bytes) m_smallest_too_large = std::numeric_limits<std::size_t>::max();
}

void Dividing::not_taken(std::size_t bytes, bool too_large, bool bad_points) {
  const bool counts = !bad_points || m_any_taken || !may_seek_points();
  if (counts) ++m_fruitless;
  if (bad_points) ++m_bad_points;
  if (too_large && bytes > m_largest_taken) m_smallest_too_large = std::min(m_smallest_too_large, bytes);
}

providers::Payload Dividing::next(Parts& parts) const {
  const bool last_try = m_fruitless + 1 == bound();
  // With several series it shares none with the others, so that no series goes back in time.
  const bool far = last_try && parts.front().series > 1;
  const auto at = far ? parts.begin() : parts.end() - 1;
  providers::Payload part = std::move(*at);
  parts.erase(at);
  return part;
}

}  // namespace k6apm::delivery
