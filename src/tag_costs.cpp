#include "tag_costs.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace k6apm {
namespace {

constexpr std::uint64_t k_many_series = 1000;
constexpr std::uint64_t k_many_times = 10;
constexpr std::size_t k_named_tags = 3;

/// Sums of these stand for sets of tags: two of a million sets have the same sum once in 30 million runs.
std::uint64_t hash_of(const std::pair<std::string, std::string>& tag) {
  std::uint64_t mixed = std::hash<std::string>()(tag.first) * 0x9e3779b97f4a7c15U;
  mixed ^= std::hash<std::string>()(tag.second) + (mixed >> 29U);
  mixed *= 0xbf58476d1ce4e5b9U;
  return mixed ^ (mixed >> 32U);
}

/// One number for each series.
using Hashes = std::vector<std::uint64_t>;

std::uint64_t distinct(Hashes hashes) {
  std::sort(hashes.begin(), hashes.end());
  return static_cast<std::uint64_t>(std::distance(hashes.begin(), std::unique(hashes.begin(), hashes.end())));
}

/// The same for tags that divide the series in the same way: values become the numbers of their first series,
/// and all these numbers one.
std::uint64_t division_of(const Hashes& values) {
  std::unordered_map<std::uint64_t, std::uint64_t> first;
  std::uint64_t division = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    division ^= first.emplace(values[i], i).first->second + (division >> 31U);
    division *= 0x9e3779b97f4a7c15U;
  }
  return division;
}

/// What the tags of each name add to the hash of each series; 0 where it has none.
std::map<std::string_view, Hashes> parts_of(const std::vector<const series::Series*>& all) {
  std::map<std::string_view, Hashes> parts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& tag : all[i]->tags) {
      Hashes& part = parts[tag.first];
      part.resize(all.size());
      part[i] += hash_of(tag);
    }
  }
  return parts;
}

/// Tags that change together, and what all of them add to the hash of each series.
struct Together {
  std::vector<std::string> names{};
  Hashes parts{};
};

std::vector<Together> together(const std::map<std::string_view, Hashes>& parts) {
  std::map<std::uint64_t, std::size_t> divisions;
  std::vector<Together> groups;
  for (const auto& [name, part] : parts) {
    const auto [division, is_new] = divisions.emplace(division_of(part), groups.size());
    if (is_new) groups.push_back({{}, Hashes(part.size())});
    Together& group = groups[division->second];
    group.names.emplace_back(name);
    for (std::size_t i = 0; i < part.size(); ++i) group.parts[i] += part[i];
  }
  return groups;
}

/// How many different values there are, of the series that have one.
std::uint64_t values_of(Hashes parts) {
  std::erase(parts, 0U);
  return distinct(std::move(parts));
}

}  // namespace

TagCosts::TagCosts(std::span<const series::Series> all) {
  std::vector<const series::Series*> with_points;
  Hashes hashes;
  for (const series::Series& one : all) {
    if (!one.span()) continue;
    with_points.push_back(&one);
    hashes.push_back(0);
    for (const auto& tag : one.tags) hashes.back() += hash_of(tag);
  }
  std::map<series::Selected, std::vector<std::size_t>> metrics;
  for (std::size_t i = 0; i < with_points.size(); ++i)
    metrics[{with_points[i]->rule, with_points[i]->metric}].push_back(i);
  const std::vector<Together> groups = together(parts_of(with_points));
  for (const Together& group : groups) m_tags.push_back({group.names, values_of(group.parts), 0});
  for (const auto& [metric, members] : metrics) {
    Combinations& combinations = m_metrics[metric];
    Hashes chosen;
    for (const std::size_t i : members) chosen.push_back(hashes[i]);
    combinations.all = distinct(chosen);
    for (const Together& group : groups) {
      Hashes left = chosen;
      for (std::size_t i = 0; i < members.size(); ++i) left[i] -= group.parts[members[i]];
      combinations.without.push_back(distinct(std::move(left)));
    }
  }
}

std::vector<cli::TagCost> TagCosts::of(const std::vector<providers::MetricSummary>& exported) const {
  std::vector<cli::TagCost> costs = m_tags;
  for (std::size_t tag = 0; tag < costs.size(); ++tag) {
    for (const providers::MetricSummary& metric : exported) {
      const auto found = m_metrics.find(metric.from);
      if (found == m_metrics.end() || found->second.all == 0) continue;
      costs[tag].series_without += metric.series * found->second.without[tag] / found->second.all;
    }
  }
  std::stable_sort(costs.begin(), costs.end(), [](const cli::TagCost& a, const cli::TagCost& b) {
    return std::tie(a.series_without, b.values) < std::tie(b.series_without, a.values);
  });
  return costs;
}

Notice TagCosts::note(const std::string& place, const cli::DestinationReport& exported) const {
  std::uint64_t without_tags = 0;
  for (const providers::MetricSummary& metric : exported.metrics) {
    const auto found = m_metrics.find(metric.from);
    if (found != m_metrics.end() && found->second.all > 0) without_tags += metric.series / found->second.all;
  }
  if (exported.series <= k_many_series || exported.series < k_many_times * without_tags) return {};
  std::string fewer;
  for (std::size_t i = 0; i < std::min(k_named_tags, exported.tags.size()); ++i) {
    const cli::TagCost& tag = exported.tags[i];
    if (tag.series_without == exported.series) break;
    fewer +=
        fmt::format("{}{} without {}", fewer.empty() ? "" : ", ", tag.series_without, cli::names_text(tag));
  }
  return {
      Severity::note,
      {},
      fmt::format("{}: the tags that are kept make {} series of {}", place, exported.series, without_tags),
      fewer.empty() ? "keep fewer tags; none of them makes a difference alone"
                    : "keep fewer tags: there would be " + fewer};
}

}  // namespace k6apm
