// When a payload is sent in parts: what the answers of one destination say about the next requests.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Parts of one payload that are still to be sent, the next one last: those of one series are in time order.
using Parts = std::vector<providers::Payload>;

/// Puts the halves of `part` on `parts`, the left one to be sent first. False where it cannot be divided.
bool divide(const providers::Provider& provider, const providers::Payload& part, bool by_points,
            Parts& parts);

/// What one destination's answers tell: which size is too large, and whether there is hope at all. A receiver
/// that refuses everything is not to be asked for each of ten thousand series. For one thread at a time.
class Dividing {
 public:
  /// Requests in a row that come back for good before the first is taken, until nothing is divided any more.
  /// Our own bound: one series among four billion is found in as many.
  static constexpr std::size_t k_max_fruitless = 32;

  void taken(std::size_t bytes);
  void not_taken(std::size_t bytes, bool too_large);

  /// A body of that size is divided before it is sent.
  bool too_large(std::size_t bytes) const { return !hopeless() && bytes >= m_smallest_too_large; }

  /// Nothing was ever taken of so many requests: payloads are tried whole, once, until one is taken.
  bool hopeless() const { return !m_any_taken && m_fruitless >= k_max_fruitless; }

  /// Takes the part to be sent next. Before the hope is given up that is once the one furthest away, the
  /// largest: a metric that is refused with all its series may stand before others that are taken.
  providers::Payload next(Parts& parts) const;

 private:
  bool m_any_taken = false;
  std::size_t m_fruitless = 0;  ///< requests that came back before the first was taken
  std::size_t m_largest_taken = 0;
  std::size_t m_smallest_too_large = std::numeric_limits<std::size_t>::max();
};

}  // namespace k6apm::delivery
