// Requests to k6 cloud as messages.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "providers/cloud_metrics.pb.h"

namespace k6apm::providers {

/// Throws std::runtime_error where the body is no snappy block, or is larger than 64 MiB uncompressed, or is
/// no request to k6 cloud. Whatever is one has a period, metrics of known types, and in their series values
/// of this type.
cloud::MetricSet parsed_cloud(std::string_view body);

/// How many values the series has.
int values_of(const cloud::TimeSeries& series);

/// `counter`, `gauge`, `rate` or `trend`, by the number of a Metric.
std::string_view cloud_type_name(std::uint32_t type);

/// `http_reqs{method="GET",status="200"}`, without control characters.
std::string cloud_heading(const cloud::Metric& metric, const cloud::TimeSeries& series);

}  // namespace k6apm::providers
