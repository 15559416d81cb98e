#include "partial_output.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "delivery/output_file.hpp"
#include "error.hpp"
#include "k6/metric_types.hpp"
#include "k6/partial_writer.hpp"
#include "k6/rfc3339.hpp"
#include "text/utf8.hpp"

namespace k6apm {
namespace {

std::string or_none(std::string text) { return text.empty() ? "none" : std::move(text); }

std::string time_text(const std::optional<cli::TimeArgument>& time) {
  return time ? k6::format_rfc3339(time->ns) : "not given";
}

/// Tags that stay: what is dropped although nobody would keep it makes no difference.
std::string kept_text(const series::Rule& rule) {
  if (rule.keep_all_tags)
    return rule.drop_tags.empty() ? "all" : fmt::format("all but {}", fmt::join(rule.drop_tags, ","));
  std::vector<std::string> kept;
  std::set_difference(rule.keep_tags.begin(), rule.keep_tags.end(), rule.drop_tags.begin(),
                      rule.drop_tags.end(), std::back_inserter(kept));
  return or_none(fmt::format("{}", fmt::join(kept, ",")));
}

void add_destination(const plan::Plan& plan, const plan::Share& share,
                     std::vector<k6::StateOption>& options) {
  const std::string place = share.destination->place();
  const apm::Destination& destination = *share.destination;
  options.push_back({place + ": resampleRate", std::to_string(destination.resample_s)});
  const series::Rule* const rules = plan.rules.data() + share.first_rule;
  for (std::size_t i = 0; i < destination.entries.size(); ++i) {
    const apm::Entry& entry = destination.entries[i];
    options.push_back({fmt::format("{}: metric {}", place, i + 1),
                       entry.target ? fmt::format("{} as {}", entry.source, *entry.target) : entry.source});
    options.push_back({fmt::format("{}: the list of tags kept of {} (metric {})", place, entry.source, i + 1),
                       kept_text(rules[i])});
  }
  // Where tags are brought to a receiver's rules, a tag of the run may become one of these.
  if (share.provider->normalised_tags != nullptr && !destination.entries.empty()) {
    options.push_back({place + ": the list of constant tags",
                       or_none(fmt::format("{}", fmt::join(rules[0].drop_tags, ",")))});
  }
}

}  // namespace

std::vector<k6::StateOption> state_options(const cli::Job& job, const plan::Plan& plan) {
  std::vector<k6::StateOption> options;
  options.push_back({"--from", time_text(job.from)});
  options.push_back({"--to", time_text(job.to)});
  // Of other metrics what any type needs is kept until the type is known.
  std::vector<std::string> own;
  for (const auto& [metric, type] : job.metric_types) {
    if (k6::is_own_metric(metric)) own.push_back(metric);
  }
  options.push_back(
      {"the list of k6's own metrics in --metric-type", or_none(fmt::format("{}", fmt::join(own, ",")))});
  std::vector<std::string> destinations;
  for (const plan::Share& share : plan.shares)
    destinations.push_back(fmt::format("{} {}", share.destination->place(), share.provider->name));
  options.push_back({"the list of destinations", fmt::format("{}", fmt::join(destinations, ", "))});
  for (const plan::Share& share : plan.shares) add_destination(plan, share, options);
  std::vector<std::string> thresholds;
  for (const plan::ThresholdGroup& group : plan.thresholds) thresholds.push_back(group.name);
  if (job.thresholds || job.cloud)
    options.push_back(
        {"the list of metrics with --thresholds", or_none(fmt::format("{}", fmt::join(thresholds, ", ")))});
  for (k6::StateOption& option : options) {
    option.name = text::with_valid_utf8(option.name);
    option.value = text::with_valid_utf8(option.value);
  }
  return options;
}

void check_partial_output(const cli::Job& job) {
  if (*job.partial == "-" && ::isatty(STDOUT_FILENO) == 1) {
    throw Error(ExitStatus::usage, "--partial - writes bytes that are not for a terminal",
                "name a file, or let another program read them");
  }
  delivery::check_output_file(*job.partial, job.force, "--partial");
}

void write_partial_output(const cli::Job& job, k6::RunState&& state, const plan::Plan& plan,
                          cli::Report& report, cli::Console& console, const std::atomic<bool>& interrupted) {
  const std::vector<k6::StateOption> options = state_options(job, plan);
  const std::size_t inputs = state.inputs.size();
  k6::PartialWritten written;
  delivery::write_output_file(*job.partial, [&](const delivery::Write& write) {
    written = k6::write_partial(std::move(state), options, K6APM_VERSION, write, interrupted);
    return !interrupted;
  });
  if (interrupted) throw Error(ExitStatus::interrupted, "interrupted while writing the partial result");
  for (cli::DestinationReport& destination : report.destinations) {
    if (destination.error.empty()) destination.status = cli::DeliveryStatus::written;
  }
  if (job.json) return;
  console.end_progress();
  console.say(fmt::format("{}: {} of {} in {}", *job.partial == "-" ? "standard output" : *job.partial,
                          cli::plural(written.series, "series", "series"),
                          cli::plural(inputs, "input", "inputs"),
                          cli::human_bytes(static_cast<double>(written.bytes))));
}

}  // namespace k6apm
