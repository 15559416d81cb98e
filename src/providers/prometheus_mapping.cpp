// Specification: the Cloud APM pages of k6-docs for names and values, remote write 1.0 for names and labels.
// What surprises: names of k6 before 0.48 may hold blanks, dots and letters of any script; two entries may
// meet in one exported name (Trend `x` has `k6_x_count`, and so has Counter `x_count`); a tag without a name
// may tell two series apart.
#include "providers/prometheus_mapping.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "parallel.hpp"
#include "providers/summary.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

constexpr std::string_view k_name_label = "__name__";

class Mapper {
 public:
  Mapper(const apm::Destination& destination, const ExportSettings& settings)
      : m_destination(destination), m_settings(settings) {}

  Mapping map(std::vector<series::Series> all) &&;

 private:
  /// What is exported of one metric.
  struct Samples {
    std::uint64_t series = 0;
    std::uint64_t points = 0;
    std::uint64_t ahead = 0;
  };

  bool begin_metric(const series::Series& first);
  bool claim_names(const series::Series& first, const std::vector<Metadata>& names);
  void name_tags();
  void encode_labels(MappedSeries& mapped, const series::Tags& tags, const LabelNames& label_names) const;
  void drop_doubles();
  void map_values();
  Samples map_metric(std::size_t m, std::size_t begin, std::size_t end);
  void count_samples(MappedSeries& mapped, Samples& all);
  void warn_of_not_finite(const MappedMetric& metric);
  void leave_out_ahead();
  void warn(std::size_t rule, std::string text, std::string hint = {});
  bool keeps_ahead() const { return m_settings.send_ahead || m_settings.count_only; }
  bool is_ahead(std::int64_t start_s) const {
    return start_s + m_destination.resample_s > m_settings.taken.last_s;
  }

  const apm::Destination& m_destination;
  const ExportSettings& m_settings;
  Mapping m_mapping{};
  std::vector<series::Series> m_sources{};        ///< of m_mapping.series, one by one
  std::map<std::string, std::string> m_owners{};  ///< exported name -> the metric that has it
};

struct ByMetric {
  bool operator()(const MappedSeries& a, std::size_t metric) const { return a.metric < metric; }
  bool operator()(std::size_t metric, const MappedSeries& b) const { return metric < b.metric; }
};

bool order(const series::Series& a, const series::Series& b) {
  return std::tie(a.rule, a.metric, a.tags) < std::tie(b.rule, b.metric, b.tags);
}

Mapping Mapper::map(std::vector<series::Series> all) && {
  std::stable_sort(all.begin(), all.end(), order);
  std::optional<std::pair<std::size_t, std::string>> metric;
  bool exported = false;
  for (series::Series& one : all) {
    if (!one.span()) continue;
    if (!metric || metric->first != one.rule || metric->second != one.metric) {
      exported = begin_metric(one);
      metric.emplace(one.rule, one.metric);
    }
    if (!exported) continue;
    m_mapping.series.emplace_back().metric = m_mapping.metrics.size() - 1;
    m_sources.push_back(std::move(one));
  }
  name_tags();
  map_values();
  if (m_mapping.left_out > 0) leave_out_ahead();
  return std::move(m_mapping);
}

void Mapper::warn(std::size_t rule, std::string text, std::string hint) {
  m_mapping.notices.push_back({Severity::warning, m_destination.entries.at(rule).where, std::move(text),
                               std::move(hint), "warnings about metrics"});
}

/// Finds target and names of the metric that `first` belongs to; false where it is left out.
bool Mapper::begin_metric(const series::Series& first) {
  const std::optional<std::string> target = m_destination.target_of(first.rule, first.metric);
  if (!target) return false;
  if (const auto problem = metric_name_problem(*target)) {
    const std::string quoted = text::printable(first.metric);
    warn(first.rule, fmt::format("metric \"{}\" is left out: {}", quoted, *problem),
         fmt::format("give it a name: {{sourceMetric: '{{__name__=\"{}\"}}', targetMetric: 'k6_{}'}}", quoted,
                     sanitised_label(first.metric)));
    return false;
  }
  MappedMetric metric;
  metric.rule = first.rule;
  metric.target = *target;
  metric.statistics = statistics_of(first.type, first.contains, m_settings);
  metric.not_finite.resize(metric.statistics.size());
  for (const Statistic& statistic : metric.statistics) {
    metric.names.push_back(metadata_of(statistic, *target, first.metric, first.type, first.contains));
  }
  if (!claim_names(first, metric.names)) return false;
  m_mapping.metrics.push_back(std::move(metric));
  MetricSummary summary;
  summary.source = m_destination.entries.at(first.rule).source;
  summary.target = *target;
  summary.type = first.type;
  summary.from = {first.rule, first.metric};
  m_mapping.summaries.push_back(std::move(summary));
  return true;
}

bool Mapper::claim_names(const series::Series& first, const std::vector<Metadata>& names) {
  for (const Metadata& name : names) {
    const auto owner = m_owners.find(name.name);
    if (owner == m_owners.end()) continue;
    warn(first.rule,
         fmt::format("metric \"{}\" is left out: its series \"{}\" has the name of a series of \"{}\"",
                     text::printable(first.metric), name.name, text::printable(owner->second)),
         "give one of them another targetMetric");
    return false;
  }
  for (const Metadata& name : names) m_owners.emplace(name.name, first.metric);
  return true;
}

/// Chooses the labels of all tags together, then encodes those of each series.
void Mapper::name_tags() {
  std::set<std::string> tags;
  std::uint64_t nameless = 0;
  for (const series::Series& source : m_sources) {
    for (const auto& [name, value] : source.tags) {
      if (name.empty()) ++nameless;
      if (!tags.contains(name)) tags.insert(name);
    }
  }
  const LabelNames label_names(tags, m_settings.constant_tags);
  for (std::size_t i = 0; i < m_sources.size(); ++i)
    encode_labels(m_mapping.series[i], m_sources[i].tags, label_names);
  const auto& notes = label_names.notices();
  m_mapping.notices.insert(m_mapping.notices.end(), notes.begin(), notes.end());
  if (nameless == 0) return;
  m_mapping.notices.push_back(
      {Severity::note, {}, fmt::format("a tag without a name is left out of {} series", nameless), {}});
  drop_doubles();
}

void Mapper::encode_labels(MappedSeries& mapped, const series::Tags& tags,
                           const LabelNames& label_names) const {
  std::map<std::string_view, std::string_view> labels;
  for (const auto& [tag, value] : m_settings.constant_tags) labels[label_names.of_constant_tag(tag)] = value;
  for (const auto& [tag, value] : tags) labels[label_names.of_run_tag(tag)] = value;
  for (const auto& [name, value] : labels) {
    if (name.empty() || value.empty()) continue;
    append_label(mapped.labels, name, value);
    // No label has this very name, see sanitised_label; upper case sorts before it.
    if (name < k_name_label) mapped.name_at = mapped.labels.size();
  }
}

/// Series that differed only in a tag without a name cannot be told apart: the first one stays.
void Mapper::drop_doubles() {
  std::set<std::pair<std::size_t, std::string>> seen;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < m_sources.size(); ++i) {
    if (!seen.emplace(m_mapping.series[i].metric, m_mapping.series[i].labels).second) continue;
    std::swap(m_mapping.series[kept], m_mapping.series[i]);
    std::swap(m_sources[kept++], m_sources[i]);
  }
  const std::size_t dropped = m_sources.size() - kept;
  if (dropped == 0) return;
  m_mapping.series.resize(kept);
  m_sources.resize(kept);
  m_mapping.notices.push_back(
      {Severity::warning,
       {},
       fmt::format("{} series are left out: only a tag without a name tells them from others", dropped),
       "name the tags to keep with keepTags"});
}

/// Maps series one after the other, and has room for one whose length is not known yet.
class ValueFiller {
 public:
  ValueFiller(const std::vector<Statistic>& statistics, Chart& chart)
      : m_statistics(statistics), m_chart(chart) {}

  void fill(MappedSeries& mapped, series::Series&& source) {
    m_starts_s.clear();
    m_values.clear();
    RunningTotals totals;
    source.take_windows([&](const series::Window& window) {
      m_chart.add(window);
      totals.add(window);
      m_starts_s.push_back(window.start_s);
      for (const Statistic& statistic : m_statistics) m_values.push_back(value_of(statistic, window, totals));
    });
    mapped.starts_s = m_starts_s;
    mapped.values = m_values;
    mapped.buckets = std::move(source.buckets);
  }

 private:
  const std::vector<Statistic>& m_statistics;
  Chart& m_chart;
  std::vector<std::int64_t> m_starts_s{};
  std::vector<double> m_values{};
};

/// The statistics of a metric with a unit have all the same divisor.
void in_exported_unit(MetricSummary& summary, const MappedMetric& metric) {
  double divisor = 1;
  for (const Statistic& statistic : metric.statistics) divisor = std::max(divisor, statistic.divisor);
  summary.min /= divisor;
  summary.max /= divisor;
  for (double& value : summary.chart) value /= divisor;
}

/// The series of each metric stand together.
void Mapper::map_values() {
  const std::size_t metrics = m_mapping.metrics.size();
  std::vector<Samples> samples(metrics);
  share_out(m_settings.threads, metrics, [&](std::size_t metric) {
    const auto all = std::equal_range(m_mapping.series.begin(), m_mapping.series.end(), metric, ByMetric());
    samples[metric] = map_metric(metric, static_cast<std::size_t>(all.first - m_mapping.series.begin()),
                                 static_cast<std::size_t>(all.second - m_mapping.series.begin()));
  });
  for (std::size_t m = 0; m < metrics; ++m) {
    m_mapping.exported_series += samples[m].series;
    m_mapping.points += samples[m].points;
    m_mapping.ahead += samples[m].ahead;
    if (!keeps_ahead()) m_mapping.left_out += samples[m].ahead;
    m_mapping.summaries[m].series = samples[m].series;
    m_mapping.summaries[m].points = samples[m].points;
    warn_of_not_finite(m_mapping.metrics[m]);
  }
}

/// Fills the series from `begin` to `end`, those of this metric.
Mapper::Samples Mapper::map_metric(std::size_t m, std::size_t begin, std::size_t end) {
  const MappedMetric& metric = m_mapping.metrics[m];
  MetricSummary& summary = m_mapping.summaries[m];
  Chart chart(summary.type, std::span(m_sources).subspan(begin, end - begin), m_destination.resample_s);
  ValueFiller values(metric.statistics, chart);
  Samples samples;
  for (std::size_t i = begin; i < end; ++i) {
    MappedSeries& mapped = m_mapping.series[i];
    values.fill(mapped, std::move(m_sources[i]));
    m_sources[i] = {};
    count_samples(mapped, samples);
  }
  chart.finish(summary);
  in_exported_unit(summary, metric);
  return samples;
}

void Mapper::count_samples(MappedSeries& mapped, Samples& all) {
  MappedMetric& metric = m_mapping.metrics[mapped.metric];
  const std::size_t n = metric.statistics.size();
  mapped.last.assign(n, MappedSeries::k_no_sample);
  std::vector<std::uint64_t> samples(n);
  std::vector<std::uint64_t> ahead(n);
  for (std::size_t w = 0; w < mapped.starts_s.size(); ++w) {
    const bool ahead_of_time = is_ahead(mapped.starts_s[w]);
    for (std::size_t i = 0; i < n; ++i) {
      if (!std::isfinite(mapped.value(i, w))) {
        ++metric.not_finite[i];
        continue;
      }
      ++samples[i];
      if (ahead_of_time) ++ahead[i];
      if (!ahead_of_time || keeps_ahead()) mapped.last[i] = w;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    // A series whose every value is left out is not begun, not even with its 0.
    if (samples[i] == 0) continue;
    const std::uint64_t points = samples[i] + (metric.statistics[i].is_total() ? 1 : 0);
    // The 0 at the start goes with the samples after it.
    const bool all_ahead = ahead[i] == samples[i];
    ++all.series;
    all.points += points;
    all.ahead += all_ahead ? points : ahead[i];
  }
}

/// Forgets windows that are not to be sent: the last.
void Mapper::leave_out_ahead() {
  for (MappedSeries& mapped : m_mapping.series) {
    std::erase_if(mapped.starts_s, [this](std::int64_t start_s) { return is_ahead(start_s); });
    mapped.values.resize(mapped.starts_s.size() * mapped.last.size());
    if (!mapped.buckets.empty()) mapped.buckets.resize(mapped.starts_s.size());
  }
  std::erase_if(m_mapping.series, [](const MappedSeries& mapped) { return mapped.starts_s.empty(); });
}

void Mapper::warn_of_not_finite(const MappedMetric& metric) {
  for (std::size_t i = 0; i < metric.names.size(); ++i) {
    if (metric.not_finite[i] == 0) continue;
    warn(metric.rule,
         fmt::format("\"{}\": {} value{} left out, beyond the range of a number", metric.names[i].name,
                     metric.not_finite[i], metric.not_finite[i] == 1 ? "" : "s"));
  }
}

}  // namespace

Mapping map_series(const apm::Destination& destination, std::vector<series::Series> all,
                   const ExportSettings& settings) {
  return Mapper(destination, settings).map(std::move(all));
}

std::optional<std::string> metric_name_problem(std::string_view target) {
  if (is_metric_name(target)) return std::nullopt;
  return fmt::format("\"{}\" is no Prometheus metric name (letters, digits, \"_\" and \":\", no digit first)",
                     text::printable(target));
}

}  // namespace k6apm::providers
