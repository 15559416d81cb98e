// Names of the tags that points have, to tell of one that no point has. Found where new texts of tags are
// read, so that it costs nothing for each line.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "series/series.hpp"

namespace k6apm::k6 {

/// Of one metric.
struct MetricTags {
  std::set<std::string> asked{};     ///< that a rule of the metric asks for, and some point has
  std::vector<std::string> first{};  ///< those of the first point in the inputs; sorted
  /// The input and the offset of that point; meaningful where `known`.
  std::pair<std::uint32_t, std::uint64_t> place{};
  bool known = false;

  /// A point at `where` has `tags`, or these are its metadata.
  void note(const std::vector<std::string>& asks_for, const series::Tags& tags);
  void note_first(std::pair<std::uint32_t, std::uint64_t> where, const series::Tags& tags);

  /// Takes over what another thread has met. The outcome does not depend on the order.
  void add(const MetricTags& other);
};

/// By name of the metric.
using TagsMet = std::map<std::string, MetricTags, std::less<>>;

}  // namespace k6apm::k6
