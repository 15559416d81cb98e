#include "cli/folding.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <string_view>

namespace k6apm::cli {
namespace {

constexpr std::size_t k_shown_of_a_kind = 5;  // as many as of the bad lines of an input

}  // namespace

std::vector<Notice> folded(const std::vector<Notice>& notices) {
  std::map<std::string_view, std::size_t> all;
  for (const Notice& notice : notices) ++all[notice.kind];
  std::vector<Notice> shown;
  std::map<std::string_view, std::size_t> seen;
  for (const Notice& notice : notices) {
    const std::size_t number = ++seen[notice.kind];
    // One more would take the line that its count takes.
    const bool fits = all[notice.kind] <= k_shown_of_a_kind + 1;
    if (notice.kind.empty() || fits || number <= k_shown_of_a_kind) shown.push_back(notice);
    if (notice.kind.empty() || fits || number != k_shown_of_a_kind) continue;
    shown.push_back({notice.severity,
                     {},
                     fmt::format("and {} more {}", all[notice.kind] - number, notice.kind),
                     "-v shows each of them"});
  }
  return shown;
}

}  // namespace k6apm::cli
