// Values of flags: from text to what they mean. All throw std::invalid_argument that says what is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/job.hpp"

namespace k6apm::cli {

/// `"VALUE" is not allowed: ALLOWED`.
[[noreturn]] void refuse_value(const std::string& value, std::string_view allowed);

/// A whole number from `least` to `most`.
std::uint64_t whole_number(const std::string& text, std::uint64_t least, std::uint64_t most);

/// Seconds from `least` to a day, fractions allowed.
double seconds(const std::string& text, double least);

/// KEY=VALUE. The value is never shown.
std::pair<std::string, std::string> key_and_value(const std::string& text);

/// auto, always or never.
Wish wish(const std::string& text);

/// Items between commas, without blanks around them; empty ones are dropped.
std::vector<std::string> split_list(const std::string& text);

}  // namespace k6apm::cli
