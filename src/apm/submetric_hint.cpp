#include "apm/submetric_hint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/promql.hpp"
#include "text/submetric.hpp"

namespace k6apm::apm {

namespace {

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::optional<std::string> selector_of_submetric(std::string_view submetric) {
  const std::optional<text::SubmetricParts> parts = text::split_submetric(text::trimmed(submetric));
  if (!parts) return std::nullopt;
  const std::string_view name = text::trimmed(parts->name);
  std::string matchers;
  for (const auto& [tag, value] : parts->pairs) {
    if (!value || tag == "__name__") return std::nullopt;  // the latter would set the name twice
    if (tag.empty() || tag.find_first_of("=!~\"'{}") != std::string_view::npos) return std::nullopt;
    if (!matchers.empty()) matchers += ',';
    matchers += is_name(tag) ? std::string(tag) : text::promql_string(tag);
    matchers += '=' + text::promql_string(*value);
  }
  if (matchers.empty() || name.empty()) return std::nullopt;
  if (is_name(name)) return fmt::format("{}{{{}}}", name, matchers);
  return fmt::format("{{{},{}}}", text::promql_string(name), matchers);
}

}  // namespace k6apm::apm
