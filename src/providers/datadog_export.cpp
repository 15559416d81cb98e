// What surprises: the intake answers 202 and drops points that are more than an hour old or more than ten
// minutes ahead (docs.datadoghq.com, "Submit metrics"), so these have to be told before.
#include "providers/datadog_export.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_calls.hpp"
#include "providers/datadog_read_back.hpp"

namespace k6apm::providers {
namespace {

/// Everything around the series of a request, and the comma behind each.
constexpr std::size_t k_envelope_bytes = 16;
constexpr std::size_t k_comma_bytes = 1;

std::int64_t first_time_s(const std::vector<DatadogSeries>& all) {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::max();
  for (const DatadogSeries& series : all) first_s = std::min(first_s, series.points.front().time_s);
  return first_s;
}

std::int64_t slice_windows(std::size_t series, const DatadogLimits& limits) {
  const std::uint64_t full = limits.points / std::max<std::size_t>(series, 1);
  return std::max(k_datadog_slice_windows, static_cast<std::int64_t>(full));
}

std::size_t bytes_of(const std::vector<EncodedSeries>& request) {
  std::size_t bytes = k_envelope_bytes;
  for (const EncodedSeries& one : request) bytes += one.json.size() + k_comma_bytes;
  return bytes;
}

}  // namespace

DatadogExport::DatadogExport(DatadogMapping mapping, int resample_s, DatadogLimits limits)
    : m_mapping(std::move(mapping)),
      m_resample_s(resample_s),
      m_limits(limits),
      m_fitting_bytes(limits.bytes),
      m_slices(first_time_s(m_mapping.series), resample_s * slice_windows(m_mapping.series.size(), limits)),
      m_progress(m_mapping.series.size()) {
  for (std::size_t i = 0; i < m_mapping.series.size(); ++i)
    m_slices.put(i, m_mapping.series[i].points.front().time_s);
}

bool DatadogExport::next(Payload& payload) {
  std::vector<EncodedSeries> request = take_request();
  payload = datadog_payload(request);
  // Bytes that hardly compress: the size is known only now. One series alone is far below the limit.
  while (payload.body.size() > m_limits.compressed_bytes && request.size() > 1) {
    give_back(request, payload.body.size());
    payload = datadog_payload(request);
  }
  // Compressing is most of the work: what the next request may hold is told by this one.
  const bool is_nearly_full = payload.body.size() > m_limits.compressed_bytes / 2;
  m_fitting_bytes = is_nearly_full ? part_that_fits(bytes_of(request), payload.body.size()) : m_limits.bytes;
  return !request.empty();
}

/// Of `n` things that were compressed to so many bytes, how many fit into a request.
std::size_t DatadogExport::part_that_fits(std::size_t n, std::size_t compressed_bytes) const {
  constexpr double k_room = 0.95;  // others may compress less well
  const double share = static_cast<double>(m_limits.compressed_bytes) / static_cast<double>(compressed_bytes);
  return static_cast<std::size_t>(static_cast<double>(n) * k_room * share);
}

/// Leaves in `request`, which is too large, about as many series as fit.
void DatadogExport::give_back(std::vector<EncodedSeries>& request, std::size_t compressed_bytes) {
  const std::size_t keep =
      std::clamp(part_that_fits(request.size(), compressed_bytes), std::size_t{1}, request.size() - 1);
  const auto first = request.begin() + static_cast<std::ptrdiff_t>(keep);
  m_encoded.insert(m_encoded.begin(), std::make_move_iterator(first), std::make_move_iterator(request.end()));
  request.erase(first, request.end());
}

/// The encoded series that fit into one request; none when all is sent.
std::vector<EncodedSeries> DatadogExport::take_request() {
  std::vector<EncodedSeries> request;
  const std::size_t most_bytes = std::min(m_limits.bytes, m_fitting_bytes);
  std::size_t bytes = k_envelope_bytes;
  std::uint64_t points = 0;
  while (!m_encoded.empty() || encode_next()) {
    const EncodedSeries& one = m_encoded.front();
    bytes += one.json.size() + k_comma_bytes;
    points += one.points;
    const bool fits = bytes <= most_bytes && points <= m_limits.points;
    if (!request.empty() && (!fits || one.slice != request.front().slice)) break;
    request.push_back(std::move(m_encoded.front()));
    m_encoded.pop_front();
  }
  return request;
}

/// Encodes what the next series has in this slice or the next one; false when there is nothing left.
bool DatadogExport::encode_next() {
  if (m_at == m_slices.series().size()) {
    if (!m_slices.begin()) return false;
    m_at = 0;
  }
  const std::size_t index = m_slices.series()[m_at++];
  const DatadogSeries& series = m_mapping.series[index];
  const std::size_t begin = m_progress[index];
  std::size_t end = begin;
  const auto limit = begin + static_cast<std::size_t>(m_limits.points);
  while (end < series.points.size() && end < limit && series.points[end].time_s < m_slices.end_s()) ++end;
  m_progress[index] = end;
  if (end < series.points.size()) m_slices.put(index, series.points[end].time_s);
  m_encoded.push_back(encode_datadog(m_mapping.names[series.name], m_mapping.tags[series.tags], m_resample_s,
                                     std::span(series.points).subspan(begin, end - begin)));
  m_encoded.back().slice = m_slices.number();
  return true;
}

void DatadogExport::refused(const Payload& payload) {
  if (m_by_name.empty()) {
    for (std::size_t i = 0; i < m_mapping.series.size(); ++i) {
      const DatadogSeries& series = m_mapping.series[i];
      m_by_name.emplace(std::pair{m_mapping.names[series.name].name, m_mapping.tags[series.tags]}, i);
    }
  }
  for (const SentSeries& sent : datadog_contents(payload.body)) {
    const auto found = m_by_name.find({sent.metric, sent.tags});
    if (found != m_by_name.end()) forget(found->second, sent.points);
  }
}

/// Removes points of a series, which are encoded, at the times of these.
void DatadogExport::forget(std::size_t index, const std::vector<DatadogPoint>& gone) {
  std::vector<DatadogPoint>& points = m_mapping.series[index].points;
  const auto encoded = points.begin() + static_cast<std::ptrdiff_t>(m_progress[index]);
  const auto earlier = [](const DatadogPoint& a, const DatadogPoint& b) { return a.time_s < b.time_s; };
  const auto left = std::remove_if(points.begin(), encoded, [&](const DatadogPoint& point) {
    return std::binary_search(gone.begin(), gone.end(), point, earlier);
  });
  m_progress[index] = static_cast<std::size_t>(left - points.begin());
  points.erase(left, encoded);
}

Notice DatadogExport::untimely_notice() const {
  if (m_mapping.old + m_mapping.ahead == 0) return {};
  const auto points = [](std::uint64_t n) { return fmt::format("{} point{}", n, n == 1 ? "" : "s"); };
  std::string text;
  if (m_mapping.old > 0)
    text = points(m_mapping.old) + (m_mapping.old == 1 ? " is" : " are") + " more than an hour old";
  if (m_mapping.ahead > 0) {
    text += fmt::format("{}{} {} more than ten minutes ahead", text.empty() ? "" : " and ",
                        points(m_mapping.ahead), m_mapping.ahead == 1 ? "is" : "are");
  }
  const bool sent = m_mapping.left_out == 0;
  text += fmt::format("; Datadog drops such points in silence{}", sent ? "" : ", so they are not sent");
  // What lies within the hour with room for the way there.
  constexpr std::int64_t k_fitting_s = 3600 - 60;
  std::string hint;
  if (m_mapping.last_s - m_mapping.first_s < k_fitting_s)
    hint = "--end-at now moves the run to the present; ";
  if (m_mapping.old > 0 && m_mapping.can_take_old) {
    hint += "--datadog-historical sends old points for metrics with historical ingestion; ";
  }
  return {Severity::warning, {}, std::move(text), hint + "-o writes the requests to files"};
}

std::unique_ptr<ReadBack> DatadogExport::read_back(const apm::Destination& destination,
                                                   std::string_view user_agent) {
  if (destination.app_key.empty()) return nullptr;
  return std::make_unique<DatadogReadBack>(m_mapping, m_resample_s, destination, user_agent);
}

/// For each name that has an old point; none without an app key, which these calls need.
std::vector<Call> DatadogExport::enabling_calls(const apm::Destination& destination,
                                                std::string_view user_agent, bool all) const {
  std::vector<Call> calls;
  if (destination.app_key.empty()) return calls;
  std::set<std::size_t> names;
  for (const DatadogSeries& series : m_mapping.series) {
    if (all || series.points.front().time_s < m_mapping.oldest_taken_s) names.insert(series.name);
  }
  for (const std::size_t name : names)
    calls.push_back(enabling_call(destination, m_mapping.names[name].name, user_agent));
  return calls;
}

std::vector<Call> DatadogExport::describing_calls(const apm::Destination& destination,
                                                  std::string_view user_agent) const {
  std::vector<Call> calls;
  if (destination.app_key.empty()) return calls;
  std::set<std::size_t> names;
  for (const DatadogSeries& series : m_mapping.series) names.insert(series.name);
  for (const std::size_t name : names)
    calls.push_back(describing_call(destination, m_mapping.names[name], user_agent));
  return calls;
}

}  // namespace k6apm::providers
