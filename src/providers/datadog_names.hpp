// Datadog's rules for names and tags. What they make equal is one series to Datadog, of which the last value
// of a second wins: so they come before the windows. Every function leaves its own results as they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "series/series.hpp"

namespace k6apm::providers {

/// Code points of a metric's name and of a tag with its value; docs.datadoghq.com, "What best practices are
/// recommended for naming metrics and tags?".
constexpr std::size_t k_datadog_name_length = 200;
constexpr std::size_t k_datadog_tag_length = 200;

/// Tags of one series. DataDog/saluki, rules of the intake: MaxTags, whose default is this.
constexpr std::size_t k_datadog_tags = 100;

/// `target` as a metric's name: what is not an ASCII letter, a digit, `_` or `.` becomes `_` code point by
/// code point, what stands before the first letter goes, and what is beyond 200. Empty where there is no
/// letter.
std::string datadog_name(std::string_view target);

/// The same followed by `suffix`, which is short and a part of a name already: the target is cut so that the
/// whole has at most 200. Empty where the target has no letter.
std::string datadog_name(std::string_view target, std::string_view suffix);

/// What Datadog makes of `key:value` for each tag of the run: lower case, what is not a letter, a decimal
/// digit or one of `_-:./` becomes `_`, runs of `_` are one, at most 200 code points, no `_` or `:` at the
/// end. The key is what stands before the first colon of the result, the value may be empty, and a key may
/// come several times. Sorted, each pair once. Tags without a name go, or with nothing but `_` for one, those
/// whose key is that of a constant tag, and the last of more than 100, the constant tags included.
series::Tags datadog_tags(const series::Tags& tags, const std::vector<std::string>& constant_names);

/// The same for the constant tags themselves.
series::Tags datadog_constant_tags(const series::Tags& tags);

}  // namespace k6apm::providers
