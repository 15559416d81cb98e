// What surprises: VictoriaMetrics keeps 12 digits of a value (1.79; lib/decimal), keeps what is sent twice
// twice, and shows points a second after it took them; labels in the query string of its write URL
// (extra_label) are added to every series.
#include "providers/prometheus_read_back.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "providers/login.hpp"
#include "providers/prometheus_missing.hpp"
#include "providers/remote_write.hpp"

namespace k6apm::providers {
namespace {

/// Twelve digits, and room for the last one.
constexpr double k_tolerance = 1e-11;

/// A sample in an answer: `[1795200151.000,"0.14285714285714285"],`.
constexpr std::size_t k_sample_bytes = 40;

/// What an answer has of a series beside its labels: names of members, brackets.
constexpr std::size_t k_series_bytes = 64;

/// A stretch ends where nothing was sent for so long.
constexpr std::int64_t k_longest_gap_s = 3600;

/// Samples that are taken together when stretches are cut.
constexpr std::size_t k_unit_samples = 20000;

/// VictoriaMetrics keeps a month unless it is told otherwise (-retentionPeriod), and two days ahead
/// (-futureRetention).
constexpr std::int64_t k_month_s = std::int64_t{30} * 86400;
constexpr std::int64_t k_two_days_s = std::int64_t{2} * 86400;

bool is_equal(double a, double b) {
  return a == b || std::abs(a - b) <= k_tolerance * std::max(std::abs(a), std::abs(b));
}

std::int64_t now_s() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
}

/// The names in `extra_label=NAME=VALUE` of a query string.
std::vector<std::string> extra_labels_of(std::string_view url) {
  constexpr std::string_view k_key = "extra_label=";
  std::vector<std::string> names;
  for (std::size_t at = url.find('?'); at != std::string_view::npos; at = url.find('&', at + 1)) {
    const std::string_view rest = url.substr(at + 1);
    if (!rest.starts_with(k_key)) continue;
    const std::string_view pair = rest.substr(k_key.size(), rest.find('&') - k_key.size());
    names.emplace_back(pair.substr(0, std::min(pair.find('='), pair.find("%3D"))));
  }
  return names;
}

}  // namespace

PrometheusReadBack::PrometheusReadBack(std::unique_ptr<const SentSamples> sent, int resample_s,
                                       SampleMarks refused, Endpoint endpoint, std::size_t answer_bytes)
    : m_sent(std::move(sent)),
      m_resample_s(resample_s),
      m_done(std::move(refused)),
      m_endpoint(std::move(endpoint)),
      m_extra_labels(extra_labels_of(m_endpoint.url)),
      m_common(m_sent->names()) {
  for (std::size_t name = 0; name < m_sent->names(); ++name) add_stretches(name, answer_bytes);
  m_at = m_stretches.size();
}

/// The labels that all series of a name have; returns what those of all series take in an answer.
std::size_t PrometheusReadBack::gather_labels(std::size_t name) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < m_sent->series(name); ++i) {
    const std::string_view encoded = m_sent->labels({name, i}).encoded;
    bytes += encoded.size() + k_series_bytes;
    Labels labels;
    for (const auto& [label, value] : read_labels(encoded)) labels.emplace(label, value);
    if (i == 0) m_common[name] = labels;
    std::erase_if(m_common[name], [&labels](const auto& label) {
      const auto found = labels.find(label.first);
      return found == labels.end() || found->second != label.second;
    });
  }
  return bytes;
}

PrometheusReadBack::Units PrometheusReadBack::units_of(std::size_t name, std::int64_t unit_s) const {
  Units units;
  for (std::size_t i = 0; i < m_sent->series(name); ++i) {
    auto unit = units.end();  // mostly that of the sample before
    m_sent->for_each({name, i}, {}, [&](const SampleAt& sample) {
      const std::int64_t start_s = unit_start_s(window_start_s(sample.time_ms, m_resample_s), unit_s);
      if (unit == units.end() || unit->first != start_s) unit = units.try_emplace(start_s).first;
      ++unit->second.samples;
      if (!m_done.is_marked({name, i}, sample)) ++unit->second.missing;
    });
  }
  return units;
}

/// Cuts a name into stretches of time in which the answer is not too long, and counts what is missing in
/// each.
void PrometheusReadBack::add_stretches(std::size_t name, std::size_t answer_bytes) {
  const std::size_t label_bytes = gather_labels(name);
  const std::size_t count = std::max<std::size_t>(1, m_sent->series(name));
  const std::int64_t unit_s = m_resample_s * static_cast<std::int64_t>(std::clamp<std::size_t>(
                                                 k_unit_samples / count, 1, std::size_t{50}));
  const std::size_t first = m_stretches.size();
  std::size_t bytes = 0;
  for (const auto& [start_s, unit] : units_of(name, unit_s)) {
    const std::size_t more = unit.samples * k_sample_bytes;
    const bool fits = m_stretches.size() > first && bytes + more <= answer_bytes &&
                      start_s - m_stretches.back().windows.last_s <= k_longest_gap_s;
    if (!fits) {
      m_stretches.push_back({name, {start_s, start_s}, 0});
      bytes = label_bytes;
    }
    m_stretches.back().windows.last_s = start_s + unit_s - 1;
    m_stretches.back().missing += unit.missing;
    m_missing += unit.missing;
    bytes += more;
  }
}

void PrometheusReadBack::begin() {
  m_at = 0;
  m_different = 0;
}

bool PrometheusReadBack::next(Call& query) {
  while (m_at < m_stretches.size() && m_stretches[m_at].missing == 0) ++m_at;
  if (m_at == m_stretches.size()) return false;
  const Stretch& stretch = m_stretches[m_at];
  const std::string name(m_sent->name(stretch.name));
  Labels labels = m_common[stretch.name];
  labels["__name__"] = name;
  query = range_query(m_endpoint, labels, stretch.windows.first_s * k_ms_per_s,
                      (stretch.windows.last_s + m_resample_s) * k_ms_per_s);
  query.subject = name;
  return true;
}

void PrometheusReadBack::take(std::string_view answer) {
  read_matrix(answer, [this](HeldSeries& held) {
    for (const std::string& name : m_extra_labels) held.labels.erase(name);
    std::sort(held.samples.begin(), held.samples.end());
    compare(held);
  });
  ++m_at;
}

/// Marks what is there of the stretch at hand.
void PrometheusReadBack::compare(const HeldSeries& held) {
  Stretch& stretch = m_stretches[m_at];
  std::string labels;
  std::string name;
  for (const auto& [label, value] : held.labels) {
    if (label == "__name__") {
      name = value;
    } else {
      append_label(labels, label, value);
    }
  }
  const std::optional<SeriesAt> at = m_sent->find(name, labels);
  if (!at || at->name != stretch.name) return;
  const auto before = [](const auto& sample, std::int64_t time_ms) { return sample.first < time_ms; };
  m_sent->for_each(*at, stretch.windows, [&](const SampleAt& sample) {
    auto there = std::lower_bound(held.samples.begin(), held.samples.end(), sample.time_ms, before);
    if (m_done.is_marked(*at, sample) || there == held.samples.end() || there->first != sample.time_ms) {
      return;
    }
    const auto end = held.samples.end();
    while (there != end && there->first == sample.time_ms && !is_equal(there->second, sample.value)) ++there;
    if (there == end || there->first != sample.time_ms) {
      ++m_different;
      return;
    }
    m_done.mark(*at, sample);
    --stretch.missing;
    --m_missing;
  });
}

std::string PrometheusReadBack::refusal_hint() const {
  return "the query API is looked for beside the write URL: --query-url names another place";
}

/// The likeliest first.
std::string PrometheusReadBack::missing_hint() const {
  if (m_different > 0) {
    return fmt::format(
        "at {} of these times it holds other values: another run has the same labels, and --tag or "
        "includeTestRunId tells them apart",
        m_different);
  }
  const std::int64_t now = now_s();
  bool old = false;
  bool ahead = false;
  for (const Stretch& stretch : m_stretches) {
    if (stretch.missing == 0) continue;
    old = old || stretch.windows.first_s < now - k_month_s;
    ahead = ahead || stretch.windows.last_s > now + k_two_days_s;
  }
  if (old) {
    return "receivers drop in silence what is older than their retention (VictoriaMetrics: -retentionPeriod, "
           "one month by default; Prometheus: --storage.tsdb.retention.time): raise it, or move the run with "
           "--end-at now";
  }
  if (ahead) {
    return "receivers drop in silence what is too far ahead (VictoriaMetrics: -futureRetention, two days by "
           "default): move the run with --end-at now";
  }
  return "they may show later, or a limit of the receiver dropped them in silence: see its log and its own "
         "metrics";
}

std::unique_ptr<Export> PrometheusReadBack::missing_points() {
  return std::make_unique<MissingExport>(*m_sent, m_resample_s, m_done);
}

}  // namespace k6apm::providers
