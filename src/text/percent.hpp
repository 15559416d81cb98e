// Percent-encoding (RFC 3986, 2.1).
#pragma once

#include <string>
#include <string_view>

namespace k6apm::text {

/// Every byte that is no unreserved character becomes %XX.
std::string percent_encoded(std::string_view text);

}  // namespace k6apm::text
