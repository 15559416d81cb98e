// All series of a run as k6 cloud has them: windows of a second, and the buckets that are made of these.
// Source: grafana/k6 v2.2.0, internal/output/cloud/expv2 (collect.go, sink.go, mapping.go).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "apm/destination.hpp"
#include "notice.hpp"
#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// Tags without those that k6 cloud keeps for itself: `test_run_id` and what begins with two underscores.
/// Sorted, as Provider::normalised_tags.
series::Tags cloud_tags(const series::Tags& tags, const std::vector<std::string>& constant_names);

/// One value of one series.
struct CloudBucket {
  series::Window window{};    ///< as long as the aggregation period
  series::Buckets buckets{};  ///< of a Trend
};

/// The buckets of `period_s` seconds, at least 1, made of the windows [begin, end) of `one`, which are a
/// second long. They begin at multiples of `period_s` and ascend.
std::vector<CloudBucket> cloud_buckets(const series::Series& one, std::size_t begin, std::size_t end,
                                       std::int64_t period_s);

/// Whether a message can hold it: its numbers are finite, its counts below 2^32.
bool is_sendable(series::MetricType type, const CloudBucket& bucket);

struct CloudMapping {
  std::vector<series::Series> series{};  ///< by metric and tags, none without windows; the constant tags are
                                         ///< among the tags
  std::vector<Notice> notices{};
};

/// Makes the windows of all series.
CloudMapping map_cloud(const apm::Destination& destination, std::vector<series::Series> all,
                       const ExportSettings& settings);

/// One for each metric, with buckets of `period_s` seconds; says in `notices` what cannot be sent.
std::vector<MetricSummary> cloud_summaries(const std::vector<series::Series>& all, std::int64_t period_s,
                                           std::vector<Notice>& notices);

}  // namespace k6apm::providers
