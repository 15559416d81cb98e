// What stands in a request body, the same for every receiver: for charts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k6apm::providers {

/// What a body says of an exported name.
struct NameDescription {
  std::string name{};
  std::string type{};         ///< in the receiver's word: counter, gauge, histogram, count, rate, trend
  std::string unit{};         ///< empty where the body tells none
  std::int64_t window_s = 0;  ///< what a value is of, where the body tells it; else 0
};

/// The points of one series, in time order. Each has a value for every one of `lines`, the first of which is
/// what a chart is about.
struct BodySeries {
  std::string name{};
  std::string tags{};  ///< behind the name, as --decode prints them, though nothing is cleaned
  std::vector<std::string_view> lines{};  ///< `value` alone, or several; in static storage
  bool running_histogram = false;  ///< the lines are `count` and `sum` of all values since the series began
  std::vector<std::int64_t> times_ms{};    ///< Unix milliseconds
  std::vector<double> values{};            ///< of the first point for each line, of the second, and so on
  std::optional<std::int64_t> stale_ms{};  ///< when a stale marker ends the series
};

struct BodyContents {
  std::vector<NameDescription> names{};
  std::vector<BodySeries> series{};
};

}  // namespace k6apm::providers
