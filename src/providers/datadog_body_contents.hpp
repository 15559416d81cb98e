// Requests to Datadog's series API, for charts.
#pragma once

#include <string_view>

#include "providers/body_contents.hpp"

namespace k6apm::providers {

/// Provider::contents().
BodyContents datadog_body_contents(std::string_view body);

}  // namespace k6apm::providers
