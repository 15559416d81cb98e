// Headers that a person adds to the requests of remote write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace k6apm::apm {

/// `NAME: VALUE` without the blanks around both; nothing where there is no colon or no name.
std::optional<std::pair<std::string, std::string>> parse_header(std::string_view text);

/// Why it cannot be added: reserved, a name that is no token, a control character in the value. The value is
/// not shown. Nothing where it can be.
std::optional<std::string> header_problem(std::string_view name, std::string_view value);

/// Whether remote write or HTTP itself sets it.
bool is_reserved_header(std::string_view name);

/// Names of headers are the same in upper and lower case.
bool same_header(std::string_view one, std::string_view other);

}  // namespace k6apm::apm
