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

  /// The same once one was taken: our own bound, too, five hundred bad series side by side.
  static constexpr std::size_t k_max_fruitless_later = 1024;

  /// Requests with points of one series that come back for good because of a bad one among them, in all; then
  /// series are refused as a whole. Our own bound: what a hundred series with one bad point each take.
  static constexpr std::size_t k_max_bad_points = 1024;

  /// The same before the first request is taken: 250 points that are older than what the receiver has, before
  /// those that are not.
  static constexpr std::size_t k_max_bad_points_first = 512;

  void taken(std::size_t bytes);
  /// `bad_points`: a request that is divided by its points for a bad one, or was, which has a bound of its
  /// own.
  void not_taken(std::size_t bytes, bool too_large, bool bad_points);

  /// A body of that size is divided before it is sent.
  bool too_large(std::size_t bytes) const { return !hopeless() && bytes >= m_smallest_too_large; }

  /// Nothing was taken of so many requests: payloads are tried whole, once, until one is taken.
  bool hopeless() const { return m_fruitless >= bound(); }
  /// How many requests these were.
  std::size_t bound() const { return m_any_taken ? k_max_fruitless_later : k_max_fruitless; }
  bool any_taken() const { return m_any_taken; }

  /// A series may be divided to find a bad point.
  bool may_seek_points() const {
    return m_bad_points < (m_any_taken ? k_max_bad_points : k_max_bad_points_first);
  }

  /// Takes the part to be sent next. Before the hope is given up that is once the one furthest away, the
  /// largest: a metric that is refused with all its series may stand before others that are taken.
  providers::Payload next(Parts& parts) const;

 private:
  bool m_any_taken = false;
  std::size_t m_fruitless = 0;  ///< requests that came back since one was taken
  std::size_t m_bad_points = 0;
  std::size_t m_largest_taken = 0;
  std::size_t m_smallest_too_large = std::numeric_limits<std::size_t>::max();
};

}  // namespace k6apm::delivery
