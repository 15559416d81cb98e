// What became of the points of all inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

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

/// What became of the points of one metric, as far as it is known before the types are: each counts once.
struct MetricTally {
  std::uint64_t passed_over = 0;  ///< nobody exports it
  std::uint64_t not_selected = 0;
  std::uint64_t out_of_range = 0;
  std::uint64_t taken = 0;
  bool in_csv = false;  ///< points of CSV were taken, or would be if their type were known

  std::uint64_t points() const { return passed_over + not_selected + out_of_range + taken; }
  void add(const MetricTally& other) {
    passed_over += other.passed_over;
    not_selected += other.not_selected;
    out_of_range += other.out_of_range;
    taken += other.taken;
    in_csv = in_csv || other.in_csv;
  }
};

/// By name.
using MetricTallies = std::map<std::string, MetricTally, std::less<>>;

}  // namespace k6apm::k6
