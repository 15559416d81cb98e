// Specification: OpenMetrics 1.0.0 (OpenObservability/OpenMetrics, specification/OpenMetrics.md). What
// surprises: times are seconds; a family of type counter has samples named FAMILY_total, so a running total
// of another name is `unknown`; a counter claims FAMILY and FAMILY_created as well; counters may neither fall
// nor be negative, and k6's may; a unit is told only where the family's name ends in it. promtool drops a
// sample that is not newer than the one before in its series, and says nothing; it cuts times to milliseconds
// after reading them as floating point, which loses nothing of whole seconds.
#include "providers/openmetrics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "providers/payload.hpp"
#include "providers/remote_write.pb.h"

namespace k6apm::providers {
namespace {

constexpr std::size_t k_piece_bytes = std::size_t{64} * 1024;
constexpr std::string_view k_counter_suffix = "_total";

/// What the samples of one name are under.
struct Family {
  std::string name{};
  std::string_view type{};
};

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

/// `{name="value",...}`, empty where there is no label. `encoded` are labels of a TimeSeries.
std::string labels_text(const std::string& encoded) {
  ::k6apm::remote_write::TimeSeries series;
  series.ParseFromString(encoded);
  std::string text;
  for (const auto& label : series.labels()) {
    text += text.empty() ? '{' : ',';
    text += label.name();
    text += "=\"";
    append_escaped(text, label.value());
    text += '"';
  }
  if (!text.empty()) text += '}';
  return text;
}

class Writer {
 public:
  Writer(const Mapping& mapping, std::int64_t resample_s, const TextSink& put)
      : m_mapping(mapping), m_resample_ms(resample_s * k_ms_per_s), m_put(put) {
    for (const MappedMetric& metric : mapping.metrics) {
      for (const Metadata& name : metric.names) m_claimed.insert(name.name);
    }
  }

  void write();

 private:
  /// Series of one metric, which stand together.
  using Series = std::vector<MappedSeries>::const_iterator;

  void write_metric(std::size_t metric, Series first, Series end);
  Family family_of(const MappedMetric& metric, std::size_t statistic, Series first, Series end);
  void write_head(const Family& family, const Metadata& about);
  void write_series(const MappedSeries& mapped, std::size_t statistic);
  void write_sample(const std::string& series, double value, std::int64_t time_ms);
  void hand_on(std::size_t least_bytes);

  const Mapping& m_mapping;
  const std::int64_t m_resample_ms;
  const TextSink& m_put;
  std::set<std::string> m_claimed{};  ///< names that no further family may use
  std::string m_piece{};
  bool m_wanted = true;
};

void Writer::write() {
  auto first = m_mapping.series.begin();
  while (m_wanted && first != m_mapping.series.end()) {
    const std::size_t metric = first->metric;
    const auto end = std::find_if(first, m_mapping.series.end(),
                                  [metric](const MappedSeries& one) { return one.metric != metric; });
    write_metric(metric, first, end);
    first = end;
  }
  m_piece += "# EOF\n";
  hand_on(0);
}

void Writer::write_metric(std::size_t metric, Series first, Series end) {
  const MappedMetric& about = m_mapping.metrics[metric];
  for (std::size_t i = 0; i < about.statistics.size(); ++i) {
    const bool any = std::any_of(
        first, end, [i](const MappedSeries& one) { return one.last[i] != MappedSeries::k_no_sample; });
    if (!any) continue;
    write_head(family_of(about, i, first, end), about.names[i]);
    for (auto one = first; one != end && m_wanted; ++one) {
      if (one->last[i] != MappedSeries::k_no_sample) write_series(*one, i);
    }
  }
}

/// Whether the samples of a running total never fall. Counts of points do not, sums may.
bool never_falls(const MappedSeries& mapped, std::size_t statistic) {
  double before = 0;  // the first sample
  for (std::size_t w = 0; w < mapped.starts_s.size(); ++w) {
    const double value = mapped.value(statistic, w);
    if (!std::isfinite(value)) continue;
    if (value < before) return false;
    before = value;
  }
  return true;
}

Family Writer::family_of(const MappedMetric& metric, std::size_t statistic, Series first, Series end) {
  const Statistic& kind = metric.statistics[statistic];
  const std::string& name = metric.names[statistic].name;
  if (!kind.is_total()) return {name, "gauge"};
  if (!name.ends_with(k_counter_suffix) || name.size() == k_counter_suffix.size()) return {name, "unknown"};
  const std::string base = name.substr(0, name.size() - k_counter_suffix.size());
  const std::string created = base + "_created";
  const bool rises =
      std::all_of(first, end, [&](const MappedSeries& one) { return never_falls(one, statistic); });
  if (!rises || m_claimed.contains(base) || m_claimed.contains(created)) return {name, "unknown"};
  m_claimed.insert({base, created});
  return {base, "counter"};
}

void Writer::write_head(const Family& family, const Metadata& about) {
  fmt::format_to(std::back_inserter(m_piece), "# TYPE {} {}\n", family.name, family.type);
  if (!about.unit.empty() && family.name.ends_with("_" + about.unit)) {
    fmt::format_to(std::back_inserter(m_piece), "# UNIT {} {}\n", family.name, about.unit);
  }
  fmt::format_to(std::back_inserter(m_piece), "# HELP {} ", family.name);
  append_escaped(m_piece, about.help);
  m_piece += '\n';
}

void Writer::write_series(const MappedSeries& mapped, std::size_t statistic) {
  const MappedMetric& metric = m_mapping.metrics[mapped.metric];
  const Statistic& kind = metric.statistics[statistic];
  const std::string series = metric.names[statistic].name + labels_text(mapped.labels);
  if (kind.is_total()) write_sample(series, 0, mapped.starts_s.front() * k_ms_per_s);
  for (std::size_t w = 0; w <= mapped.last[statistic] && m_wanted; ++w) {
    const double value = mapped.value(statistic, w);
    if (std::isfinite(value)) write_sample(series, value, mapped.starts_s[w] * k_ms_per_s + m_resample_ms);
  }
}

void Writer::write_sample(const std::string& series, double value, std::int64_t time_ms) {
  m_piece += series;
  // The shortest form that reads back as the same number.
  fmt::format_to(std::back_inserter(m_piece), " {} {}\n", value, open_metrics_time(time_ms));
  hand_on(k_piece_bytes);
}

/// Hands the piece on where it has this many bytes.
void Writer::hand_on(std::size_t least_bytes) {
  if (!m_wanted || m_piece.size() < least_bytes) return;
  m_wanted = m_put(m_piece);
  m_piece.clear();
}

}  // namespace

std::string open_metrics_time(std::int64_t time_ms) {
  const bool negative = time_ms < 0;
  const std::uint64_t ms =
      negative ? 0 - static_cast<std::uint64_t>(time_ms) : static_cast<std::uint64_t>(time_ms);
  const std::uint64_t fraction = ms % k_ms_per_s;
  const std::string seconds = fmt::format("{}{}", negative ? "-" : "", ms / k_ms_per_s);
  return fraction == 0 ? seconds : fmt::format("{}.{:03}", seconds, fraction);
}

void write_open_metrics(const Mapping& mapping, std::int64_t resample_s, const TextSink& put) {
  Writer(mapping, resample_s, put).write();
}

}  // namespace k6apm::providers
