#include "text/submetric.hpp"

#include <algorithm>
#include <cstddef>

namespace k6apm::text {
namespace {

std::string_view unquoted(std::string_view text) { return trimmed(trimmed(text), "\"'"); }

}  // namespace

std::string_view trimmed(std::string_view text, std::string_view what) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

std::optional<SubmetricParts> split_submetric(std::string_view text) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos || text.back() != '}') return std::nullopt;
  SubmetricParts parts{text.substr(0, open), {}};
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t colon = pair.find(':');
    parts.pairs.push_back({unquoted(pair.substr(0, colon)), std::nullopt});
    if (colon != std::string_view::npos) parts.pairs.back().value = unquoted(pair.substr(colon + 1));
  }
  return parts;
}

}  // namespace k6apm::text
