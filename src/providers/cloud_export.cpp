#include "providers/cloud_export.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "providers/payload.hpp"
#include "series/window_number.hpp"

namespace k6apm::providers {
namespace {

/// Where the first bucket of all begins.
std::int64_t first_start_s(const std::vector<series::Series>& all, std::int64_t period_s) {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::max();
  for (const series::Series& one : all) first_s = std::min(first_s, one.windows.front().start_s);
  return series::window_number(first_s, period_s) * period_s;
}

}  // namespace

CloudExport::CloudExport(CloudMapping mapping, std::size_t max_bytes)
    : m_mapping(std::move(mapping)), m_max_bytes(max_bytes) {
  TestRun run;
  run.id = "0";
  begin(run);
}

void CloudExport::begin(const TestRun& run) {
  m_period_s = run.aggregation_period_s;
  m_max_series = run.max_series_in_batch;
  m_notices = m_mapping.notices;
  m_summaries = cloud_summaries(m_mapping.series, m_period_s, m_notices);
  m_series = 0;
  m_points = 0;
  for (const MetricSummary& summary : m_summaries) {
    m_series += summary.series;
    m_points += summary.points;
  }
  m_slices = TimeSlices(first_start_s(m_mapping.series, m_period_s), m_period_s * k_cloud_slice_buckets);
  m_progress.assign(m_mapping.series.size(), 0);
  for (std::size_t i = 0; i < m_mapping.series.size(); ++i)
    m_slices.put(i, m_mapping.series[i].windows.front().start_s);
  m_at = 0;
  m_holding = false;
  m_request = CloudRequest(run.id, m_period_s);
}

std::uint64_t CloudExport::most_vus() const {
  for (const char* const metric : {"vus_max", "vus"}) {
    double most = 0;
    for (const series::Series& one : m_mapping.series) {
      if (one.metric != metric || one.type != series::MetricType::gauge) continue;
      for (const series::Window& window : one.windows) most = std::max({most, window.last, window.max});
    }
    constexpr double k_end = 0x1p63;
    if (most > 0) return static_cast<std::uint64_t>(std::round(std::min(most, k_end)));
  }
  return 0;
}

bool CloudExport::next(Payload& payload) {
  payload = Payload{};
  while (m_holding || fill_next()) {
    m_holding = true;
    // The first block of the next slice ends the request too: a request never spans two.
    const bool other_slice = payload.series > 0 && payload.slice != m_slices.number();
    if (other_slice || !add(payload)) break;
    m_holding = false;
  }
  if (payload.series == 0) return false;
  payload.body = m_request.take();
  return true;
}

/// Puts the block at hand into the request; false where it does not fit.
bool CloudExport::add(Payload& payload) {
  const series::Series& one = m_mapping.series[m_held.series];
  if (payload.series > 0 && payload.series >= m_max_series) return false;
  if (!m_request.add(one.metric, one.type, m_held.bytes, m_max_bytes)) return false;
  payload.first_ms = payload.series == 0 ? m_held.first_ms : std::min(payload.first_ms, m_held.first_ms);
  payload.last_ms = payload.series == 0 ? m_held.last_ms : std::max(payload.last_ms, m_held.last_ms);
  payload.slice = m_slices.number();
  payload.points += m_held.points;
  ++payload.series;
  return true;
}

/// Encodes the next series that has something in this slice or a later one; false when all is sent.
bool CloudExport::fill_next() {
  while (true) {
    if (m_at == m_slices.series().size()) {
      if (!m_slices.begin()) return false;
      m_at = 0;
    }
    const std::size_t index = m_slices.series()[m_at++];
    const series::Series& one = m_mapping.series[index];
    const std::size_t begin = m_progress[index];
    std::size_t end = begin;
    while (end < one.windows.size() && one.windows[end].start_s < m_slices.end_s()) ++end;
    m_progress[index] = end;
    if (end < one.windows.size()) m_slices.put(index, one.windows[end].start_s);
    std::vector<CloudBucket> buckets = cloud_buckets(one, begin, end, m_period_s);
    std::erase_if(buckets, [&](const CloudBucket& bucket) { return !is_sendable(one.type, bucket); });
    if (buckets.empty()) continue;
    m_held = {index, encoded_cloud_series(one.type, one.tags, buckets), buckets.size(),
              buckets.front().window.start_s * k_ms_per_s, buckets.back().window.start_s * k_ms_per_s};
    return true;
  }
}

}  // namespace k6apm::providers
