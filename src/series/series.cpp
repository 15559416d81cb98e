#include "series/series.hpp"

#include <algorithm>
#include <utility>

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

std::optional<WindowSpan> Series::span() const {
  if (source) return source->span();
  if (windows.empty()) return std::nullopt;
  return WindowSpan{windows.front().start_s, windows.back().start_s};
}

void Series::make_windows() {
  std::vector<Window> made;
  take_windows([&made](Window& window) { made.push_back(std::move(window)); });
  windows = std::move(made);
}

void Series::take_windows(const TakeWindow& take) {
  if (const std::shared_ptr<WindowSource> from = std::exchange(source, nullptr))
    return from->hand_out(take, buckets);
  for (Window& window : windows) take(window);
  windows = {};
}

}  // namespace k6apm::series
