#include "apm/submetric_hint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/promql.hpp"

namespace k6apm::apm {

namespace {

std::string_view trimmed(std::string_view text, std::string_view what) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

std::string_view unquoted(std::string_view text) { return trimmed(trimmed(text, " \t\r\n"), "\"'"); }

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::optional<std::string> selector_of_submetric(std::string_view text) {
  text = trimmed(text, " \t\r\n");
  const std::size_t open = text.find('{');
  if (open == 0 || open == std::string_view::npos || text.back() != '}') return std::nullopt;
  const std::string_view name = trimmed(text.substr(0, open), " \t\r\n");
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  std::string matchers;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view tag = unquoted(pair.substr(0, colon));
    if (tag == "__name__") return std::nullopt;  // it would set the name twice
    if (tag.empty() || tag.find_first_of("=!~\"'{}") != std::string_view::npos) return std::nullopt;
    if (!matchers.empty()) matchers += ',';
    matchers += is_name(tag) ? std::string(tag) : text::promql_string(tag);
    matchers += '=' + text::promql_string(unquoted(pair.substr(colon + 1)));
  }
  if (matchers.empty() || name.empty()) return std::nullopt;
  if (is_name(name)) return fmt::format("{}{{{}}}", name, matchers);
  return fmt::format("{{{},{}}}", text::promql_string(name), matchers);
}

}  // namespace k6apm::apm
