#include "missing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "text/nearest.hpp"
#include "text/printable.hpp"

namespace k6apm::plan {
namespace {

/// Whether points that the rule selects are in this series.
bool is_of_rule(const series::Series& one, std::size_t rule) {
  return one.rule == rule || std::any_of(one.joined.begin(), one.joined.end(),
                                         [rule](const auto& other) { return other.rule == rule; });
}

std::vector<std::string_view> views(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

/// The metric that was meant by `name`: nearly its name, or a name under which it is exported, such as
/// k6_http_reqs or http_req_duration_p95. Empty where there is none.
std::string meant_metric(std::string_view name, const std::set<std::string>& metrics) {
  if (std::string near = text::nearest(name, views(metrics)); !near.empty()) return near;
  std::string rest(name);
  if (rest.starts_with("k6_") || rest.starts_with("k6.")) rest.erase(0, 3);
  if (metrics.contains(rest)) return rest;
  const std::size_t end = rest.find_last_of("_.");
  if (end == std::string::npos) return {};
  rest.resize(end);
  return metrics.contains(rest) ? rest : std::string();
}

/// Says what the entries of the destinations ask for in vain.
class MissingOfEntries {
 public:
  MissingOfEntries(const Plan& plan, const k6::Gathered& gathered, std::vector<Notice>& notices)
      : m_plan(plan), m_gathered(gathered), m_notices(notices) {}

  void note(const Share& share, std::size_t index) {
    const apm::Entry& entry = share.destination->entries[index];
    const std::size_t rule = share.first_rule + index;
    if (entry.is_default) return;
    const TagsFound found = tags_of(rule);
    if (!found.some_metric) {
      const std::optional<std::string>& metric = entry.selector.metric();
      m_notices.push_back({Severity::warning, entry.where,
                           fmt::format("{}: the results have no metric for {}: left out",
                                       share.destination->place(), entry.source),
                           metric ? text::did_you_mean(meant_metric(*metric, m_gathered.metrics)) : "",
                           "entries for which the results have no metric"});
      return;
    }
    note_unselected(share, entry, rule, found);
    if (!entry.keep_tags || !m_gathered.tags_kept) return;
    for (const std::string& tag : *entry.keep_tags) {
      if (is_there(tag, found) || is_constant(tag, rule)) continue;
      note_tag(entry.where,
               fmt::format("{}: no point of {} has the tag \"{}\" of keepTags", share.destination->place(),
                           entry.source, text::printable(tag)),
               tag, found);
    }
  }

  /// Tags of --keep-tags that no entry finds which goes by it.
  void note_kept(const std::vector<std::string>& keep_tags) {
    if (!m_gathered.tags_kept) return;
    TagsFound found;
    for (const Share& share : m_plan.shares) {
      if (share.destination->kind == apm::ProviderKind::cloud) continue;  // it gets all tags
      for (std::size_t i = 0; i < share.destination->entries.size(); ++i) {
        if (!share.destination->entries[i].keep_tags) add_tags(share.first_rule + i, found);
      }
    }
    if (!found.some_metric) return;
    for (const std::string& tag : keep_tags) {
      const bool constant = std::any_of(m_plan.shares.begin(), m_plan.shares.end(), [&](const Share& share) {
        return is_constant(tag, share.first_rule);
      });
      if (!is_there(tag, found) && !constant) {
        note_tag({}, fmt::format("--keep-tags: no exported point has the tag \"{}\"", text::printable(tag)),
                 tag, found);
      }
    }
  }

 private:
  /// Tags of the points that a rule, or several, may select.
  struct TagsFound {
    std::set<std::string> asked{};
    std::set<std::string> near{};  ///< what may have been meant
    bool some_metric = false;
  };

  void add_tags(std::size_t rule, TagsFound& found) const {
    for (const std::string& metric : m_gathered.metrics) {
      if (!m_plan.rules[rule].selects_metric(metric)) continue;
      found.some_metric = true;
      const auto tags = m_gathered.tags.find(metric);
      if (tags == m_gathered.tags.end()) continue;
      found.asked.insert(tags->second.asked.begin(), tags->second.asked.end());
      found.near.insert(tags->second.first.begin(), tags->second.first.end());
    }
  }

  TagsFound tags_of(std::size_t rule) const {
    TagsFound found;
    add_tags(rule, found);
    return found;
  }

  static bool is_there(const std::string& tag, const TagsFound& found) { return found.asked.contains(tag); }

  bool is_constant(const std::string& tag, std::size_t rule) const {
    const std::vector<std::string>& constant = m_plan.rules[rule].drop_tags;
    return std::binary_search(constant.begin(), constant.end(), tag);
  }

  void note_tag(Location where, std::string text, const std::string& tag, const TagsFound& found) {
    m_notices.push_back({Severity::note, std::move(where), std::move(text),
                         text::did_you_mean(text::nearest(tag, views(found.near))),
                         "tags that no point has"});
  }

  /// Where a selector selects nothing, or asks for a tag whose name is probably misspelt.
  void note_unselected(const Share& share, const apm::Entry& entry, std::size_t rule,
                       const TagsFound& found) {
    const auto is_selected = [&](const auto& one) { return is_of_rule(one, rule); };
    const auto is_untyped = [&](const auto& name) { return m_plan.rules[rule].selects_metric(name); };
    const bool some = std::any_of(m_gathered.series.begin(), m_gathered.series.end(), is_selected) ||
                      std::any_of(m_gathered.untyped.begin(), m_gathered.untyped.end(), is_untyped);
    std::string hint;
    for (const std::string& tag : entry.selector.tag_names()) {
      if (!m_gathered.tags_kept || is_there(tag, found)) continue;
      const std::string meant = text::nearest(tag, views(found.near));
      if (!some && hint.empty()) {
        hint = fmt::format("no point of this metric has the tag \"{}\"{}", text::printable(tag),
                           meant.empty() ? "" : ": " + text::did_you_mean(meant));
      } else if (some && !meant.empty()) {
        note_tag(entry.where,
                 fmt::format("{}: no point that {} may select has the tag \"{}\"", share.destination->place(),
                             entry.source, text::printable(tag)),
                 tag, found);
      }
    }
    if (some) return;
    m_notices.push_back(
        {Severity::note, entry.where,
         fmt::format("{}: no point is selected by {}", share.destination->place(), entry.source),
         std::move(hint), "entries that select no point"});
  }

  const Plan& m_plan;
  const k6::Gathered& m_gathered;
  std::vector<Notice>& m_notices;
};

/// "prometheus and datadog", each once, in the order of the block.
std::string names_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

void note_missing_providers(const cli::Job& job, apm::ApmBlock& block) {
  std::vector<std::string_view> names;
  for (const apm::Destination& destination : block.destinations) {
    if (destination.kind == apm::ProviderKind::cloud || destination.provider.empty()) continue;
    if (std::find(names.begin(), names.end(), destination.provider) == names.end())
      names.emplace_back(destination.provider);
  }
  for (const std::string& asked : job.providers) {
    if (names.empty() || std::find(names.begin(), names.end(), asked) != names.end()) continue;
    const std::string meant = text::nearest(asked, names);
    block.notices.push_back(
        {Severity::warning,
         {},
         fmt::format("--provider {}: the apm block has no destination of this provider; it has {}",
                     text::printable(asked), text::printable(names_of(names))),
         text::did_you_mean(meant)});
  }
}

void note_missing(const cli::Job& job, const Plan& plan, const k6::Gathered& gathered,
                  std::vector<Notice>& notices) {
  MissingOfEntries missing(plan, gathered, notices);
  for (const Share& share : plan.shares) {
    for (std::size_t i = 0; i < share.destination->entries.size(); ++i) missing.note(share, i);
  }
  missing.note_kept(job.keep_tags);
  for (const auto& [metric, type] : job.metric_types) {
    if (gathered.metrics.contains(metric)) continue;
    notices.push_back(
        {Severity::note,
         {},
         fmt::format("--metric-type {}: the results have no metric of this name", text::printable(metric)),
         text::did_you_mean(meant_metric(metric, gathered.metrics)),
         "metrics of --metric-type that the results do not have"});
  }
  if (gathered.points) return;
  const std::uint64_t outside = gathered.account.out_of_range;
  const std::string how_many = outside == 1 ? "1 point lies" : fmt::format("{} points lie", outside);
  const std::string hint =
      fmt::format("{} outside --from and --to: without them -v tells when the run was", how_many);
  notices.push_back({Severity::warning, {}, "no point of the results is exported", outside == 0 ? "" : hint});
}

}  // namespace k6apm::plan
