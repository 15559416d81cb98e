#include "providers/prometheus_missing.hpp"

#include <algorithm>

#include "providers/write_request.hpp"

namespace k6apm::providers {
namespace {

/// The window that a sample is of.
std::int64_t window_start_s(const MappedSeries& mapped, const SampleAt& sample) {
  return mapped.source.windows[sample.index == 0 ? 0 : sample.index - 1].start_s;
}

}  // namespace

MissingExport::MissingExport(const Mapping& mapping, int resample_s, const SampleMarks& held,
                             RequestLimits limits)
    : m_mapping(mapping), m_resample_s(resample_s), m_held(held), m_limits(limits) {
  for (std::size_t i = 0; i < mapping.series.size(); ++i) {
    for (std::size_t k = 0; k < mapping.series[i].last.size(); ++k) collect({i, k});
  }
}

/// Counts what is missing of one series, and in which slices it is.
void MissingExport::collect(SeriesAt at) {
  const MappedSeries& mapped = m_mapping.series[at.series];
  std::optional<std::int64_t> slice;
  for_each_sample(m_mapping, at, m_resample_s, {}, [&](const SampleAt& sample) {
    if (m_held.is_marked(at, sample)) return;
    ++m_points;
    if (!slice) ++m_series;
    const std::int64_t its_slice = slice_of(mapped, sample);
    if (slice != its_slice) m_slices[its_slice].push_back(at);
    slice = its_slice;
  });
}

std::int64_t MissingExport::slice_of(const MappedSeries& mapped, const SampleAt& sample) const {
  return window_start_s(mapped, sample) / (m_resample_s * k_slice_windows);
}

bool MissingExport::next(Payload& payload) {
  payload = Payload{};
  if (m_slices.empty()) return false;
  const auto& [slice, series] = *m_slices.begin();
  std::string request;
  while (m_at < series.size() && payload.series < m_limits.series) {
    const Block block = encode(series[m_at], slice);
    const std::size_t size = request.size() + block.series.size() + k_framing_bytes;
    if (payload.series > 0 && size > m_limits.bytes) break;
    append_series(request, block.series);
    payload.first_ms = payload.series == 0 ? block.first_ms : std::min(payload.first_ms, block.first_ms);
    payload.last_ms = payload.series == 0 ? block.last_ms : std::max(payload.last_ms, block.last_ms);
    payload.points += block.points;
    ++payload.series;
    ++m_at;
  }
  payload.slice = static_cast<std::uint64_t>(slice);
  payload.body = compressed(request);
  if (m_at == series.size()) {
    m_slices.erase(m_slices.begin());
    m_at = 0;
  }
  return true;
}

/// What is missing of one series in a slice.
MissingExport::Block MissingExport::encode(SeriesAt at, std::int64_t slice) const {
  const MappedSeries& mapped = m_mapping.series[at.series];
  Block block;
  block.series.assign(mapped.labels, 0, mapped.name_at);
  append_label(block.series, "__name__", m_mapping.metrics[mapped.metric].names[at.statistic].name);
  block.series.append(mapped.labels, mapped.name_at);
  const std::int64_t length_s = m_resample_s * k_slice_windows;
  const WindowRange range{slice * length_s, (slice + 1) * length_s - 1};
  bool ends = false;
  for_each_sample(m_mapping, at, m_resample_s, range, [&](const SampleAt& sample) {
    if (m_held.is_marked(at, sample)) return;
    if (block.points++ == 0) block.first_ms = sample.time_ms;
    block.last_ms = sample.time_ms;
    append_sample(block.series, sample.value, sample.time_ms);
    ends = sample.index == mapped.last[at.statistic] + 1;
  });
  if (ends) append_stale_marker(block.series, block.last_ms + 1);
  return block;
}

}  // namespace k6apm::providers
