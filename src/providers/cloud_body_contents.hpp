// Requests to k6 cloud, for charts.
#pragma once

#include <string_view>

#include "providers/body_contents.hpp"

namespace k6apm::providers {

/// Provider::contents(). A Counter has one line, its sum in the bucket; a Gauge its last, smallest and
/// largest value and their mean; a Rate its share and how many values that is of; a Trend the mean of its
/// values (NaN where there is none), the smallest, the largest and how many there are, and nothing of its
/// histogram.
BodyContents cloud_body_contents(std::string_view body);

}  // namespace k6apm::providers
