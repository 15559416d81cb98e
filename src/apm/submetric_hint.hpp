// k6's own submetric form, as its thresholds have it: NAME{TAG:VALUE,...}. It is no selector.
// Source: k6 metrics.ParseMetricName; quotes and blanks around tag and value are dropped there too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace k6apm::apm {

/// The selector that says the same as k6's `submetric`, or nothing where it has not that form.
std::optional<std::string> selector_of_submetric(std::string_view submetric);

}  // namespace k6apm::apm
