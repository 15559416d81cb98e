// Specification: GET /api/v1/query (datadog-api-client-go, v1 openapi.yaml, MetricsQueryResponse) and
// docs.datadoghq.com on the syntax of queries. What surprises: a scope `a:b` also matches series that have
// more tags, so the keys that a series has not are excluded; times in the answer are milliseconds; what was
// sent a moment ago may not be there yet.
#include "providers/datadog_read_back.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_calls.hpp"
#include "providers/datadog_export.hpp"

namespace k6apm::providers {
namespace {

using Json = nlohmann::json;

/// Datadog's documentation speaks of values of 32 bits in one place and of doubles in another.
constexpr double k_tolerance = 1e-6;

constexpr int k_deepest_answer = 16;

std::string key_of(const std::string& tag) { return tag.substr(0, tag.find(':')); }

bool is_close(double a, double b) {
  return std::abs(a - b) <= k_tolerance * std::max(std::abs(a), std::abs(b));
}

/// The answer to a query for one series: means by the start of their interval.
struct Held {
  std::int64_t interval_s = 0;
  std::map<std::int64_t, double> means{};  ///< by Unix seconds
};

Held held_of(std::string_view answer, std::int64_t resample_s) {
  const auto not_too_deep = [](int depth, Json::parse_event_t, Json&) {
    if (depth > k_deepest_answer) throw std::runtime_error("the answer to a query is nested too deeply");
    return true;
  };
  const Json json = Json::parse(answer, not_too_deep, false);
  if (json.is_discarded() || !json.is_object())
    throw std::runtime_error("the answer to a query is no JSON object");
  if (json.value("status", "ok") != "ok") {
    throw std::runtime_error("the query was refused: " +
                             json.value("error", std::string("without a reason")));
  }
  Held held;
  held.interval_s = resample_s;
  const Json series = json.value("series", Json::array());
  if (series.empty()) return held;
  if (series.size() > 1) throw std::runtime_error("the answer to a query has several series");
  constexpr double k_longest_s = 86400;  // far longer than Datadog's for a query
  const double interval_s = series[0].value("interval", static_cast<double>(resample_s));
  held.interval_s = static_cast<std::int64_t>(std::clamp(interval_s, 1.0, k_longest_s));
  constexpr double k_latest_ms = 1e16;  // far beyond any time, within any integer
  for (const Json& point : series[0].at("pointlist")) {
    const auto time_ms = point.at(0).get<double>();
    if (point.at(1).is_null() || !(std::abs(time_ms) < k_latest_ms)) continue;
    const auto time_s = static_cast<std::int64_t>(std::floor(time_ms / k_ms_per_s));
    held.means[time_s] = point.at(1).get<double>();
  }
  return held;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// The mean of the points in the interval of this number, of which `at` is one. They may be of two stretches.
double mean_within(const std::vector<DatadogPoint>& points, std::size_t at, std::int64_t interval,
                   std::int64_t interval_s) {
  const auto is_in = [&](std::size_t i) { return floor_divide(points[i].time_s, interval_s) == interval; };
  std::size_t begin = at;
  while (begin > 0 && is_in(begin - 1)) --begin;
  std::size_t end = at + 1;
  while (end < points.size() && is_in(end)) ++end;
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += points[i].value;
  return sum / static_cast<double>(end - begin);
}

}  // namespace

DatadogReadBack::DatadogReadBack(const DatadogMapping& sent, int resample_s,
                                 const apm::Destination& destination, std::string_view user_agent)
    : m_sent(sent),
      m_resample_s(resample_s),
      m_destination(destination),
      m_user_agent(user_agent),
      m_keys(sent.names.size()) {
  for (std::size_t i = 0; i < sent.series.size(); ++i) {
    const std::vector<DatadogPoint>& points = sent.series[i].points;
    for (const std::string& tag : sent.tags[sent.series[i].tags])
      m_keys[sent.series[i].name].insert(key_of(tag));
    for (std::size_t begin = 0; begin < points.size();) {
      const std::int64_t end_s = points[begin].time_s + k_query_windows * resample_s;
      std::size_t end = begin;
      while (end < points.size() && points[end].time_s < end_s) ++end;
      m_stretches.push_back({i, begin, end});
      m_found.emplace_back(end - begin);
      m_missing += end - begin;
      begin = end;
    }
  }
  m_at = m_stretches.size();
}

DatadogReadBack::DatadogReadBack(std::unique_ptr<const DatadogMapping> sent, int resample_s,
                                 const apm::Destination& destination, std::string_view user_agent)
    : DatadogReadBack(*sent, resample_s, destination, user_agent) {
  m_owned = std::move(sent);
}

void DatadogReadBack::begin() { m_at = 0; }

bool DatadogReadBack::next(Call& query) {
  const auto is_whole = [](const std::vector<bool>& found) {
    return std::find(found.begin(), found.end(), false) == found.end();
  };
  while (m_at < m_stretches.size() && is_whole(m_found[m_at])) ++m_at;
  if (m_at == m_stretches.size()) return false;
  const Stretch& stretch = m_stretches[m_at];
  const DatadogSeries& series = m_sent.series[stretch.series];
  query = query_call(m_destination, query_of(series), series.points[stretch.begin].time_s - k_query_margin_s,
                     series.points[stretch.end - 1].time_s + k_query_margin_s, m_user_agent);
  query.subject = m_sent.names[series.name].name;
  return true;
}

std::string DatadogReadBack::query_of(const DatadogSeries& series) const {
  const DatadogName& name = m_sent.names[series.name];
  std::vector<std::string> scope = m_sent.tags[series.tags];
  std::set<std::string> absent = m_keys[series.name];
  for (const std::string& tag : scope) absent.erase(key_of(tag));
  for (const std::string& key : absent) scope.push_back(fmt::format("!{}:*", key));
  return fmt::format("avg:{}{{{}}}.rollup(avg,{})", name.name,
                     scope.empty() ? "*" : fmt::format("{}", fmt::join(scope, ",")), m_resample_s);
}

void DatadogReadBack::take(std::string_view answer) {
  const Stretch& stretch = m_stretches[m_at];
  std::vector<bool>& found = m_found[m_at++];
  Held held;
  try {
    held = held_of(answer, m_resample_s);
  } catch (const Json::exception&) {
    throw std::runtime_error("the answer to a query has not the form of one");
  }
  const std::vector<DatadogPoint>& points = m_sent.series[stretch.series].points;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    const std::int64_t interval = floor_divide(points[i].time_s, held.interval_s);
    const auto mean = held.means.find(interval * held.interval_s);
    if (mean == held.means.end() || found[i - stretch.begin]) continue;
    if (!is_close(mean->second, mean_within(points, i, interval, held.interval_s))) continue;
    found[i - stretch.begin] = true;
    --m_missing;
  }
}

std::unique_ptr<Export> DatadogReadBack::missing_points() {
  DatadogMapping missing;
  missing.names = m_sent.names;
  missing.tags = m_sent.tags;
  std::optional<std::size_t> last;  // the stretches of a series stand together
  for (std::size_t i = 0; i < m_stretches.size(); ++i) {
    const Stretch& stretch = m_stretches[i];
    const DatadogSeries& series = m_sent.series[stretch.series];
    for (std::size_t k = stretch.begin; k < stretch.end; ++k) {
      if (m_found[i][k - stretch.begin]) continue;
      if (last != stretch.series) missing.series.push_back({series.name, series.tags, {}});
      last = stretch.series;
      missing.series.back().points.push_back(series.points[k]);
    }
  }
  missing.points = m_missing;
  missing.exported_series = missing.series.size();
  return std::make_unique<DatadogExport>(std::move(missing), m_resample_s);
}

}  // namespace k6apm::providers
