// Requests to k6 cloud as text.
#pragma once

#include <iosfwd>
#include <string_view>

namespace k6apm::providers {

/// Whether it is a request to k6 cloud, all of it.
bool looks_like_cloud(std::string_view body);

/// Prints one value a line: series, value, Unix time of the bucket's start in seconds; before each metric a
/// line about it. Throws std::runtime_error where the body is none of these.
void print_cloud(std::string_view body, std::ostream& out);

}  // namespace k6apm::providers
