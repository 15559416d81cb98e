// Texts of PromQL.
// Source: Prometheus, "Querying basics", string literals: the escapes of Go.
#pragma once

#include <string>
#include <string_view>

namespace k6apm::text {

/// A string literal in double quotes, on one line and without control characters.
std::string promql_string(std::string_view text);

}  // namespace k6apm::text
