// Requests of remote write, of either version, for charts.
#pragma once

#include <string_view>

#include "providers/body_contents.hpp"

namespace k6apm::providers {

/// Provider::contents(). A running total is shown as it is sent; of a native histogram its count and sum.
BodyContents prometheus_body_contents(std::string_view body);

}  // namespace k6apm::providers
