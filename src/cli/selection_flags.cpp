#include "cli/selection_flags.hpp"

#include <algorithm>

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_selection = "Selection";

void set_keep_tags(Job& job, const std::string& value) {
  job.keep_all_tags = value == "all";
  job.keep_tags = job.keep_all_tags ? std::vector<std::string>{} : split_list(value);
  std::sort(job.keep_tags.begin(), job.keep_tags.end());
  job.keep_tags.erase(std::unique(job.keep_tags.begin(), job.keep_tags.end()), job.keep_tags.end());
}

}  // namespace

std::vector<Flag> selection_flags() {
  return {
      {"--provider",
       "NAME",
       ValueKind::text,
       k_selection,
       "only destinations of this provider (repeatable)",
       "NAME is the provider as the apm block spells it.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.providers.push_back(v); }},
      {"--keep-tags",
       "LIST",
       ValueKind::text,
       k_selection,
       "tags kept where an entry has no keepTags",
       "Names separated by commas, or all. Tags that are not kept are dropped, and the series that become "
       "equal are merged "
       "exactly.",
       "none",
       {},
       false,
       set_keep_tags},
  };
}

}  // namespace k6apm::cli
