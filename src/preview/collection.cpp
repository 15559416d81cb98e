#include "preview/collection.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace k6apm::preview {
namespace {

/// Grows by a quarter, for there may be very many series.
template <class Value>
void append(std::vector<Value>& all, const std::vector<Value>& more) {
  const std::size_t size = all.size() + more.size();
  if (size > all.capacity()) all.reserve(std::max(size, all.capacity() + all.capacity() / 4));
  all.insert(all.end(), more.begin(), more.end());
}

/// A receiver may be sent the parts of a series in any order.
void put_in_order(providers::BodySeries& series) {
  if (std::is_sorted(series.times_ms.begin(), series.times_ms.end())) return;
  std::vector<std::size_t> order(series.times_ms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return series.times_ms[a] < series.times_ms[b]; });
  std::vector<std::int64_t> times_ms;
  std::vector<double> values;
  const std::size_t width = series.lines.size();
  for (const std::size_t at : order) {
    times_ms.push_back(series.times_ms[at]);
    for (std::size_t line = 0; line < width; ++line) values.push_back(series.values[at * width + line]);
  }
  series.times_ms = std::move(times_ms);
  series.values = std::move(values);
}

void take_differences(providers::BodySeries& series) {
  double count = 0;
  double sum = 0;
  for (std::size_t at = 0; at + 1 < series.values.size(); at += 2) {
    const double more = series.values[at] - std::exchange(count, series.values[at]);
    const double of_these = series.values[at + 1] - std::exchange(sum, series.values[at + 1]);
    series.values[at] = more > 0 ? of_these / more : std::numeric_limits<double>::quiet_NaN();
    series.values[at + 1] = more;
  }
  series.lines = {"mean", "count"};
}

}  // namespace

ShownName& Collection::name_of(const std::string& name) {
  const auto known = m_by_name.find(name);
  if (known != m_by_name.end()) return m_names[known->second];
  ShownName& added = m_names.emplace_back();
  added.about.name = name;
  m_by_name.emplace(added.about.name, m_names.size() - 1);
  return added;
}

void Collection::add(providers::BodyContents contents) {
  for (providers::BodySeries& part : contents.series) {
    ShownName& name = name_of(part.name);
    m_points += part.times_ms.size();
    const auto known = name.by_tags.find(part.tags);
    if (known == name.by_tags.end()) {
      ++m_series;
      const ShownSeries& added = name.series.emplace_back(ShownSeries{std::move(part), false});
      name.by_tags.emplace(added.sent.tags, name.series.size() - 1);
      continue;
    }
    providers::BodySeries& series = name.series[known->second].sent;
    append(series.times_ms, part.times_ms);
    append(series.values, part.values);
    if (part.stale_ms) series.stale_ms = part.stale_ms;
  }
  for (providers::NameDescription& about : contents.names) {
    providers::NameDescription& description = name_of(about.name).about;  // its name is a key, and stays
    description.type = std::move(about.type);
    description.unit = std::move(about.unit);
    description.window_s = about.window_s;
  }
}

void Collection::finish() {
  for (ShownName& name : m_names) {
    for (ShownSeries& series : name.series) {
      put_in_order(series.sent);
      if (series.sent.running_histogram) take_differences(series.sent);
    }
  }
}

}  // namespace k6apm::preview
