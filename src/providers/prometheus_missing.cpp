#include "providers/prometheus_missing.hpp"

#include <algorithm>
#include <optional>

#include "providers/write_request.hpp"

namespace k6apm::providers {

MissingExport::MissingExport(const SentSamples& sent, int resample_s, const SampleMarks& held,
                             RequestLimits limits)
    : m_sent(sent), m_resample_s(resample_s), m_held(held), m_limits(limits) {
  for (std::size_t name = 0; name < sent.names(); ++name) {
    for (std::size_t i = 0; i < sent.series(name); ++i) collect({name, i});
  }
}

/// Counts what is missing of one series, and in which slices it is.
void MissingExport::collect(SeriesAt at) {
  std::optional<std::int64_t> slice;
  m_sent.for_each(at, {}, [&](const SampleAt& sample) {
    if (m_held.is_marked(at, sample)) return;
    ++m_points;
    if (!slice) ++m_series;
    const std::int64_t its_slice =
        unit_start_s(window_start_s(sample.time_ms, m_resample_s), m_resample_s * k_slice_windows);
    if (slice != its_slice) m_slices[its_slice].push_back(at);
    slice = its_slice;
  });
}

bool MissingExport::next(Payload& payload) {
  payload = Payload{};
  if (m_slices.empty()) return false;
  const auto& [start_s, series] = *m_slices.begin();
  std::string request;
  while (m_at < series.size() && payload.series < m_limits.series) {
    const Block block = encode(series[m_at], start_s);
    const std::size_t size = request.size() + block.series.size() + k_framing_bytes;
    if (payload.series > 0 && size > m_limits.bytes) break;
    append_series(request, block.series);
    payload.first_ms = payload.series == 0 ? block.first_ms : std::min(payload.first_ms, block.first_ms);
    payload.last_ms = payload.series == 0 ? block.last_ms : std::max(payload.last_ms, block.last_ms);
    payload.points += block.points;
    ++payload.series;
    ++m_at;
  }
  payload.slice = m_slice;
  payload.body = compressed(request);
  if (m_at == series.size()) {
    m_slices.erase(m_slices.begin());
    ++m_slice;
    m_at = 0;
  }
  return true;
}

/// What is missing of one series in the slice that begins there.
MissingExport::Block MissingExport::encode(SeriesAt at, std::int64_t start_s) const {
  const SentLabels labels = m_sent.labels(at);
  Block block;
  block.series = labels.encoded.substr(0, labels.name_at);
  append_label(block.series, "__name__", m_sent.name(at.name));
  block.series += labels.encoded.substr(labels.name_at);
  const WindowRange range{start_s, start_s + m_resample_s * k_slice_windows - 1};
  bool ends = false;
  m_sent.for_each(at, range, [&](const SampleAt& sample) {
    if (m_held.is_marked(at, sample)) return;
    if (block.points++ == 0) block.first_ms = sample.time_ms;
    block.last_ms = sample.time_ms;
    append_sample(block.series, sample.value, sample.time_ms);
    ends = sample.ends;
  });
  if (ends) append_stale_marker(block.series, block.last_ms + 1);
  return block;
}

}  // namespace k6apm::providers
