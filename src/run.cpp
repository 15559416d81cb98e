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
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "block_source.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "connections.hpp"
#include "k6/gather.hpp"
#include "k6/rfc3339.hpp"
#include "missing.hpp"
#include "overlap.hpp"
#include "partial_output.hpp"
#include "plan.hpp"
#include "previewing.hpp"
#include "spooling.hpp"
#include "tag_costs.hpp"
#include "test_run.hpp"
#include "thresholds.hpp"
#include "times.hpp"
#include "ways_out.hpp"

namespace k6apm {
namespace {

/// But for what depends on the plan.
k6::GatherSettings gather_settings(const cli::Job& job, const apm::ApmBlock& block, cli::Console& console) {
  k6::GatherSettings settings;
  settings.paths = job.results;
  settings.threads = plan::thread_count(job);
  settings.block_bytes = plan::block_bytes_from_environment();
  settings.assumed = plan::assumed_types(job, block);
  settings.merge_gauges = job.merge_gauges;
  settings.allow_duplicates = job.allow_duplicates;
  settings.keep_state = job.partial.has_value();
  settings.progress = [&console, start = std::chrono::steady_clock::now()](std::uint64_t done,
                                                                           std::uint64_t total) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    console.progress(cli::reading_progress(done, total, passed.count()));
  };
  return settings;
}

/// Those of the options, or else of the results.
std::vector<Notice> add_thresholds(const cli::Job& job, const apm::ApmBlock& block,
                                   const k6::GatherSettings& settings, const std::atomic<bool>& interrupted,
                                   plan::Plan& plan) {
  std::vector<Notice> notices;
  if (!job.thresholds && !job.cloud) return notices;
  notices = block.threshold_notices;
  const bool from_results = thresholds::come_from_results(job);
  const auto all = from_results ? thresholds::of_results(settings, interrupted) : block.thresholds;
  thresholds::add_to(plan, job, all, notices);
  return notices;
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
    // Elsewhere nobody is told of it, and millions of series take their time.
    const bool tells_costs = job.only_counts() || series.size() * 32 > job.max_series;
    const TagCosts costs(std::span<const series::Series>(series).first(tells_costs ? series.size() : 0));
    route.series = share.provider->open(*share.destination, std::move(series),
                                        plan::export_settings(job, plan, share, gathered.test_run_id, now_s));
    set_unsent_test_run(route, plan::test_run_id(job, gathered.test_run_id));
    route.report.index = share.destination->index;
    route.report.provider = share.destination->provider;
    route.report.url = apm::masked_url(endpoint_of(route).url);
    route.report.series = route.series->series();
    route.report.points = route.series->points();
    route.report.metrics = route.series->metrics();
    route.report.notices = route.series->notices();
    route.report.tags = costs.of(route.report.metrics);
    route.report.billed_as = route.provider->billed_as;
    if (Notice note = costs.note(route.destination->place(), route.report);
        job.only_counts() && !note.text.empty())
      route.report.notices.push_back(std::move(note));
    routes.push_back(std::move(route));
  }
  note_overlaps(routes);
  return routes;
}

/// The reports of all destinations of the block, used or not, in its order, before anything leaves.
std::vector<cli::DestinationReport> destination_reports(const apm::ApmBlock& block,
                                                        const std::vector<Route>& routes) {
  std::vector<cli::DestinationReport> reports;
  for (const apm::Destination& destination : block.destinations) {
    const auto route = std::find_if(routes.begin(), routes.end(),
                                    [&](const Route& r) { return r.destination == &destination; });
    if (route != routes.end()) {
      reports.push_back(route->report);
      continue;
    }
    cli::DestinationReport& report = reports.emplace_back();
    report.index = destination.index;
    report.provider = destination.provider;
    report.error = destination.disabled;
    report.left_out = destination.left_out;
  }
  return reports;
}

/// What became of the routes, in their places.
void put_in_place(std::vector<Route>& routes, std::vector<cli::DestinationReport>& reports) {
  for (Route& route : routes) {
    std::vector<Notice>& notices = route.report.outcome.notices;
    route.report.notices.insert(route.report.notices.end(), notices.begin(), notices.end());
    if (route.report.error.empty()) route.report.error = route.report.outcome.error;
    const auto place = std::find_if(reports.begin(), reports.end(),
                                    [&](const auto& report) { return report.index == route.report.index; });
    *place = std::move(route.report);
  }
}

/// Those that hold only with -v.
void show_thresholds(const std::vector<cli::ThresholdReport>& thresholds, cli::Console& console) {
  for (const cli::ThresholdReport& threshold : thresholds) {
    if (threshold.ok)
      console.detail(cli::threshold_line(threshold));
    else
      console.say(cli::threshold_line(threshold));
  }
}

void show(const cli::Job& job, const cli::Report& report, cli::Console& console) {
  console.end_progress();
  for (const cli::DestinationReport& destination : report.destinations) {
    console.show(destination.notices);
  }
  if (report.thresholds) show_thresholds(*report.thresholds, console);
  if (job.json) {
    cli::write_json(report, std::cout);
  } else if (job.dry_run) {
    const cli::Screen screen = cli::screen_of(STDOUT_FILENO, job.color);
    for (const cli::DestinationReport& destination : report.destinations)
      cli::write_table(destination, screen, std::cout);
  } else if (!job.partial) {
    for (const cli::DestinationReport& destination : report.destinations)
      console.say(cli::summary_line(destination));
  }
}

/// Some input is no k6 result: what was found is reported, and nothing is sent.
ExitStatus refuse_inputs(const cli::Job& job, cli::Report& report, const Error& refusal,
                         cli::Console& console) {
  console.error(refusal.notice());
  report.exit_status = refusal.status();
  report.notices.push_back(refusal.notice());
  if (job.json) cli::write_json(report, std::cout);
  return report.exit_status;
}

void say_inputs(const k6::Gathered& gathered, const std::vector<k6::InputReport>& inputs,
                cli::Console& console) {
  for (const k6::InputReport& input : inputs) {
    console.detail(fmt::format("{}: {}, compression {}, {}, {}", input.path,
                               cli::human_bytes(static_cast<double>(input.bytes)),
                               k6::name_of(input.compression), cli::plural(input.lines, "line", "lines"),
                               cli::plural(input.points, "point", "points")));
  }
  console.detail(cli::account_line(gathered.account));
  if (!gathered.points) return;
  console.detail(fmt::format("exported points from {} to {}, test run id {}",
                             k6::format_rfc3339(gathered.first_ns), k6::format_rfc3339(gathered.last_ns),
                             gathered.test_run_id));
}

/// What a spool has still to be sent.
void say_left(const std::string& spool, const std::vector<Route>& routes, cli::Console& console) {
  std::uint64_t requests = 0;
  for (const Route& route : routes) requests += route.outbox->open_requests();
  console.say(requests == 0
                  ? fmt::format("the spool {} holds nothing that is still to be sent", spool)
                  : fmt::format("the spool {} holds {} that {} still to be sent", spool,
                                cli::plural(requests, "request", "requests"), requests == 1 ? "is" : "are"));
}

/// They were judged when the results were read, or not.
void take_up_thresholds(const cli::Job& job, cli::Report& report, cli::Console& console) {
  if (!job.thresholds) {
    report.thresholds.reset();
  } else if (!report.thresholds) {
    report.notices.push_back({Severity::warning,
                              {},
                              "the spool was filled without --thresholds: they are not judged",
                              "judge them by the results: k6apm -n --thresholds -s SCRIPT RESULT"});
    console.show(report.notices.back());
  }
}

/// Else it looks as if the program hung.
void note_terminal(const cli::Job& job, cli::Console& console) {
  if (std::find(job.results.begin(), job.results.end(), "-") == job.results.end()) return;
  if (isatty(STDIN_FILENO) != 1) return;
  console.show({Severity::note,
                {},
                "RESULT is -: reading what is typed on this terminal",
                "Ctrl-C ends it; to read a file that is packed: xz -dc FILE | k6apm - ..."});
}

/// What reading the results has brought.
struct ResultsRead {
  cli::Report report{};
  std::vector<Route> routes{};
  std::optional<Error> refusal{};  ///< of an input: the report tells of the inputs, and there is nothing else
};

/// From bytes to series.
ResultsRead read_results(const cli::Job& job, const apm::ApmBlock& block, cli::Console& console,
                         const std::atomic<bool>& interrupted) {
  if (job.results.empty()) {
    throw Error(ExitStatus::usage,
                fmt::format("the spool {} holds no run, and no RESULT is given", *job.spool),
                "name the files that k6 wrote with --out json=FILE or csv=FILE");
  }
  plan::Plan plan = plan::make_plan(job, block);  // throws where nothing is usable
  note_terminal(job, console);
  k6::GatherSettings settings = gather_settings(job, block, console);
  const bool twice = times::are_needed(job) || thresholds::come_from_results(job);
  std::vector<k6::KeptInput> kept(twice ? job.results.size() : 0);
  settings.kept = kept;
  std::vector<Notice> about_thresholds = add_thresholds(job, block, settings, interrupted, plan);
  settings.quantiles = plan.quantiles;
  settings.state_options = state_options(job, plan);
  settings.range = times::time_range(job, settings, plan.rules, interrupted, console);
  k6::Gathered gathered = k6::gather(settings, plan.rules, interrupted);
  console.end_progress();
  if (gathered.interrupted)
    throw Error(ExitStatus::interrupted, "interrupted while reading: nothing was sent");
  ResultsRead read;
  cli::Report& report = read.report;
  report.inputs = std::move(gathered.inputs);
  report.points = gathered.account;
  report.notices = std::move(gathered.notices);
  if (gathered.refusal) {
    read.refusal = std::move(gathered.refusal);
    return read;
  }
  say_inputs(gathered, report.inputs, console);
  if (gathered.state) {
    // What is missing, another part may have.
    if (!gathered.points)
      report.notices.push_back({Severity::note, {}, "no point of the results is exported"});
  } else {
    plan::note_missing(job, plan, gathered, report.notices);
  }
  plan::note_reserved(plan, report.notices);
  std::vector<cli::ThresholdReport> thresholds;
  if (!gathered.state) thresholds = thresholds::judge(plan, settings.assumed, gathered, about_thresholds);
  if (job.thresholds && !gathered.state) report.thresholds = thresholds;
  report.notices.insert(report.notices.end(), about_thresholds.begin(), about_thresholds.end());
  console.show(report.notices);
  report.notices.insert(report.notices.begin(), block.notices.begin(), block.notices.end());
  report.has_points = gathered.points;
  report.first_ns = gathered.first_ns;
  report.last_ns = gathered.last_ns;
  report.test_run_id = plan::test_run_id(job, gathered.test_run_id);
  if (gathered.state) {
    report.destinations = destination_reports(block, {});
    write_partial_output(job, std::move(*gathered.state), plan, report, console, interrupted);
    return read;
  }
  read.routes = open_routes(job, plan, gathered);
  tell_facts(job, report, thresholds, read.routes);
  limit_series(job, read.routes);
  report.destinations = destination_reports(block, read.routes);
  return read;
}

ExitStatus check(const cli::Job& job, apm::ApmBlock block, cli::Console& console) {
  plan::disable_unwanted(job, block);
  plan::note_missing_providers(job, block);
  cli::Report report;
  report.destinations = destination_reports(block, {});
  report.notices = block.notices;
  console.show(report.notices);
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
      throw Error(ExitStatus::input, fmt::format("is no request body ({})", wrong.what()),
                  "--decode reads the .body files that -o writes", {path});
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
  apm::ApmBlock block;
  if (!job.spool || plan::names_block(job)) block = plan::read_block(job, interrupted);
  set_connections(job, block);
  plan::note_visible_secrets(job, block);
  for (const std::string& setting : block.cloud.passed_over) {
    if (job.cloud) console.detail("cloud: passed over: " + setting);
  }
  if (job.check) return check(job, std::move(block), console);
  plan::disable_unwanted(job, block);
  plan::note_missing_providers(job, block);
  prepare_text(job, block);
  check_preview(job);
  if (job.partial) check_partial_output(job);
  plan::note_unserved(job, block);
  console.show(block.notices);

  // From the results to series, unless a spool has them as requests.
  std::optional<Spooling> spool;
  if (job.spool) spool.emplace(*job.spool);
  cli::Report report;
  std::vector<Route> routes;
  if (spool && spool->has_run()) {
    routes = spool->take_up(job, block, report);
    take_up_thresholds(job, report, console);
    say_left(*job.spool, routes, console);
  } else {
    ResultsRead read = read_results(job, block, console, interrupted);
    report = std::move(read.report);
    if (read.refusal) return refuse_inputs(job, report, *read.refusal, console);
    routes = std::move(read.routes);
    if (spool && begin_test_runs(job, console, interrupted, routes))
      spool->fill(job, block, console, interrupted, report, routes);
  }

  // From series to acknowledged payloads. Of a partial result there are none.
  deliver(job, console, interrupted, routes);

  // What happened.
  put_in_place(routes, report.destinations);
  if (job.preview) show_preview(job, console, interrupted, routes, report);
  report.exit_status = interruption.status(cli::exit_status(report));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  show(job, report, console);
  return report.exit_status;
}

}  // namespace k6apm
