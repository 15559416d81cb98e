#include "providers/prometheus_samples.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace k6apm::providers {
namespace {

constexpr std::int64_t k_ms_per_s = 1000;

}  // namespace

void for_each_sample(const Mapping& mapping, SeriesAt at, int resample_s, const WindowRange& range,
                     const std::function<void(const SampleAt&)>& each) {
  const MappedSeries& mapped = mapping.series[at.series];
  const Statistic& kind = mapping.metrics[mapped.metric].statistics[at.statistic];
  const std::size_t last = mapped.last[at.statistic];
  if (last == MappedSeries::k_no_sample) return;
  const auto& windows = mapped.source.windows;
  const auto before = [](const series::Window& window, std::int64_t start_s) {
    return window.start_s < start_s;
  };
  const auto begin = static_cast<std::size_t>(
      std::lower_bound(windows.begin(), windows.end(), range.first_s, before) - windows.begin());
  const bool from_start = begin == 0 && windows.front().start_s <= range.last_s;
  if (from_start && kind.is_total()) each({0, windows.front().start_s * k_ms_per_s, 0});
  RunningTotals totals;
  for (std::size_t w = kind.is_total() ? 0 : begin; w <= last && windows[w].start_s <= range.last_s; ++w) {
    if (kind.is_total()) totals.add(windows[w]);
    if (w < begin) continue;
    const double value = value_of(kind, windows[w], totals);
    if (std::isfinite(value)) each({w + 1, (windows[w].start_s + resample_s) * k_ms_per_s, value});
  }
}

SampleMarks::SampleMarks(const Mapping& mapping) {
  std::size_t bits = 0;
  for (const MappedSeries& mapped : mapping.series) {
    const std::size_t samples = mapped.source.windows.size() + 1;
    m_series.push_back({bits, samples});
    bits += samples * mapped.last.size();
  }
  m_bits.resize(bits);
}

bool SampleMarks::mark(SeriesAt at, const SampleAt& sample) {
  const std::size_t bit = bit_of(at, sample);
  if (m_bits[bit]) return false;
  m_bits[bit] = true;
  return true;
}

SeriesIndex::SeriesIndex(const Mapping& mapping) : m_mapping(mapping) {
  for (std::size_t m = 0; m < mapping.metrics.size(); ++m) {
    const std::vector<Metadata>& names = mapping.metrics[m].names;
    for (std::size_t i = 0; i < names.size(); ++i) m_names.emplace(names[i].name, Name{m, i});
  }
  for (std::size_t i = 0; i < mapping.series.size(); ++i) m_by_labels.push_back(i);
  std::sort(m_by_labels.begin(), m_by_labels.end(), [&mapping](std::size_t a, std::size_t b) {
    return std::tie(mapping.series[a].metric, mapping.series[a].labels) <
           std::tie(mapping.series[b].metric, mapping.series[b].labels);
  });
}

std::optional<SeriesAt> SeriesIndex::find(std::string_view name, std::string_view labels) const {
  const auto named = m_names.find(name);
  if (named == m_names.end()) return std::nullopt;
  const auto key = std::pair<std::size_t, std::string_view>(named->second.metric, labels);
  const auto key_of = [this](std::size_t i) {
    return std::pair<std::size_t, std::string_view>(m_mapping.series[i].metric, m_mapping.series[i].labels);
  };
  const auto found =
      std::lower_bound(m_by_labels.begin(), m_by_labels.end(), key,
                       [&key_of](std::size_t i, const auto& wanted) { return key_of(i) < wanted; });
  if (found == m_by_labels.end() || key_of(*found) != key) return std::nullopt;
  return SeriesAt{*found, named->second.statistic};
}

}  // namespace k6apm::providers
