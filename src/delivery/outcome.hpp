// How the delivery of one destination ended: every point is accounted for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "notice.hpp"

namespace k6apm::delivery {

/// points offered = points_delivered + points_refused + points_kept.
struct Outcome {
  std::uint64_t points_delivered = 0;
  std::uint64_t points_refused = 0;   ///< for good, by the receiver or because it would drop them in silence
  std::uint64_t points_in_doubt = 0;  ///< among the refused: an earlier attempt may have been taken
  std::uint64_t points_kept =
      0;  ///< given up after all retries, or never sent because the destination was away
  std::uint64_t points_held_back = 0;  ///< among the kept: the receiver would drop them for their age
  std::uint64_t requests = 0;          ///< payloads and parts of payloads that were sent, each counted once
  std::uint64_t retries = 0;           ///< how often the same bytes were sent again
  std::uint64_t bytes = 0;             ///< of requests, each counted once
  bool unavailable = false;            ///< a request stayed unacknowledged after all retries
  bool stopped = false;                ///< refused in a way that holds for every request
  bool interrupted = false;            ///< cut short by a signal
  std::string error{};  ///< the first refusal or failure, with the receiver's words; empty when none
  std::vector<Notice> notices{};
  /// Which of the notices tells of the points that are kept; nothing where none does.
  std::optional<std::size_t> about_kept{};
  std::vector<Notice> doubts{};  ///< about the points in doubt; not among the notices
};

}  // namespace k6apm::delivery
