// Names and tags for Datadog keep to its limits whatever they are made of, and stay as they are from then on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "providers/datadog_names.hpp"
#include "text/utf8.hpp"

namespace {

using namespace k6apm::providers;
using k6apm::series::Tags;

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), k6apm::text::begins_code_point));
}

/// Lines, each a tag: the name ends at the first `=`.
Tags tags_of(std::string_view text) {
  Tags tags;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t equals = std::min(line.find('='), line.size());
    tags.emplace_back(line.substr(0, equals), line.substr(std::min(equals + 1, line.size())));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return tags;
}

void check_name(std::string_view target) {
  const std::string name = datadog_name(target);
  require(name.size() <= k_datadog_name_length);
  require(datadog_name(name) == name);
  const std::string suffixed = datadog_name(target, ".95percentile");
  require(suffixed.size() <= k_datadog_name_length && suffixed.empty() == name.empty());
  require(datadog_name(suffixed) == suffixed);
}

void check_tags(const Tags& tags, const std::vector<std::string>& constant_names) {
  const Tags once = datadog_tags(tags, constant_names);
  require(once.size() + std::min(constant_names.size(), k_datadog_tags) <= k_datadog_tags);
  require(std::is_sorted(once.begin(), once.end()));
  require(std::adjacent_find(once.begin(), once.end()) == once.end());
  for (const auto& [key, value] : once) {
    const std::string text = value.empty() ? key : key + ":" + value;
    require(!key.empty() && key.find(':') == std::string::npos);
    require(k6apm::text::with_valid_utf8(text) == text);
    require(code_points(text) <= k_datadog_tag_length);
    require(text.find("__") == std::string::npos && !text.ends_with('_') && !text.ends_with(':'));
  }
  require(datadog_tags(once, constant_names) == once);
  require(datadog_constant_tags(once) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_name(text);
  const Tags tags = tags_of(text);
  check_tags(tags, {});
  if (!tags.empty()) check_tags(tags, {tags.front().first, tags.back().second});
  return 0;
}
