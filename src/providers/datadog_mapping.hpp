// All series of one destination under their Datadog names: what is exported, what is left out, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "apm/destination.hpp"
#include "notice.hpp"
#include "providers/datadog_metadata.hpp"
#include "providers/datadog_series.hpp"
#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// One exported name: a statistic of a metric.
struct DatadogName {
  std::string name{};
  DatadogType type = DatadogType::gauge;
  DatadogDescription description{};
};

struct DatadogPoint {
  std::int64_t time_s = 0;  ///< Unix time of the window's start
  double value = 0;         ///< finite
};

/// One exported series.
struct DatadogSeries {
  std::size_t name = 0;                ///< index in DatadogMapping::names
  std::size_t tags = 0;                ///< index in DatadogMapping::tags
  std::vector<DatadogPoint> points{};  ///< ascending in time, at most one a second
};

/// The series in the order in which they are sent within a slice: by entry, metric, tags, statistic.
struct DatadogMapping {
  std::vector<DatadogName> names{};
  std::vector<std::vector<std::string>>
      tags{};                              ///< sets of `key:value`, sorted, the constant ones among them
  std::vector<DatadogSeries> series{};     ///< none is empty
  std::vector<MetricSummary> summaries{};  ///< one per metric
  std::vector<Notice> notices{};
  std::uint64_t exported_series = 0;
  std::uint64_t points = 0;    ///< of all series, those that are not to be sent included
  std::uint64_t old = 0;       ///< points before the times that Datadog takes, unless these are wanted
  std::uint64_t ahead = 0;     ///< points after them
  std::uint64_t left_out = 0;  ///< those of both that are not to be sent: they are not in `series`
  std::int64_t first_s = 0;    ///< Unix time of the earliest point and the latest, sent or not
  std::int64_t last_s = 0;
  std::int64_t oldest_taken_s = 0;  ///< ExportSettings::taken
  bool can_take_old = false;        ///< the site has historical metrics
};

/// Maps the series of a destination. What cannot be exported is left out with a notice: targets without a
/// letter, names that an earlier entry has, values that are not finite.
DatadogMapping map_datadog(const apm::Destination& destination, std::vector<series::Series> all,
                           const ExportSettings& settings);

}  // namespace k6apm::providers
