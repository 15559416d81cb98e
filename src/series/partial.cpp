#include "series/partial.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

bool holds(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

/// The windows of one series that are still open.
class OpenWindows : public WindowSource {
 public:
  OpenWindows(Accumulator&& open, WindowSpan span, Finish how)
      : m_open(std::move(open)), m_span(span), m_how(std::move(how)) {}

  WindowSpan span() const override { return m_span; }
  void hand_out(const TakeWindow& take, std::vector<Buckets>& buckets) override {
    m_open.finish(m_how, take, &buckets);
  }

 private:
  Accumulator m_open;
  WindowSpan m_span;
  Finish m_how;
};

}  // namespace

Tags kept_tags(const Rule& rule, const Tags& tags) {
  Tags kept;
  for (const auto& tag : tags) {
    const bool keep = rule.keep_all_tags || holds(rule.keep_tags, tag.first);
    const bool is_missing = tag.second.empty() && !rule.keep_empty_tags;
    if (keep && !is_missing && !holds(rule.drop_tags, tag.first)) kept.push_back(tag);
  }
  return rule.normalised ? rule.normalised(kept) : kept;
}

std::size_t Partial::KeyHash::operator()(const Key& key) const {
  const std::hash<std::string_view> hash;
  std::size_t result = hash(key.metric) + key.rule;
  for (const auto& [name, value] : key.tags) result = (result * 31 + hash(name)) * 31 + hash(value);
  return result;
}

std::vector<std::size_t> Partial::rules_of(std::string_view metric) const {
  std::vector<std::size_t> rules;
  for (std::size_t index = 0; index < m_rules.size(); ++index) {
    if (m_rules[index].selects_metric(metric)) rules.push_back(index);
  }
  return rules;
}

Accumulator* Partial::route(std::string_view metric, std::size_t rule, const Tags& tags,
                            std::optional<MetricType> type) {
  const Rule& of = m_rules[rule];
  if (!of.selects(metric, tags)) return nullptr;
  Key key{rule, std::string(metric), kept_tags(of, tags)};
  const auto [found, added] =
      m_series.try_emplace(std::move(key), of.window_s * k_nanoseconds_per_second, type, m_room);
  if (added && !type) m_untyped[std::string(metric)].push_back(&found->second);
  return &found->second;
}

void Partial::set_type(std::string_view metric, MetricType type) {
  const auto found = m_untyped.find(std::string(metric));
  if (found == m_untyped.end()) return;
  for (Accumulator* series : found->second) series->set_type(type);
  m_untyped.erase(found);
}

void Partial::settle_types(const MetricLookup& lookup) {
  m_untyped.clear();
  for (auto entry = m_series.begin(); entry != m_series.end();) {
    const std::optional<MetricInfo> info = lookup(entry->first.metric);
    if (info) {
      entry->second.set_type(info->type);
      ++entry;
    } else {
      entry = m_series.erase(entry);
    }
  }
}

void Partial::merge(Partial&& other, const MetricLookup& lookup) {
  settle_types(lookup);
  other.settle_types(lookup);
  m_series.merge(other.m_series);  // what stays behind in `other` is there on both sides
  for (auto& [key, series] : other.m_series) m_series.find(key)->second.merge_later(std::move(series));
  other.m_series.clear();
  other.m_room = nullptr;  // its series are here
  add_times(other.m_first_ns, other.m_last_ns);
}

void Partial::add(SeriesKey key, Accumulator&& series) {
  const auto [there, added] = m_series.try_emplace(std::move(key), std::move(series));
  if (added) return;
  Accumulator& mine = there->second;
  // A type that one of the two knows is that of the other, unless inputs contradict each other.
  if (!mine.type() && series.type()) mine.set_type(*series.type());
  if (mine.type() && !series.type()) series.set_type(*mine.type());
  if (mine.type() == series.type()) mine.merge(std::move(series));
}

void Partial::absorb(Partial&& other) {
  m_untyped.clear();
  while (!other.m_series.empty()) {
    auto node = other.m_series.extract(other.m_series.begin());
    const auto there = m_series.insert(std::move(node));
    if (!there.inserted) add(std::move(there.node.key()), std::move(there.node.mapped()));
  }
  other.m_room = nullptr;
  add_times(other.m_first_ns, other.m_last_ns);
}

void Partial::settle_known_types(
    const std::function<std::optional<MetricType>(std::string_view metric)>& lookup) {
  m_untyped.clear();
  for (auto& [key, series] : m_series) {
    if (const auto type = lookup(key.metric)) series.set_type(*type);
  }
}

void Partial::leave_out(const std::vector<std::string>& metrics) {
  if (metrics.empty()) return;
  m_untyped.clear();
  const std::set<std::string_view> names(metrics.begin(), metrics.end());
  std::erase_if(m_series, [&names](const auto& entry) { return names.contains(entry.first.metric); });
}

void Partial::add_times(std::int64_t first_ns, std::int64_t last_ns) {
  m_first_ns = std::min(m_first_ns, first_ns);
  m_last_ns = std::max(m_last_ns, last_ns);
}

std::vector<std::pair<const SeriesKey*, Accumulator*>> Partial::in_order() {
  std::vector<std::pair<const SeriesKey*, Accumulator*>> all;
  all.reserve(m_series.size());
  for (auto& [key, series] : m_series) all.emplace_back(&key, &series);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
  return all;
}

/// Metrics of one destination and type to which the receiver gives the name of an earlier one.
Partial::Joins Partial::same_names(const MetricLookup& lookup) const {
  std::set<Selected> all;
  for (const auto& [key, series] : m_series) {
    if (m_rules[key.rule].name_of) all.insert({key.rule, key.metric});
  }
  struct Owner {
    Selected first;
    MetricType type;
    std::set<std::string> metrics;
  };
  std::map<std::pair<std::size_t, std::string>, Owner> owners;  // by destination and name
  Joins joins;
  for (const Selected& one : all) {
    const std::optional<MetricInfo> info = lookup(one.metric);
    if (!info) continue;
    const Rule& rule = m_rules[one.rule];
    const auto [found, added] = owners.try_emplace({rule.destination, rule.name_of(one.metric)},
                                                   Owner{one, info->type, {one.metric}});
    Owner& owner = found->second;
    if (added || owner.type != info->type) continue;
    // A metric that has the name by an earlier rule already would count twice.
    if (owner.metrics.insert(one.metric).second) joins.emplace(one, owner.first);
  }
  return joins;
}

void Partial::join(const Joins& joins, const MetricLookup& lookup) {
  std::vector<Key> joined;
  for (const auto& [key, series] : m_series) {
    if (joins.contains({key.rule, key.metric})) joined.push_back(key);
  }
  for (const Key& key : joined) {
    auto node = m_series.extract(key);
    const Selected& owner = joins.at({key.rule, key.metric});
    const MetricType type = lookup(key.metric)->type;
    node.key().rule = owner.rule;
    node.key().metric = owner.metric;
    node.mapped().set_type(type);
    const auto there = m_series.insert(std::move(node));
    if (there.inserted) continue;
    there.position->second.set_type(type);
    there.position->second.merge(std::move(there.node.mapped()));
  }
}

std::vector<Series> Partial::finish(const MetricLookup& lookup, const std::vector<double>& quantiles) {
  const Joins joins = same_names(lookup);
  join(joins, lookup);
  std::map<Selected, std::vector<Selected>> joined;
  for (const auto& [one, owner] : joins) joined[owner].push_back(one);
  std::vector<Series> result;
  result.reserve(m_series.size());
  while (!m_series.empty()) {
    auto node = m_series.extract(m_series.begin());
    const std::optional<MetricInfo> info = lookup(node.key().metric);
    if (!info) continue;
    node.mapped().set_type(info->type);
    const std::optional<WindowSpan> span = node.mapped().span();
    if (!span) continue;
    Series series;
    series.rule = node.key().rule;
    series.metric = node.key().metric;
    series.type = info->type;
    series.contains = info->contains;
    series.tags = node.key().tags;
    const Rule& rule = m_rules[series.rule];
    const double divisor = info->contains == Contains::time ? rule.time_divisor : 1;
    series.source = std::make_shared<OpenWindows>(std::move(node.mapped()), *span,
                                                  Finish{quantiles, info->merge, divisor, rule.buckets});
    if (const auto others = joined.find({series.rule, series.metric}); others != joined.end())
      series.joined = others->second;
    result.push_back(std::move(series));
  }
  std::sort(result.begin(), result.end(), [](const Series& a, const Series& b) {
    return std::tie(a.rule, a.metric, a.tags) < std::tie(b.rule, b.metric, b.tags);
  });
  return result;
}

}  // namespace k6apm::series
