// Numbers as JSON spells them.
#pragma once

#include <optional>

namespace k6apm::k6 {

/// Reads the JSON number (RFC 8259, section 6) at `*at`, at most up to `end`, and moves `*at` behind it. The
/// result is the nearest double, infinite where the number is beyond the largest; -0 becomes 0. Nothing, and
/// `*at` unmoved, where no number stands there. Whole numbers of any length are read: k6 2.x writes up to 21
/// digits without an exponent.
std::optional<double> parse_json_number(const char** at, const char* end);

}  // namespace k6apm::k6
