// What is exported, as far as the maths is concerned: one rule per entry of a destination.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "series/series.hpp"

namespace k6apm::series {

/// Immutable while points are read; its functions are called from several threads at once.
struct Rule {
  std::function<bool(std::string_view metric)> selects_metric{};
  std::function<bool(std::string_view metric, const Tags& tags)> selects{};
  bool keep_all_tags = false;
  std::vector<std::string> keep_tags{};  ///< sorted
  std::vector<std::string> drop_tags{};  ///< sorted; never kept: constant tags stand in their place
  std::vector<std::string> asks_for{};   ///< every tag that decides: of the selector and kept; sorted
  std::int64_t window_s = 3;
};

/// The tags of a series: what `rule` keeps of a point's tags.
Tags kept_tags(const Rule& rule, const Tags& tags);

}  // namespace k6apm::series
