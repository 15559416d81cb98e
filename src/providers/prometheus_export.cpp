// What surprises: a Prometheus head refuses what is older than its newest sample by more than an hour,
// whatever the series, so requests go by time and not by series; and one bad sample costs the whole request.
#include "providers/prometheus_export.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "providers/openmetrics.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {
namespace {

/// Start of the first window of the destination.
std::int64_t first_start_s(const std::vector<MappedSeries>& series) {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::max();
  for (const MappedSeries& mapped : series) first_s = std::min(first_s, mapped.starts_s.front());
  return first_s;
}

}  // namespace

PrometheusExport::PrometheusExport(Mapping mapping, int resample_s, RequestLimits limits)
    : m_mapping(std::move(mapping)),
      m_resample_s(resample_s),
      m_limits(limits),
      m_slices(first_start_s(m_mapping.series), m_resample_s * k_slice_windows) {
  m_progress.resize(m_mapping.series.size());
  const bool buckets = std::any_of(m_mapping.series.begin(), m_mapping.series.end(),
                                   [](const MappedSeries& mapped) { return !mapped.buckets.empty(); });
  if (buckets) m_buckets.resize(m_mapping.series.size());
  for (const MappedMetric& metric : m_mapping.metrics) {
    m_first_name.push_back(m_name_labels.size());
    for (const Metadata& name : metric.names)
      append_label(m_name_labels.emplace_back(), "__name__", name.name);
  }
  for (std::size_t i = 0; i < m_mapping.series.size(); ++i)
    m_slices.put(i, m_mapping.series[i].starts_s.front());
}

/// The first window at or after `window` that is not of the slice at hand.
std::size_t PrometheusExport::slice_end(const MappedSeries& mapped, std::size_t window) const {
  while (window < mapped.starts_s.size() && mapped.starts_s[window] < m_slices.end_s()) ++window;
  return window;
}

bool PrometheusExport::next(Payload& payload) {
  payload = Payload{};
  while (m_holding || fill_next(m_held)) {
    m_holding = true;
    // The first block of the next slice ends the request too: a request never spans two.
    const bool other_slice = payload.slice != m_slices.number();
    if (payload.series > 0 && (other_slice || began_there_before(m_held))) break;
    if (!add(payload, m_held)) break;
    m_holding = false;
  }
  if (payload.series == 0) return false;
  payload.body = std::visit([](auto& request) { return compressed(request.take()); }, m_request);
  return true;
}

bool PrometheusExport::write_open_metrics(const TextSink& put) const {
  providers::write_open_metrics(m_mapping, m_resample_s, put);
  return true;
}

/// Puts a block into the request; false where it does not fit.
bool PrometheusExport::add(Payload& payload, const Block& block) {
  if (payload.series > 0 && payload.series >= m_limits.series) return false;
  const bool added = std::visit([&](auto& request) { return request.add(block, m_limits.bytes); }, m_request);
  if (!added) return false;
  payload.first_ms = payload.series == 0 ? block.first_ms : std::min(payload.first_ms, block.first_ms);
  payload.last_ms = payload.series == 0 ? block.last_ms : std::max(payload.last_ms, block.last_ms);
  payload.slice = m_slices.number();
  if (payload.series == 0) note_begin(block);
  if (payload.series == 0) payload.places.first = block.place;
  payload.places.last = block.place;
  payload.points += block.points;
  payload.samples += block.samples.size();
  payload.histograms += block.histograms.size();
  ++payload.series;
  return true;
}

/// Whether a request of the slice before began with this series, and that at hand is no small one.
bool PrometheusExport::began_there_before(const Block& block) const {
  return std::visit([](const auto& request) { return request.bytes(); }, m_request) >= m_limits.bytes / 2 &&
         std::binary_search(m_begins_before.begin(), m_begins_before.end(), block.place);
}

void PrometheusExport::note_begin(const Block& block) {
  if (m_begins_of != m_slices.number()) {
    m_begins_before = std::exchange(m_begins, {});
    m_begins_of = m_slices.number();
  }
  m_begins.push_back(block.place);
}

/// Fills in the next series that has samples, in this slice or the next one; false when all is sent.
bool PrometheusExport::fill_next(Block& block) {
  while (true) {
    if (m_at == m_slices.series().size()) {
      if (!m_slices.begin()) return false;
      m_at = 0;
    }
    const MappedSeries& mapped = m_mapping.series[m_slices.series()[m_at]];
    if (m_statistic == mapped.last.size()) {
      advance();
      continue;
    }
    const std::size_t statistic = m_statistic++;
    fill(mapped, statistic, block);
    if (block.points > 0) return true;
  }
}

/// Leaves the series at hand for the next one of the slice.
void PrometheusExport::advance() {
  const std::size_t series = m_slices.series()[m_at];
  const MappedSeries& mapped = m_mapping.series[series];
  const std::size_t end = slice_end(mapped, m_progress[series]);
  if (!mapped.buckets.empty()) {
    for (std::size_t w = m_progress[series]; w < end; ++w) m_buckets[series].add(mapped.buckets[w]);
  }
  m_progress[series] = end;
  if (end < mapped.starts_s.size()) m_slices.put(series, mapped.starts_s[end]);
  ++m_at;
  m_statistic = 0;
}

/// What one statistic of a series has in the slice at hand; no points where it has nothing.
void PrometheusExport::fill(const MappedSeries& mapped, std::size_t statistic, Block& block) const {
  const auto series = static_cast<std::size_t>(&mapped - m_mapping.series.data());
  const std::size_t begin = m_progress[series];
  const std::size_t name = m_first_name[mapped.metric] + statistic;
  const Statistic& kind = m_mapping.metrics[mapped.metric].statistics[statistic];
  const std::size_t last = mapped.last[statistic];
  block.place = series;
  block.points = 0;
  if (last == MappedSeries::k_no_sample) return;
  const std::size_t end = std::min(slice_end(mapped, begin), last + 1);
  if (begin >= end) return;

  block.labels.assign(mapped.labels, 0, mapped.name_at);
  block.labels += m_name_labels[name];
  block.labels.append(mapped.labels, mapped.name_at);
  block.metadata = &m_mapping.metrics[mapped.metric].names[statistic];
  block.samples.clear();
  block.histograms.clear();
  series::Buckets buckets = kind.is_histogram() ? m_buckets.at(series) : series::Buckets{};
  const auto put = [&](double value, std::int64_t time_ms) {
    if (block.points++ == 0) block.first_ms = time_ms;
    block.last_ms = time_ms;
    if (kind.is_histogram()) {
      block.histograms.push_back({native_histogram(buckets, value), time_ms});
    } else {
      block.samples.push_back({std::bit_cast<std::uint64_t>(value), time_ms});
    }
  };
  block.start_ms.reset();
  if (kind.is_total()) block.start_ms = mapped.starts_s.front() * k_ms_per_s;
  if (begin == 0 && kind.is_total()) put(0, *block.start_ms);
  for (std::size_t w = begin; w < end; ++w) {
    if (kind.is_histogram()) buckets.add(mapped.buckets.at(w));
    const double value = mapped.value(statistic, w);
    if (std::isfinite(value)) put(value, (mapped.starts_s[w] + m_resample_s) * k_ms_per_s);
  }
  if (end < last + 1) return;
  if (kind.is_histogram()) {
    block.histograms.push_back({stale_histogram(), block.last_ms + 1});
  } else {
    block.samples.push_back({k_stale_marker_bits, block.last_ms + 1});
  }
}

}  // namespace k6apm::providers
