// What is exported, as far as the maths is concerned: one rule per entry of a destination.
#pragma once

#include <cstddef>
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
  bool keep_empty_tags = false;          ///< a kept tag whose value is empty is told from one that is missing
  std::vector<std::string> keep_tags{};  ///< sorted
  std::vector<std::string> drop_tags{};  ///< sorted; never kept: constant tags stand in their place
  std::vector<std::string> asks_for{};   ///< every tag that decides: of the selector and kept; sorted
  std::int64_t window_s = 3;
  BucketKind buckets = BucketKind::none;  ///< what Series::buckets a Trend gets
  bool gauge_spread = false;              ///< Gauges need count, sum, min and max, in a partial result, too
  double time_divisor = 1;                ///< what times are divided by before they are put into buckets
  std::size_t destination = 0;            ///< rules of one destination have the same number

  /// The points are not exported: all together they are one window, which starts at 0. Of a gauge the last
  /// value counts as it was written, and not by its time.
  bool whole_run = false;

  /// What the receiver makes of tags and names, where what becomes equal is one series to it; null: it takes
  /// them as they are.
  std::function<Tags(const Tags& kept)> normalised{};
  std::function<std::string(std::string_view metric)> name_of{};
};

/// The tags of a series: what `rule` keeps of a point's tags, as the receiver takes them.
Tags kept_tags(const Rule& rule, const Tags& tags);

}  // namespace k6apm::series
