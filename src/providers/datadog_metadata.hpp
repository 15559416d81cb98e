// What Datadog is told of an exported name: its unit, and a sentence for people.
#pragma once

#include <string>
#include <string_view>

#include "series/series.hpp"

namespace k6apm::providers {

/// Units of Datadog's list, such as `millisecond`; either may be empty. `unit` is also what a series says of
/// itself.
struct DatadogUnit {
  std::string unit{};
  std::string per_unit{};  ///< "second" in "requests per second"

  bool operator==(const DatadogUnit&) const = default;
};

struct DatadogDescription {
  DatadogUnit unit{};
  std::string text{};
};

/// What is said of k6's `metric`, exported under a target and `suffix` (".avg", or empty). Of the metrics
/// that the official integration knows it is what that says; of others `contains` gives the unit, and
/// `meaning` ends the sentence: "95th percentile of the window".
DatadogDescription describe(std::string_view metric, series::MetricType type, series::Contains contains,
                            std::string_view suffix, std::string_view meaning);

/// The body of PUT /api/v1/metrics/{name}. `type` is count, rate or gauge; what is empty is left out.
std::string metadata_body(std::string_view type, const DatadogDescription& description);

}  // namespace k6apm::providers
