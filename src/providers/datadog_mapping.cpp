// Specification: the names of Datadog's k6 integration; the rules for names and tags are in datadog_names.
// What surprises: metrics whose targets are equal by these rules have become one before (series::Partial),
// but two of different types have not, and a Trend `x` has `k6.x.count`, as a Counter `x.count` has.
#include "providers/datadog_mapping.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_body.hpp"
#include "providers/datadog_endpoint.hpp"
#include "providers/datadog_names.hpp"
#include "providers/summary.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

/// Maps the series of one destination, metric by metric.
class DatadogMapper {
 public:
  DatadogMapper(const apm::Destination& destination, const ExportSettings& settings)
      : m_destination(destination),
        m_settings(settings),
        m_constant_tags(datadog_constant_tags(settings.constant_tags)) {
    m_mapping.oldest_taken_s = settings.taken.first_s;
    m_mapping.can_take_old = takes_historical(destination);
  }

  DatadogMapping map(std::vector<series::Series> all) &&;

 private:
  using Range = std::pair<std::vector<series::Series>::iterator, std::vector<series::Series>::iterator>;

  void map_metric(const Range& metric);
  bool claim_names(const series::Series& first, const std::string& target,
                   const std::vector<DatadogStatistic>& statistics);
  void add_series(const series::Series& one, const std::vector<DatadogStatistic>& statistics,
                  std::vector<std::uint64_t>& not_finite);
  std::size_t add_tags(const series::Tags& tags);
  void add_point(DatadogSeries& series, const DatadogPoint& point);
  void note_names(const series::Series& first, const std::string& given, const std::string& target);
  void warn(std::size_t rule, std::string text, std::string hint = {});

  const apm::Destination& m_destination;
  const ExportSettings& m_settings;
  const series::Tags m_constant_tags;
  DatadogMapping m_mapping{};
  std::size_t m_first_name = 0;                   ///< of the metric at hand
  std::map<std::string, std::string> m_owners{};  ///< exported name -> the metric that has it
};

DatadogMapping DatadogMapper::map(std::vector<series::Series> all) && {
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find_if(begin, all.end(), [&begin](const series::Series& one) {
      return one.rule != begin->rule || one.metric != begin->metric;
    });
    map_metric({begin, end});
    begin = end;
  }
  return std::move(m_mapping);
}

void DatadogMapper::warn(std::size_t rule, std::string text, std::string hint) {
  m_mapping.notices.push_back({Severity::warning, m_destination.entries.at(rule).where, std::move(text),
                               std::move(hint), "warnings about metrics"});
}

void DatadogMapper::map_metric(const Range& metric) {
  const series::Series& first = *metric.first;
  const std::optional<std::string> given = m_destination.target_of(first.rule, first.metric);
  if (!given) return;
  const std::string target = datadog_name(*given);
  const std::vector<DatadogStatistic> statistics = datadog_statistics(first.type, m_settings);
  if (!claim_names(first, target, statistics)) return;
  note_names(first, *given, target);
  MetricSummary summary;
  summary.source = m_destination.entries.at(first.rule).source;
  summary.target = target;
  summary.type = first.type;
  summary.from = {first.rule, first.metric};
  Chart chart(summary.type, {metric.first, metric.second}, m_destination.resample_s);
  m_mapping.summaries.push_back(std::move(summary));

  std::vector<std::uint64_t> not_finite(statistics.size());
  const std::size_t rule = first.rule;
  for (auto one = metric.first; one != metric.second; ++one) {
    one->make_windows();
    for (const series::Window& window : one->windows) chart.add(window);
    add_series(*one, statistics, not_finite);
    one->windows = {};  // they may be many, and are not needed any more
  }
  chart.finish(m_mapping.summaries.back());
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    if (not_finite[i] == 0) continue;
    warn(rule,
         fmt::format("\"{}\": {} value{} left out, beyond the range of a number",
                     m_mapping.names[m_first_name + i].name, not_finite[i], not_finite[i] == 1 ? "" : "s"));
  }
}

/// Says where the name is not the one that was given, and what else has it.
void DatadogMapper::note_names(const series::Series& first, const std::string& given,
                               const std::string& target) {
  const auto note = [this](std::string text) {
    m_mapping.notices.push_back({Severity::note, {}, std::move(text), {}, "notes about names of metrics"});
  };
  const std::string metric = text::printable(first.metric);
  if (target != given) {
    note(fmt::format("metric \"{}\" is exported as \"{}\", for Datadog takes no \"{}\"", metric, target,
                     text::printable(given)));
  }
  for (const series::Selected& other : first.joined) {
    note(fmt::format("metric \"{}\" is one with \"{}\": both are \"{}\" to Datadog",
                     text::printable(other.metric), metric, target));
  }
}

/// Takes the names of a metric; false where it is left out.
bool DatadogMapper::claim_names(const series::Series& first, const std::string& target,
                                const std::vector<DatadogStatistic>& statistics) {
  const std::string quoted = text::printable(first.metric);
  if (target.empty()) {
    warn(first.rule,
         fmt::format("metric \"{}\" is left out: its target has no letter, and Datadog needs one", quoted),
         "give it another targetMetric");
    return false;
  }
  std::vector<DatadogName> names;
  for (const DatadogStatistic& statistic : statistics) {
    const series::Contains contains = statistic.is_unitless() ? series::Contains::plain : first.contains;
    names.push_back({datadog_name(target, statistic.suffix), statistic.type,
                     describe(first.metric, first.type, contains, statistic.suffix, statistic.meaning)});
    const auto owner = m_owners.find(names.back().name);
    if (owner == m_owners.end()) continue;
    warn(first.rule,
         fmt::format("metric \"{}\" is left out: its series \"{}\" has the name of a series of \"{}\"",
                     quoted, names.back().name, text::printable(owner->second)),
         "give one of them another targetMetric");
    return false;
  }
  for (const DatadogName& name : names) m_owners.emplace(name.name, first.metric);
  m_first_name = m_mapping.names.size();
  m_mapping.names.insert(m_mapping.names.end(), names.begin(), names.end());
  return true;
}

/// One k6 series.
void DatadogMapper::add_series(const series::Series& one, const std::vector<DatadogStatistic>& statistics,
                               std::vector<std::uint64_t>& not_finite) {
  MetricSummary& summary = m_mapping.summaries.back();
  const std::size_t tags = add_tags(one.tags);
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    DatadogSeries series{m_first_name + i, tags, {}};
    const std::uint64_t points_before = m_mapping.points;
    for (const series::Window& window : one.windows) {
      const double value = value_of(statistics[i], window, m_destination.resample_s);
      if (std::isfinite(value)) {
        add_point(series, {window.start_s, value});
      } else {
        ++not_finite[i];
      }
    }
    if (m_mapping.points == points_before) continue;
    ++summary.series;
    ++m_mapping.exported_series;
    summary.points += m_mapping.points - points_before;
    if (!series.points.empty()) m_mapping.series.push_back(std::move(series));
  }
}

std::size_t DatadogMapper::add_tags(const series::Tags& tags) {
  std::vector<std::string> texts;
  for (const series::Tags* some : {&m_constant_tags, &tags}) {
    for (const auto& [name, value] : *some) {
      std::string text = name;
      if (!value.empty()) text.append(":").append(value);
      texts.push_back(sent_tag(std::move(text)));
    }
  }
  std::sort(texts.begin(), texts.end());
  m_mapping.tags.push_back(std::move(texts));
  return m_mapping.tags.size() - 1;
}

void DatadogMapper::add_point(DatadogSeries& series, const DatadogPoint& point) {
  const bool none = m_mapping.points++ == 0;
  m_mapping.first_s = none ? point.time_s : std::min(m_mapping.first_s, point.time_s);
  m_mapping.last_s = none ? point.time_s : std::max(m_mapping.last_s, point.time_s);
  const bool old_are_wanted = m_settings.send_old && m_mapping.can_take_old;
  const bool is_old = !old_are_wanted && point.time_s < m_settings.taken.first_s;
  const bool is_ahead = point.time_s > m_settings.taken.last_s;
  m_mapping.old += is_old ? 1 : 0;
  m_mapping.ahead += is_ahead ? 1 : 0;
  if ((is_old || is_ahead) && !m_settings.count_only) {
    ++m_mapping.left_out;
  } else {
    series.points.push_back(point);
  }
}

}  // namespace

DatadogMapping map_datadog(const apm::Destination& destination, std::vector<series::Series> all,
                           const ExportSettings& settings) {
  return DatadogMapper(destination, settings).map(std::move(all));
}

}  // namespace k6apm::providers
