// What is known when all inputs are read, before anything is settled that further inputs could change: what a
// partial result keeps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/intake.hpp"
#include "k6/metric_types.hpp"
#include "k6/point_account.hpp"
#include "k6/tags_met.hpp"
#include "series/partial.hpp"

namespace k6apm::k6 {

/// One thing on which it depends what is in the windows, in words for people.
struct StateOption {
  std::string name{};
  std::string value{};
  bool operator==(const StateOption&) const = default;
};

/// The first thing in which `now` differs from `then`, for people; empty where they are equal.
std::string difference(const std::vector<StateOption>& then, const std::vector<StateOption>& now);

/// A file that k6 wrote, when it is read to its end.
struct InputRead {
  InputState state{};
  FileTally tally{};
  std::uint32_t number = 0;  ///< by which its gauges are kept apart (series::Point::file)
  std::string
      held_in{};  ///< the partial result that holds it, by its path; empty where it is a RESULT itself
};

struct RunState {
  series::Partial partial;
  std::vector<InputRead> inputs{};
  MetricTallies metrics{};
  std::map<std::string, Declared, std::less<>> declared{};
  TagValues test_run_ids{};  ///< as Intake::test_run_ids()
  TagValues test_ids{};
  TagsMet tags{};         ///< of the exported metrics
  bool tags_kept = true;  ///< for all inputs
};

}  // namespace k6apm::k6
