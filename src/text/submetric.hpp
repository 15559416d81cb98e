// k6's form of a submetric, as thresholds have it: NAME{TAG:VALUE,...}.
// Source: k6 metrics.ParseMetricName and AddSubmetric; blanks, and then quotes, around tag and value are
// dropped.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace k6apm::text {

/// `text` without the characters of `what` at either end.
std::string_view trimmed(std::string_view text, std::string_view what = " \t\r\n\v\f");

/// Views into the text that was split.
struct SubmetricParts {
  struct Pair {
    std::string_view tag{};                   ///< may be empty
    std::optional<std::string_view> value{};  ///< nothing without a colon
  };
  std::string_view name{};  ///< all before the brace
  std::vector<Pair> pairs{};
};

/// Nothing where the opening or the closing brace is missing.
std::optional<SubmetricParts> split_submetric(std::string_view text);

}  // namespace k6apm::text
