#include "thresholds.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "error.hpp"
#include "k6/metric_types.hpp"
#include "series/elapsed.hpp"

namespace k6apm::thresholds {
namespace {

constexpr auto* k_warnings = "warnings about thresholds";

/// All points of a submetric, in one window.
series::Rule rule_of(const k6::Submetric& about) {
  series::Rule rule;
  rule.whole_run = true;
  rule.window_s = 1;
  rule.selects_metric = [name = about.metric](std::string_view metric) { return metric == name; };
  rule.selects = [about](std::string_view, const series::Tags& tags) { return about.selects(tags); };
  for (const auto& [name, value] : about.tags) rule.asks_for.push_back(name);
  return rule;
}

/// Those of a metric or submetric that can be read.
std::optional<plan::ThresholdGroup> read(const apm::Thresholds& spelled, std::vector<Notice>& notices) {
  const auto say = [&](const std::string& text) {
    notices.push_back({Severity::warning, spelled.where,
                       fmt::format("threshold of {}: {}: left out", spelled.metric, text), "", k_warnings});
  };
  plan::ThresholdGroup group;
  try {
    group.about = k6::parse_submetric(spelled.metric);
  } catch (const std::invalid_argument& wrong) {
    say(wrong.what());
    return std::nullopt;
  }
  group.name = spelled.metric;
  group.where = spelled.where;
  for (const std::string& expression : spelled.expressions) {
    try {
      group.thresholds.push_back(k6::parse_threshold(expression));
    } catch (const std::invalid_argument& wrong) {
      say(wrong.what());
    }
  }
  if (group.thresholds.empty()) return std::nullopt;
  return group;
}

/// The aggregations of a type, for messages.
std::string_view aggregations_of(series::MetricType type) {
  switch (type) {
    case series::MetricType::counter:
      return "count and rate";
    case series::MetricType::gauge:
      return "value";
    case series::MetricType::rate:
      return "rate";
    case series::MetricType::trend:
      break;
  }
  return "avg, min, med, max and p(N)";
}

/// Judges groups by what was gathered of them.
class Judge {
 public:
  Judge(const plan::Plan& plan, const std::vector<k6::AssumedType>& assumed, k6::Gathered& gathered,
        std::vector<Notice>& notices)
      : m_plan(plan), m_assumed(assumed), m_gathered(gathered), m_notices(notices) {
    if (gathered.points)
      m_seconds = static_cast<double>(series::nanoseconds_between(gathered.first_ns, gathered.last_ns)) / 1e9;
  }

  void judge(const plan::ThresholdGroup& group, std::vector<cli::ThresholdReport>& reports) {
    series::Series* const points = points_of(group);
    const std::optional<series::MetricType> type =
        points != nullptr ? points->type : type_without_points(group.about.metric);
    if (!type) {
      return warn(group, "the results have no point of it, and nothing tells its type: not judged",
                  fmt::format("tell it with --metric-type {}=TYPE: counter, gauge, rate or trend",
                              group.about.metric));
    }
    if (points != nullptr) points->make_windows();
    const series::Window* const run =
        points == nullptr || points->windows.empty() ? nullptr : &points->windows.front();
    for (const k6::Threshold& threshold : group.thresholds) {
      if (!threshold.suits(*type)) {
        warn(group,
             fmt::format("\"{}\": a {} has no such aggregation, but {}: left out", threshold.text,
                         series::name_of(*type), aggregations_of(*type)),
             "");
        continue;
      }
      const auto value = k6::value_of(threshold, *type, run, m_plan.quantiles, m_seconds);
      reports.push_back({group.name, threshold.text, !value || threshold.holds(*value), value});
      if (!value) {
        m_notices.push_back(
            {Severity::note, group.where,
             fmt::format("threshold of {}: \"{}\": {}, so it is not judged", group.name, threshold.text,
                         run == nullptr ? "there is no point" : "the run has no duration"),
             "", "thresholds that are not judged"});
      }
    }
  }

 private:
  series::Series* points_of(const plan::ThresholdGroup& group) {
    const auto found = std::find_if(m_gathered.series.begin(), m_gathered.series.end(),
                                    [&](const auto& one) { return one.rule == group.rule; });
    return found == m_gathered.series.end() ? nullptr : &*found;
  }

  /// By other points of the metric, or what is known beforehand.
  std::optional<series::MetricType> type_without_points(const std::string& metric) const {
    const auto assumed = std::find_if(m_assumed.begin(), m_assumed.end(),
                                      [&](const auto& one) { return one.metric == metric; });
    if (assumed != m_assumed.end() && assumed->from_flag) return assumed->type;
    const auto other = std::find_if(m_gathered.series.begin(), m_gathered.series.end(),
                                    [&](const auto& one) { return one.metric == metric; });
    if (other != m_gathered.series.end()) return other->type;
    if (const auto known = k6::builtin_metric(metric)) return known->type;
    return assumed == m_assumed.end() ? std::nullopt : std::optional(assumed->type);
  }

  void warn(const plan::ThresholdGroup& group, const std::string& text, std::string hint) {
    m_notices.push_back({Severity::warning, group.where, fmt::format("threshold of {}: {}", group.name, text),
                         std::move(hint), k_warnings});
  }

  const plan::Plan& m_plan;
  const std::vector<k6::AssumedType>& m_assumed;
  k6::Gathered& m_gathered;
  std::vector<Notice>& m_notices;
  double m_seconds = 0;
};

}  // namespace

bool come_from_results(const cli::Job& job) { return job.cloud && !job.script && !job.partial; }

std::vector<apm::Thresholds> of_results(k6::GatherSettings settings, const std::atomic<bool>& interrupted) {
  settings.declarations_only = true;
  std::vector<apm::Thresholds> all;
  try {
    const k6::Gathered gathered = k6::gather(settings, {}, interrupted);
    if (gathered.interrupted)
      throw Error(ExitStatus::interrupted, "interrupted while looking for thresholds: nothing was sent");
    if (gathered.refusal) return all;
    for (const auto& [metric, expressions] : gathered.thresholds)
      all.push_back({metric, expressions, {settings.paths.front()}});
  } catch (const Error& wrong) {
    if (wrong.status() == ExitStatus::interrupted) throw;
  }
  return all;
}

void add_to(plan::Plan& plan, const cli::Job& job, const std::vector<apm::Thresholds>& all,
            std::vector<Notice>& notices) {
  if (!job.thresholds && !job.cloud) return;
  for (const apm::Thresholds& spelled : all) {
    std::optional<plan::ThresholdGroup> group = read(spelled, notices);
    if (!group) continue;
    group->rule = plan.rules.size();
    plan.rules.push_back(rule_of(group->about));
    for (const k6::Threshold& threshold : group->thresholds) {
      if (threshold.aggregation == k6::Threshold::Aggregation::quantile)
        plan.ask_for_quantile(threshold.quantile);
    }
    plan.thresholds.push_back(*std::move(group));
  }
  if (job.thresholds && all.empty() && notices.empty())
    notices.push_back({Severity::note, {}, "the options have no thresholds, so there is nothing to judge"});
}

std::vector<cli::ThresholdReport> judge(const plan::Plan& plan, const std::vector<k6::AssumedType>& assumed,
                                        k6::Gathered& gathered, std::vector<Notice>& notices) {
  std::vector<cli::ThresholdReport> reports;
  Judge judge(plan, assumed, gathered, notices);
  for (const plan::ThresholdGroup& group : plan.thresholds) judge.judge(group, reports);
  return reports;
}

}  // namespace k6apm::thresholds
