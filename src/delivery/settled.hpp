// What became of points for good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace k6apm::delivery {

/// Why points are refused for good.
struct Refusal {
  std::string words{};    ///< the receiver's, clean
  std::string hint{};     ///< what a person can do; may be empty
  std::string series{};   ///< the only series that it is about; empty where there are several
  bool ends_all = false;  ///< whatever is still open is refused in the same words
  bool in_doubt = false;  ///< an earlier attempt may have been taken
};

/// What became of the points of one request, or of a part of it. The numbers are points.
struct Settled {
  std::uint64_t delivered = 0;
  std::string complaint{};  ///< what the receiver said against what it took, clean
  std::uint64_t refused = 0;
  Refusal why{};
  std::uint64_t not_tried = 0;  ///< refused without being sent: nothing was taken of `tried` requests
  std::size_t tried = 0;
  bool in_a_row = false;  ///< of so many in a row, not of the first ones
  std::uint64_t too_late =
      0;  ///< cut off before an attempt: older than the `max_age_s` that the receiver takes
  std::int64_t max_age_s = 0;
};

}  // namespace k6apm::delivery
