#include "providers/prometheus_sent_mapping.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "providers/payload.hpp"

namespace k6apm::providers {
namespace {}  // namespace

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
  const auto& starts_s = series.starts_s;
  const std::int64_t before_s = starts_s.front() - m_resample_s;
  if (kind.is_total() && range.first_s <= before_s && before_s <= range.last_s)
    each({0, starts_s.front() * k_ms_per_s, 0, false});
  const auto begin = std::lower_bound(starts_s.begin(), starts_s.end(), range.first_s) - starts_s.begin();
  for (auto w = static_cast<std::size_t>(begin); w <= last && starts_s[w] <= range.last_s; ++w) {
    const double value = series.value(statistic, w);
    if (std::isfinite(value)) each({w + 1, (starts_s[w] + m_resample_s) * k_ms_per_s, value, w == last});
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
