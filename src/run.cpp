// The program's table of contents: what happens, in the order in which it happens.
#include "run.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apm/options.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "connections.hpp"
#include "k6/gather.hpp"
#include "k6/rfc3339.hpp"
#include "overlap.hpp"
#include "plan.hpp"
#include "times.hpp"
#include "ways_out.hpp"

namespace k6apm {
namespace {

k6::GatherSettings gather_settings(const cli::Job& job, const apm::ApmBlock& block, const plan::Plan& plan,
                                   cli::Console& console) {
  k6::GatherSettings settings;
  settings.paths = job.results;
  settings.threads = job.threads > 0 ? job.threads : std::max(1U, std::thread::hardware_concurrency());
  settings.block_bytes = plan::block_bytes_from_environment();
  settings.assumed = plan::assumed_types(job, block);
  settings.quantiles = plan.quantiles;
  settings.merge_gauges = job.merge_gauges;
  settings.allow_duplicates = job.allow_duplicates;
  settings.progress = [&console, start = std::chrono::steady_clock::now()](std::uint64_t done,
                                                                           std::uint64_t total) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    console.progress(cli::reading_progress(done, total, passed.count()));
  };
  return settings;
}

/// Hands each destination its series.
std::vector<Route> open_routes(const cli::Job& job, const plan::Plan& plan, k6::Gathered& gathered) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  std::vector<Route> routes;
  for (const plan::Share& share : plan.shares) {
    Route route;
    route.destination = share.destination;
    route.provider = share.provider;
    std::vector<series::Series> series = plan::take_series(share, gathered.series);
    route.report.tags = plan::count_tags(series);
    route.series = share.provider->open(*share.destination, std::move(series),
                                        plan::export_settings(job, plan, share, gathered.test_run_id, now_s));
    route.report.index = share.destination->index;
    route.report.provider = share.destination->provider;
    route.report.url = apm::masked_url(share.provider->endpoint(*share.destination, {}).url);
    route.report.series = route.series->series();
    route.report.points = route.series->points();
    route.report.metrics = route.series->metrics();
    route.report.notices = route.series->notices();
    routes.push_back(std::move(route));
  }
  note_overlaps(routes);
  return routes;
}

/// The reports of all destinations of the block, used or not, in its order.
std::vector<cli::DestinationReport> destination_reports(const apm::ApmBlock& block,
                                                        std::vector<Route>& routes) {
  std::vector<cli::DestinationReport> reports;
  for (const apm::Destination& destination : block.destinations) {
    const auto route = std::find_if(routes.begin(), routes.end(),
                                    [&](const Route& r) { return r.destination == &destination; });
    if (route == routes.end()) {
      cli::DestinationReport report;
      report.index = destination.index;
      report.provider = destination.provider;
      report.error = destination.disabled;
      report.left_out = destination.left_out;
      reports.push_back(std::move(report));
      continue;
    }
    std::vector<Notice>& notices = route->report.outcome.notices;
    route->report.notices.insert(route->report.notices.end(), notices.begin(), notices.end());
    if (route->report.error.empty()) route->report.error = route->report.outcome.error;
    reports.push_back(std::move(route->report));
  }
  return reports;
}

void show(const cli::Job& job, const cli::Report& report, cli::Console& console) {
  console.end_progress();
  for (const cli::DestinationReport& destination : report.destinations) {
    for (const Notice& notice : destination.notices) console.show(notice);
  }
  if (job.json) {
    cli::write_json(report, std::cout);
  } else if (job.dry_run) {
    const bool charts = isatty(STDOUT_FILENO) == 1;
    for (const cli::DestinationReport& destination : report.destinations)
      cli::write_table(destination, charts, std::cout);
  } else {
    for (const cli::DestinationReport& destination : report.destinations)
      console.say(cli::summary_line(destination));
  }
}

/// An input is no k6 result: what was found is reported, and nothing is sent.
ExitStatus refuse_inputs(const cli::Job& job, const k6::Gathered& gathered, cli::Console& console) {
  console.error(gathered.refusal->notice());
  if (job.json) {
    cli::Report report;
    report.exit_status = gathered.refusal->status();
    report.inputs = gathered.inputs;
    report.notices = gathered.notices;
    report.notices.push_back(gathered.refusal->notice());
    cli::write_json(report, std::cout);
  }
  return gathered.refusal->status();
}

void say_inputs(const k6::Gathered& gathered, cli::Console& console) {
  for (const k6::InputReport& input : gathered.inputs) {
    console.detail(fmt::format("{}: {}, compression {}, {}, {}", input.path,
                               cli::human_bytes(static_cast<double>(input.bytes)),
                               k6::name_of(input.compression), cli::plural(input.lines, "line", "lines"),
                               cli::plural(input.points, "point", "points")));
  }
  if (!gathered.points) return;
  console.detail(fmt::format("exported points from {} to {}, test run id {}",
                             k6::format_rfc3339(gathered.first_ns), k6::format_rfc3339(gathered.last_ns),
                             gathered.test_run_id));
}

ExitStatus check(const cli::Job& job, apm::ApmBlock block, cli::Console& console) {
  plan::disable_unwanted(job, block);
  cli::Report report;
  std::vector<Route> none;
  report.destinations = destination_reports(block, none);
  report.notices = block.notices;
  for (const Notice& notice : report.notices) console.show(notice);
  const bool usable = std::any_of(block.destinations.begin(), block.destinations.end(),
                                  [](const auto& d) { return d.disabled.empty(); });
  const bool warned = std::any_of(report.notices.begin(), report.notices.end(),
                                  [](const Notice& n) { return n.severity == Severity::warning; });
  report.exit_status = !usable ? ExitStatus::usage : warned ? ExitStatus::left_out : ExitStatus::ok;
  for (std::size_t i = 0; i < report.destinations.size(); ++i) {
    if (block.destinations[i].disabled.empty()) report.destinations[i].status = cli::DeliveryStatus::dry_run;
  }
  if (block.destinations.empty()) console.error(plan::no_block_notice(block, job));
  report.options = std::move(block);
  if (job.json) {
    cli::write_json(report, std::cout);
  } else {
    cli::write_check(*report.options, job, std::cout);
  }
  return report.exit_status;
}

ExitStatus decode(const cli::Job& job) {
  for (const std::string& path : job.decode) {
    std::ifstream file(path, std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    if (!file)
      throw Error(ExitStatus::input, fmt::format("cannot be read: {}", std::strerror(errno)), "", {path});
    if (job.decode.size() > 1) std::cout << "# " << path << '\n';
    try {
      const auto& table = providers::providers();
      const auto provider =
          std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.recognises(body); });
      provider->decode(body, std::cout);
    } catch (const std::runtime_error& wrong) {
      throw Error(ExitStatus::input, wrong.what(), "--decode reads the .body files that -o writes", {path});
    }
  }
  return ExitStatus::ok;
}

}  // namespace

ExitStatus run(const cli::Job& job, cli::Console& console, const Interruption& interruption) {
  const std::atomic<bool>& interrupted = interruption.set;
  const auto start = std::chrono::steady_clock::now();
  if (!job.decode.empty()) return decode(job);

  // What is asked for.
  apm::ApmBlock block = plan::read_block(job, interrupted);
  set_connections(job, block);
  plan::note_visible_secrets(job, block);
  if (job.check) return check(job, std::move(block), console);
  plan::disable_unwanted(job, block);
  prepare_text(job, block);
  plan::note_unserved(job, block);
  for (const Notice& notice : block.notices) console.show(notice);
  const plan::Plan plan = plan::make_plan(job, block);  // throws where nothing is usable

  // From bytes to series.
  k6::GatherSettings settings = gather_settings(job, block, plan, console);
  std::vector<k6::KeptInput> kept(times::are_needed(job) ? job.results.size() : 0);
  settings.kept = kept;
  settings.range = times::time_range(job, settings, plan.rules, interrupted, console);
  k6::Gathered gathered = k6::gather(settings, plan.rules, interrupted);
  if (gathered.interrupted)
    throw Error(ExitStatus::interrupted, "interrupted while reading: nothing was sent");
  if (gathered.refusal) return refuse_inputs(job, gathered, console);
  say_inputs(gathered, console);
  std::vector<Notice> notices = std::move(gathered.notices);
  plan::note_missing(plan, gathered, notices);
  for (const Notice& notice : notices) console.show(notice);

  // From series to acknowledged payloads.
  std::vector<Route> routes = open_routes(job, plan, gathered);
  deliver(job, console, interrupted, routes);

  // What happened.
  cli::Report report;
  report.inputs = std::move(gathered.inputs);
  report.has_points = gathered.points;
  report.first_ns = gathered.first_ns;
  report.last_ns = gathered.last_ns;
  report.test_run_id = plan::test_run_id(job, gathered.test_run_id);
  report.destinations = destination_reports(block, routes);
  report.notices = std::move(block.notices);
  report.notices.insert(report.notices.end(), notices.begin(), notices.end());
  report.exit_status = interruption.status(cli::exit_status(report));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  show(job, report, console);
  return report.exit_status;
}

}  // namespace k6apm
