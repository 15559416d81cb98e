#include "overlap.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "cli/progress.hpp"

namespace k6apm {
namespace {

/// Whether both go to the same account, under the same tags of the tool.
bool meet(const Route& a, const Route& b) {
  if (a.provider != b.provider || !a.provider->last_wins) return false;
  if (a.destination->include_test_run_id != b.destination->include_test_run_id) return false;
  const providers::Endpoint one = a.provider->endpoint(*a.destination, {});
  const providers::Endpoint other = b.provider->endpoint(*b.destination, {});
  const auto same = [](const providers::Header& x, const providers::Header& y) {
    return x.name == y.name && x.value == y.value;
  };
  return one.url == other.url &&
         std::equal(one.headers.begin(), one.headers.end(), other.headers.begin(), other.headers.end(), same);
}

/// Names of metrics that both have, in their order.
std::set<std::string> common_targets(const Route& a, const Route& b) {
  std::set<std::string> first;
  for (const providers::MetricSummary& metric : a.report.metrics) first.insert(metric.target);
  std::set<std::string> common;
  for (const providers::MetricSummary& metric : b.report.metrics) {
    if (first.contains(metric.target)) common.insert(metric.target);
  }
  return common;
}

}  // namespace

void note_overlaps(std::vector<Route>& routes) {
  for (auto later = routes.begin(); later != routes.end(); ++later) {
    for (auto earlier = routes.begin(); earlier != later; ++earlier) {
      if (!meet(*earlier, *later)) continue;
      const std::set<std::string> common = common_targets(*earlier, *later);
      if (common.empty()) continue;
      const std::string others =
          common.size() == 1 ? "" : fmt::format(" and {}", cli::plural(common.size() - 1, "other", "others"));
      later->report.notices.push_back(
          {Severity::warning, later->destination->where,
           fmt::format("apm[{}] sends {}{} to the same place as apm[{}]: where their tags are equal the "
                       "points of one overwrite those of the other",
                       later->report.index, *common.begin(), others, earlier->report.index),
           "give one of them other targets, or leave it out with --provider"});
    }
  }
}

}  // namespace k6apm
