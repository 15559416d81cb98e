#include "series/series.hpp"

#include <algorithm>

namespace k6apm::series {

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::rate:
      return "rate";
    case MetricType::trend:
      return "trend";
  }
  return {};
}

std::string_view find_tag(const Tags& tags, std::string_view name) {
  const auto found = std::lower_bound(tags.begin(), tags.end(), name,
                                      [](const auto& tag, std::string_view n) { return tag.first < n; });
  return found != tags.end() && found->first == name ? std::string_view(found->second) : std::string_view();
}

}  // namespace k6apm::series
