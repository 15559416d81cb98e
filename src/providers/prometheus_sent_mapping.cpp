#include "providers/prometheus_sent_mapping.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace k6apm::providers {
namespace {

constexpr std::int64_t k_ms_per_s = 1000;

}  // namespace

SentMapping::SentMapping(const Mapping& mapping, int resample_s)
    : m_mapping(mapping), m_resample_s(resample_s), m_metrics(mapping.metrics.size()) {
  for (std::size_t m = 0; m < mapping.metrics.size(); ++m) {
    for (std::size_t i = 0; i < mapping.metrics[m].names.size(); ++i) {
      m_by_name.emplace(mapping.metrics[m].names[i].name, m_names.size());
      m_names.push_back({m, i});
    }
  }
  for (std::size_t i = 0; i < mapping.series.size(); ++i) {
    MetricSeries& metric = m_metrics[mapping.series[i].metric];
    if (metric.end == 0) metric.begin = i;
    metric.end = i + 1;
    m_by_labels.push_back(i);
  }
  std::sort(m_by_labels.begin(), m_by_labels.end(), [&mapping](std::size_t a, std::size_t b) {
    return std::tie(mapping.series[a].metric, mapping.series[a].labels) <
           std::tie(mapping.series[b].metric, mapping.series[b].labels);
  });
}

std::string_view SentMapping::name(std::size_t name) const {
  const auto& [metric, statistic] = m_names[name];
  return m_mapping.metrics[metric].names[statistic].name;
}

std::size_t SentMapping::series(std::size_t name) const {
  const MetricSeries& metric = m_metrics[m_names[name].metric];
  return metric.end - metric.begin;
}

SentLabels SentMapping::labels(SeriesAt at) const { return {mapped(at).labels, mapped(at).name_at}; }

void SentMapping::for_each(SeriesAt at, const WindowRange& range,
                           const std::function<void(const SampleAt&)>& each) const {
  const MappedSeries& series = mapped(at);
  const std::size_t statistic = m_names[at.name].statistic;
  const Statistic& kind = m_mapping.metrics[series.metric].statistics[statistic];
  const std::size_t last = series.last[statistic];
  if (last == MappedSeries::k_no_sample) return;
  const auto& windows = series.source.windows;
  const std::int64_t before_s = windows.front().start_s - m_resample_s;
  if (kind.is_total() && range.first_s <= before_s && before_s <= range.last_s)
    each({0, windows.front().start_s * k_ms_per_s, 0, false});
  const auto before = [](const series::Window& window, std::int64_t start_s) {
    return window.start_s < start_s;
  };
  const auto begin = static_cast<std::size_t>(
      std::lower_bound(windows.begin(), windows.end(), range.first_s, before) - windows.begin());
  RunningTotals totals;
  for (std::size_t w = kind.is_total() ? 0 : begin; w <= last && windows[w].start_s <= range.last_s; ++w) {
    if (kind.is_total()) totals.add(windows[w]);
    if (w < begin) continue;
    const double value = value_of(kind, windows[w], totals);
    if (std::isfinite(value))
      each({w + 1, (windows[w].start_s + m_resample_s) * k_ms_per_s, value, w == last});
  }
}

std::optional<SeriesAt> SentMapping::find(std::string_view name, std::string_view labels) const {
  const auto named = m_by_name.find(name);
  if (named == m_by_name.end()) return std::nullopt;
  const std::size_t metric = m_names[named->second].metric;
  const auto key = std::pair<std::size_t, std::string_view>(metric, labels);
  const auto key_of = [this](std::size_t i) {
    return std::pair<std::size_t, std::string_view>(m_mapping.series[i].metric, m_mapping.series[i].labels);
  };
  const auto found =
      std::lower_bound(m_by_labels.begin(), m_by_labels.end(), key,
                       [&key_of](std::size_t i, const auto& wanted) { return key_of(i) < wanted; });
  if (found == m_by_labels.end() || key_of(*found) != key) return std::nullopt;
  return SeriesAt{named->second, *found - m_metrics[metric].begin};
}

}  // namespace k6apm::providers
