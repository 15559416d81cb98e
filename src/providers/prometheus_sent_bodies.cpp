#include "providers/prometheus_sent_bodies.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "providers/prometheus_query.hpp"
#include "providers/prometheus_read_back.hpp"

namespace k6apm::providers {

void SentBodies::add(std::string_view body) {
  for (const SeriesContents& contents : remote_write_contents(body)) {
    m_histograms = m_histograms || contents.histograms;
    if (contents.samples.empty()) continue;
    Series& series = series_of(contents);
    for (const Sample& sample : contents.samples) {
      if (sample.bits != k_stale_marker_bits) {
        series.samples.push_back(sample);
      } else if (!series.samples.empty()) {
        series.end_ms = series.samples.back().time_ms;
      }
    }
  }
}

/// The series that this is a part of.
SentBodies::Series& SentBodies::series_of(const SeriesContents& contents) {
  auto named = m_by_name.find(contents.name);
  if (named == m_by_name.end()) {
    const Name& name = m_names.emplace_back(Name{contents.name, {}, {}});
    named = m_by_name.emplace(name.name, m_names.size() - 1).first;
  }
  Name& name = m_names[named->second];
  const auto known = name.by_labels.find(contents.labels);
  if (known != name.by_labels.end()) return name.series[known->second];
  Series& series = name.series.emplace_back(Series{contents.labels, contents.name_at, {}, {}});
  name.by_labels.emplace(series.labels, name.series.size() - 1);
  return series;
}

void SentBodies::finish() {
  const auto earlier = [](const Sample& a, const Sample& b) { return a.time_ms < b.time_ms; };
  const auto not_earlier = [](const Sample& a, const Sample& b) { return a.time_ms >= b.time_ms; };
  const auto same_time = [](const Sample& a, const Sample& b) { return a.time_ms == b.time_ms; };
  for (Name& name : m_names) {
    for (Series& series : name.series) {
      std::deque<Sample>& samples = series.samples;
      if (std::adjacent_find(samples.begin(), samples.end(), not_earlier) == samples.end()) continue;
      std::stable_sort(samples.begin(), samples.end(), earlier);
      samples.erase(std::unique(samples.begin(), samples.end(), same_time), samples.end());
    }
  }
}

SentLabels SentBodies::labels(SeriesAt at) const {
  const Series& series = series_at(at);
  return {series.labels, series.name_at};
}

void SentBodies::for_each(SeriesAt at, const WindowRange& range,
                          const std::function<void(const SampleAt&)>& each) const {
  const Series& series = series_at(at);
  const auto window_of = [this](const Sample& sample) {
    return window_start_s(sample.time_ms, m_resample_s);
  };
  auto sample = std::partition_point(series.samples.begin(), series.samples.end(),
                                     [&](const Sample& one) { return window_of(one) < range.first_s; });
  auto index = static_cast<std::size_t>(sample - series.samples.begin());
  for (; sample != series.samples.end() && window_of(*sample) <= range.last_s; ++sample, ++index)
    each({index, sample->time_ms, std::bit_cast<double>(sample->bits), series.end_ms == sample->time_ms});
}

std::optional<SeriesAt> SentBodies::find(std::string_view name, std::string_view labels) const {
  const auto named = m_by_name.find(name);
  if (named == m_by_name.end()) return std::nullopt;
  const auto& by_labels = m_names[named->second].by_labels;
  const auto found = by_labels.find(labels);
  if (found == by_labels.end()) return std::nullopt;
  return SeriesAt{named->second, found->second};
}

std::unique_ptr<ReadBack> prometheus_read_back_of(const apm::Destination& destination,
                                                  std::string_view user_agent, const std::string& query_url,
                                                  int resample_s, const PayloadSource& next) {
  std::optional<Endpoint> endpoint = query_endpoint(destination, query_url, user_agent);
  if (!endpoint) return nullptr;
  auto sent = std::make_unique<SentBodies>(resample_s);
  for (Payload payload; next(payload);) sent->add(payload.body);
  if (sent->histograms()) return nullptr;
  sent->finish();
  SampleMarks none(*sent);
  return std::make_unique<PrometheusReadBack>(std::move(sent), resample_s, std::move(none),
                                              *std::move(endpoint));
}

}  // namespace k6apm::providers
