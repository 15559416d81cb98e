#include "k6/tags_met.hpp"

#include <algorithm>

namespace k6apm::k6 {

void MetricTags::note(const std::vector<std::string>& asks_for, const series::Tags& tags) {
  for (const auto& [name, value] : tags) {
    if (!value.empty() && std::binary_search(asks_for.begin(), asks_for.end(), name)) asked.insert(name);
  }
}

void MetricTags::note_first(std::pair<std::uint32_t, std::uint64_t> where, const series::Tags& tags) {
  if (known && place <= where) return;
  known = true;
  place = where;
  first.clear();
  for (const auto& [name, value] : tags) {
    if (!value.empty()) first.push_back(name);
  }
}

void MetricTags::add(const MetricTags& other) {
  asked.insert(other.asked.begin(), other.asked.end());
  if (!other.known || (known && place <= other.place)) return;
  known = true;
  place = other.place;
  first = other.first;
}

}  // namespace k6apm::k6
