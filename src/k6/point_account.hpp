// What became of the points of all inputs.
#pragma once

#include <cstdint>

namespace k6apm::k6 {

/// Each point that was read counts in one of the other members, so `read` is their sum. Lines that are wrong,
/// among them those whose value is not finite, are no points: FileTally::bad_lines counts them.
struct PointAccount {
  std::uint64_t read = 0;      ///< of all metrics
  std::uint64_t exported = 0;  ///< put into windows of at least one destination, and counted once
  // Left out, each for the first of these reasons that holds:
  std::uint64_t other_metrics = 0;  ///< nobody exports their metric
  std::uint64_t untyped = 0;        ///< nothing tells the type of their metric
  std::uint64_t not_selected = 0;   ///< no rule of their metric selects their tags
  std::uint64_t out_of_range = 0;   ///< outside GatherSettings::range
};

}  // namespace k6apm::k6
