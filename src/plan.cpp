#include "plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

#include "apm/cloud_configuration.hpp"
#include "apm/options.hpp"
#include "error.hpp"
#include "k6/threshold_types.hpp"
#include "providers/datadog_endpoint.hpp"
#include "providers/prometheus_query.hpp"
#include "providers/prometheus_series.hpp"
#include "text/printable.hpp"

namespace k6apm::plan {
namespace {

constexpr auto* k_test_run_id = "test_run_id";
constexpr auto* k_test_id = "testid";  // the label by which k6's published dashboards tell runs apart

bool has_k6_names(const cli::Job& job, const apm::Destination& destination) {
  return job.k6_names && destination.kind == apm::ProviderKind::prometheus;
}

/// OpenMetrics text cannot hold them; arguments.cpp refuses the two flags together, a variable just does not
/// count then.
bool has_histograms(const cli::Job& job, const apm::Destination& destination) {
  const bool wanted = job.native_histograms || destination.native_histograms;
  return wanted && !job.openmetrics && destination.kind == apm::ProviderKind::prometheus;
}

/// Names of the tags that the tool itself puts on every series of this destination.
std::vector<std::string> constant_names(const cli::Job& job, const apm::Destination& destination) {
  std::vector<std::string> names;
  if (has_k6_names(job, destination)) names.emplace_back(k_test_id);
  for (const auto& [name, value] : job.tags) names.push_back(name);
  if (destination.include_test_run_id) names.emplace_back(k_test_run_id);
  std::sort(names.begin(), names.end());
  return names;
}

/// Everything as it is, in windows of a second: k6 cloud tells only later how long its buckets are.
void set_for_cloud(series::Rule& rule) {
  rule.window_s = 1;
  rule.keep_all_tags = true;
  rule.keep_empty_tags = true;
  rule.buckets = series::BucketKind::hdr;
  rule.gauge_spread = true;
}

series::Rule make_rule(const cli::Job& job, const Share& share, std::size_t index,
                       const std::shared_ptr<ReservedTags>& reserved) {
  const apm::Destination& destination = *share.destination;
  const apm::Entry& entry = destination.entries[index];
  series::Rule rule;
  rule.destination = destination.index;
  rule.window_s = destination.resample_s;
  if (has_histograms(job, destination)) rule.buckets = series::BucketKind::exponential;
  if (has_k6_names(job, destination)) rule.time_divisor = providers::k_k6_names_time_divisor;
  rule.selects_metric = [&destination, index](std::string_view metric) {
    return destination.target_of(index, metric).has_value();
  };
  rule.selects = [&entry](std::string_view metric, const series::Tags& tags) {
    return entry.selector.matches(metric,
                                  [&tags](std::string_view name) { return series::find_tag(tags, name); });
  };
  rule.keep_all_tags = !entry.keep_tags && job.keep_all_tags;
  rule.keep_tags = entry.keep_tags.value_or(job.keep_tags);
  if (destination.kind == apm::ProviderKind::cloud) set_for_cloud(rule);
  rule.drop_tags = constant_names(job, destination);
  rule.asks_for = entry.selector.tag_names();
  rule.asks_for.insert(rule.asks_for.end(), rule.keep_tags.begin(), rule.keep_tags.end());
  std::sort(rule.asks_for.begin(), rule.asks_for.end());
  if (const auto normalised_tags = share.provider->normalised_tags; normalised_tags != nullptr) {
    const bool noted = destination.kind == apm::ProviderKind::cloud;
    rule.normalised = [normalised_tags, constants = rule.drop_tags, noted,
                       reserved](const series::Tags& kept) {
      series::Tags sent = normalised_tags(kept, constants);
      if (noted && sent.size() < kept.size()) reserved->note(kept, sent);
      return sent;
    };
  }
  if (const auto normalised_target = share.provider->normalised_target; normalised_target != nullptr) {
    rule.name_of = [&destination, index, normalised_target](std::string_view metric) {
      return normalised_target(destination.target_of(index, metric).value_or(""));
    };
  }
  return rule;
}

/// What is exported of a Trend.
std::vector<series::TrendStat> trend_stats_of(const cli::Job& job, const Share& share) {
  if (job.trend_stats) return *job.trend_stats;
  if (share.destination->trend_stats.empty()) return series::parse_trend_stats(share.provider->trend_stats);
  try {
    return series::parse_trend_stats(share.destination->trend_stats);
  } catch (const std::invalid_argument& wrong) {
    throw Error(ExitStatus::usage, wrong.what(), "", {"K6_PROMETHEUS_RW_TREND_STATS"});
  }
}

/// What the block is of, in messages.
std::string name_of_block(const cli::Job& job) {
  if (job.script) return *job.script;
  if (job.cloud && !job.apm) return "--cloud";
  return job.apm ? "--apm" : std::string(apm::k_server_url_variable);
}

}  // namespace

bool is_wanted(const cli::Job& job, const apm::Destination& destination) {
  if (destination.kind == apm::ProviderKind::cloud) return true;  // asked for by a flag of its own
  const auto names = [&](const std::string& name) { return name == destination.provider; };
  return job.providers.empty() || std::any_of(job.providers.begin(), job.providers.end(), names);
}

void disable_unwanted(const cli::Job& job, apm::ApmBlock& block) {
  for (apm::Destination& destination : block.destinations) {
    if (!is_wanted(job, destination)) {
      destination.disabled = "left out by --provider";
      destination.left_out = true;
      std::erase_if(block.notices, [&](const Notice& n) { return n.destination == destination.index; });
    }
  }
}

void note_unserved(const cli::Job& job, apm::ApmBlock& block) {
  if (job.only_counts() || job.output || job.openmetrics || job.partial) return;
  const auto say = [&block](Severity severity, const apm::Destination& destination, std::string_view text) {
    block.notices.push_back({severity, destination.where, fmt::format("{}: {}", destination.place(), text)});
  };
  for (apm::Destination& destination : block.destinations) {
    if (!destination.disabled.empty()) continue;
    if (destination.kind == apm::ProviderKind::cloud) {
      apm::require_cloud_login(destination, block.notices);
      if (job.verify) {
        say(Severity::warning, destination,
            "k6 cloud cannot be asked for what it holds, so what is sent is not read back");
      }
      continue;
    }
    if (destination.kind != apm::ProviderKind::datadog) {
      if (job.verify && has_histograms(job, destination)) {
        say(Severity::warning, destination,
            "native histograms cannot be compared, so what is sent is not read back");
      } else if (job.verify && !providers::query_endpoint(destination, job.query_url, {})) {
        say(Severity::warning, destination,
            "no query API is known beside this URL, so what is sent is not read back: --query-url names it");
      }
      continue;
    }
    const bool has_key = !destination.app_key.empty();
    if (job.verify && !has_key) {
      say(Severity::warning, destination, "--verify needs an appKey: what is sent is not read back");
    }
    if (job.datadog_metadata && !has_key)
      say(Severity::warning, destination, "--datadog-metadata needs an appKey: no metadata is sent");
    if (!job.datadog_historical) continue;
    if (!providers::takes_historical(destination)) {
      say(Severity::warning, destination, "this site has no historical metrics: old points are not sent");
    } else if (!has_key) {
      say(Severity::note, destination,
          "without an appKey historical ingestion is not enabled here: it has to be enabled in Datadog, "
          "under Metrics Summary");
    }
  }
}

Notice no_block_notice(const apm::ApmBlock& block, const cli::Job& job) {
  const std::string file = name_of_block(job);
  if (block.origin == apm::Origin::none) {
    return {Severity::warning,
            {file},
            "has no apm block: neither options.ext.loadimpact.apm nor options.cloud.apm is there",
            "add it in one of these places, or give it with --apm"};
  }
  return {Severity::warning,
          {file},
          "the apm block is empty: there is no destination in it",
          "add one to the options, or give it with --apm"};
}

void Plan::ask_for_quantile(double quantile) {
  if (std::find(quantiles.begin(), quantiles.end(), quantile) == quantiles.end())
    quantiles.push_back(quantile);
}

Plan make_plan(const cli::Job& job, const apm::ApmBlock& block) {
  Plan plan;
  for (const apm::Destination& destination : block.destinations) {
    if (!destination.disabled.empty()) continue;
    const Share share{&destination, providers::find_provider(destination.kind), plan.rules.size()};
    plan.shares.push_back(share);
    for (std::size_t i = 0; i < destination.entries.size(); ++i)
      plan.rules.push_back(make_rule(job, share, i, plan.reserved));
    if (has_histograms(job, destination)) continue;
    for (const double quantile : series::quantiles_of(trend_stats_of(job, share)))
      plan.ask_for_quantile(quantile);
  }
  if (!plan.shares.empty()) return plan;
  if (block.destinations.empty()) {
    const Notice notice = no_block_notice(block, job);
    throw Error(ExitStatus::usage, notice.text, notice.hint, notice.where);
  }
  throw Error(ExitStatus::usage,
              job.cloud ? "no destination can be used: nothing was sent"
                        : "no destination of the apm block can be used: nothing was sent",
              "", {name_of_block(job)});
}

std::vector<k6::AssumedType> assumed_types(const cli::Job& job, const apm::ApmBlock& block) {
  std::vector<k6::AssumedType> assumed;
  for (const auto& [metric, type] : job.metric_types) assumed.push_back({metric, type, true});
  std::map<std::string_view, std::vector<std::string_view>> expressions;  // with every selector of the metric
  for (const apm::Thresholds& thresholds : block.thresholds) {
    std::vector<std::string_view>& all = expressions[k6::metric_of_threshold(thresholds.metric)];
    all.insert(all.end(), thresholds.expressions.begin(), thresholds.expressions.end());
  }
  for (const auto& [metric, all] : expressions) {
    const auto type = k6::type_of_thresholds(all);
    if (type && !job.metric_types.contains(std::string(metric)))
      assumed.push_back({std::string(metric), *type, false});
  }
  return assumed;
}

void ReservedTags::note(const series::Tags& kept, const series::Tags& sent) {
  const std::scoped_lock lock(m_mutex);
  for (const auto& tag : kept) {
    if (std::find(sent.begin(), sent.end(), tag) == sent.end()) m_names.insert(tag.first);
  }
}

std::set<std::string> ReservedTags::names() const {
  const std::scoped_lock lock(m_mutex);
  return m_names;
}

void note_reserved(const Plan& plan, std::vector<Notice>& notices) {
  for (const std::string& name : plan.reserved->names()) {
    notices.push_back({Severity::note,
                       {},
                       fmt::format("cloud: the tag \"{}\" is left out: k6 cloud keeps this name for itself",
                                   text::printable(name)),
                       {},
                       "tags that k6 cloud keeps for itself"});
  }
}

std::vector<series::Series> take_series(const Share& share, std::vector<series::Series>& all) {
  const auto first_of = [&](std::size_t rule) {
    return std::lower_bound(all.begin(), all.end(), rule,
                            [](const series::Series& one, std::size_t r) { return one.rule < r; });
  };
  const auto begin = first_of(share.first_rule);
  const auto end = first_of(share.first_rule + share.destination->entries.size());
  std::vector<series::Series> taken(std::make_move_iterator(begin), std::make_move_iterator(end));
  for (series::Series& one : taken) {
    one.rule -= share.first_rule;
    for (series::Selected& other : one.joined) other.rule -= share.first_rule;
  }
  return taken;
}

std::string test_run_id(const cli::Job& job, const std::string& of_run) {
  for (const auto& [name, value] : job.tags) {
    if (name == k_test_run_id) return value;
  }
  return job.test_run_id.value_or(of_run);
}

providers::ExportSettings export_settings(const cli::Job& job, const Plan& plan, const Share& share,
                                          const std::string& run_id, std::int64_t now_s) {
  providers::ExportSettings settings;
  settings.trend_stats = trend_stats_of(job, share);
  settings.quantiles = plan.quantiles;
  settings.rate_counts = job.rate_counts;
  settings.k6_names = has_k6_names(job, *share.destination);
  settings.native_histograms = has_histograms(job, *share.destination);
  settings.constant_tags = job.tags;
  if (share.destination->include_test_run_id) {
    std::erase_if(settings.constant_tags, [](const auto& tag) { return tag.first == k_test_run_id; });
    settings.constant_tags.emplace_back(k_test_run_id, test_run_id(job, run_id));
    std::sort(settings.constant_tags.begin(), settings.constant_tags.end());
  }
  const bool tagged =
      std::any_of(job.tags.begin(), job.tags.end(), [](const auto& tag) { return tag.first == k_test_id; });
  if (settings.k6_names && !tagged) {
    settings.constant_tags.emplace_back(k_test_id, test_run_id(job, run_id));
    std::sort(settings.constant_tags.begin(), settings.constant_tags.end());
  }
  // A file may be sent at any time; only what is sent now, or would be, is held to the present.
  if (const providers::TimeLimits* limits = share.provider->time_limits;
      limits != nullptr && !job.output && !job.openmetrics) {
    if (limits->max_age_s) settings.taken.first_s = now_s - *limits->max_age_s;
    settings.taken.last_s = now_s + limits->max_ahead_s;
  }
  settings.send_old = job.datadog_historical;
  settings.send_ahead = job.allow_future && share.destination->kind == apm::ProviderKind::prometheus;
  settings.threads = thread_count(job);
  settings.count_only = job.only_counts();
  settings.verify = job.verify && !job.spool;  // a spool is read back by its requests
  settings.query_url = job.query_url;
  return settings;
}

std::size_t thread_count(const cli::Job& job) {
  return job.threads > 0 ? job.threads : std::max(1U, std::thread::hardware_concurrency());
}

std::size_t block_bytes_from_environment() {
  const char* value = std::getenv("K6APM_BLOCK_SIZE");  // NOLINT(concurrency-mt-unsafe): before threads start
  return value == nullptr ? 0 : std::strtoull(value, nullptr, 10);
}

}  // namespace k6apm::plan
