#include "providers/datadog_sent_bodies.hpp"

#include <algorithm>
#include <iterator>

#include "providers/datadog_read_back.hpp"

namespace k6apm::providers {
namespace {

/// Ascending in time, of those of one second the last.
void put_in_order(std::vector<DatadogPoint>& points) {
  const auto later = [](const DatadogPoint& a, const DatadogPoint& b) { return a.time_s > b.time_s; };
  const auto not_earlier = [](const DatadogPoint& a, const DatadogPoint& b) { return a.time_s >= b.time_s; };
  const auto same_time = [](const DatadogPoint& a, const DatadogPoint& b) { return a.time_s == b.time_s; };
  if (std::adjacent_find(points.begin(), points.end(), not_earlier) == points.end()) return;
  std::reverse(points.begin(), points.end());
  std::stable_sort(points.begin(), points.end(), later);
  points.erase(std::unique(points.begin(), points.end(), same_time), points.end());
  std::reverse(points.begin(), points.end());
}

}  // namespace

void DatadogSentBodies::add(std::string_view body) {
  for (SentSeries& sent : datadog_contents(body)) {
    if (sent.points.empty()) continue;
    if (sent.interval_s > 0) m_interval_s = sent.interval_s;
    const std::size_t name = name_of(sent);
    const std::size_t tags = tags_of(sent);
    const auto [series, is_new] = m_series.try_emplace({name, tags}, m_mapping.series.size());
    if (is_new) m_mapping.series.push_back({name, tags, {}});
    std::vector<DatadogPoint>& points = m_mapping.series[series->second].points;
    points.insert(points.end(), sent.points.begin(), sent.points.end());
  }
}

std::size_t DatadogSentBodies::name_of(SentSeries& sent) {
  const auto [name, is_new] = m_names.try_emplace(sent.metric, m_mapping.names.size());
  if (is_new) {
    DatadogDescription description;
    description.unit.unit = std::move(sent.unit);
    m_mapping.names.push_back({std::move(sent.metric), sent.type, std::move(description)});
  }
  return name->second;
}

std::size_t DatadogSentBodies::tags_of(SentSeries& sent) {
  const auto [tags, is_new] = m_tags.try_emplace(sent.tags, m_mapping.tags.size());
  if (is_new) m_mapping.tags.push_back(std::move(sent.tags));
  return tags->second;
}

DatadogMapping DatadogSentBodies::take() {
  for (DatadogSeries& series : m_mapping.series) {
    put_in_order(series.points);
    series.points.shrink_to_fit();
    m_mapping.points += series.points.size();
  }
  m_mapping.exported_series = m_mapping.series.size();
  return std::move(m_mapping);
}

std::unique_ptr<ReadBack> datadog_read_back_of(const apm::Destination& destination,
                                               std::string_view user_agent, const std::string& /*query_url*/,
                                               int resample_s, const PayloadSource& next) {
  if (destination.app_key.empty()) return nullptr;
  DatadogSentBodies bodies;
  for (Payload payload; next(payload);) bodies.add(payload.body);
  const int interval_s = bodies.interval_s() > 0 ? bodies.interval_s() : resample_s;
  return std::make_unique<DatadogReadBack>(std::make_unique<const DatadogMapping>(bodies.take()), interval_s,
                                           destination, user_agent);
}

}  // namespace k6apm::providers
