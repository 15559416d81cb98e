#include "ways_out.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "delivery/file_writer.hpp"
#include "delivery/output_file.hpp"
#include "delivery/text_file.hpp"
#include "error.hpp"
#include "sending.hpp"

namespace k6apm {
namespace {

/// Makes every payload and only counts them, and keeps what stands in them where it is to be shown.
delivery::Outcome count_payloads(Route& route, const std::atomic<bool>& interrupted) {
  delivery::Outcome outcome;
  outcome.points_kept = route.series->points();
  providers::Payload payload;
  while (!interrupted && route.series->next(payload)) {
    ++outcome.requests;
    outcome.bytes += payload.body.size();
    if (route.shown) route.shown->add(route.provider->contents(payload.body));
  }
  return outcome;
}

/// Checks every destination before the first is written; from then on one that fails holds up no other.
void write(const cli::Job& job, const std::atomic<bool>& interrupted, std::vector<Route*>& routes) {
  const std::filesystem::path dir = *job.output;
  std::vector<providers::Endpoint> endpoints;
  for (const Route* route : routes) {
    endpoints.push_back(endpoint_of(*route));
    delivery::check_files(dir, directory_name(*route), job.force);
  }
  for (const Route* route : routes) delivery::make_directory(dir / directory_name(*route));
  for (std::size_t i = 0; i < routes.size(); ++i) {
    cli::DestinationReport& report = routes[i]->report;
    report.outcome = delivery::write_files(*routes[i]->series, *routes[i]->provider, endpoints[i], dir,
                                           directory_name(*routes[i]), job.force, interrupted);
    report.status =
        report.outcome.points_kept == 0 ? cli::DeliveryStatus::written : cli::delivery_status(report.outcome);
  }
}

/// Of the one destination that prepare_text() has left.
void write_text(const cli::Job& job, const std::atomic<bool>& interrupted, std::vector<Route*>& routes) {
  for (Route* route : routes) {
    cli::DestinationReport& report = route->report;
    report.outcome = delivery::write_text_file(*route->series, *job.openmetrics, interrupted);
    report.status =
        report.outcome.points_kept == 0 ? cli::DeliveryStatus::written : cli::delivery_status(report.outcome);
  }
}

void dry_run(const cli::Job& job, const std::atomic<bool>& interrupted, std::vector<Route*>& routes) {
  for (Route* route : routes) {
    if (job.remote_write == cli::RemoteWrite::version_2) route->series->use_newer_form();
    if (job.preview) route->shown = std::make_unique<preview::Collection>();
    route->report.outcome = count_payloads(*route, interrupted);
    if (Notice untimely = route->series->untimely_notice(); !untimely.text.empty()) {
      untimely.severity = Severity::note;  // nothing is lost by it now
      untimely.text = fmt::format("{}: {}", route->destination->place(), untimely.text);
      route->report.notices.push_back(std::move(untimely));
    }
    route->report.status = cli::DeliveryStatus::dry_run;
  }
}

}  // namespace

void prepare_text(const cli::Job& job, apm::ApmBlock& block) {
  if (!job.openmetrics) return;
  std::size_t chosen = 0;
  bool usable = false;
  for (apm::Destination& destination : block.destinations) {
    if (!destination.disabled.empty()) continue;
    usable = true;
    if (destination.kind == apm::ProviderKind::prometheus) {
      ++chosen;
      continue;
    }
    destination.disabled = "left out: --openmetrics is for Prometheus";
    destination.left_out = true;
    std::erase_if(block.notices, [&](const Notice& n) { return n.destination == destination.index; });
    block.notices.push_back(
        {Severity::note, destination.where,
         fmt::format("{} is left out: --openmetrics is for Prometheus", destination.place())});
  }
  if (usable && chosen != 1) {
    throw Error(ExitStatus::usage,
                fmt::format("--openmetrics writes the series of one Prometheus destination, and {}",
                            chosen == 0 ? "the apm block has none that can be used"
                                        : fmt::format("{} of the apm block can be used", chosen)),
                chosen == 0 ? "" : "choose one with --provider, or give a block with one by --apm");
  }
  delivery::check_output_file(*job.openmetrics, job.force, "--openmetrics");
}

providers::Endpoint endpoint_of(const Route& route) {
  const providers::Provider& provider = *route.provider;
  if (provider.life != nullptr) {
    return provider.life->endpoint(*route.destination, k_user_agent, route.run ? *route.run : route.unsent);
  }
  return route.form != nullptr ? route.form->endpoint(*route.destination, k_user_agent)
                               : provider.endpoint(*route.destination, k_user_agent);
}

std::string directory_name(const Route& route) {
  return fmt::format("{:02}-{}", route.report.index, route.provider->name);
}

double timeout_s(const cli::Job& job, const apm::Destination& destination) {
  const bool given = std::any_of(job.given.begin(), job.given.end(),
                                 [](const auto& flag) { return flag.first == "--timeout"; });
  const bool has_own = destination.kind == apm::ProviderKind::cloud;
  return has_own && !given ? destination.cloud.timeout_s : job.timeout_s;
}

namespace {

std::string fewer_series_hint(const cli::DestinationReport& report) {
  if (report.tags.empty()) return "keep fewer tags, or raise --max-series";
  const cli::TagCost& tag = report.tags.front();
  return tag.series_without == report.series
             ? "keep fewer tags, or raise --max-series"
             : fmt::format("keep fewer tags, or raise --max-series: there would be {} without {}",
                           tag.series_without, cli::names_text(tag));
}

}  // namespace

void limit_series(const cli::Job& job, std::vector<Route>& routes) {
  for (Route& route : routes) {
    if (route.report.series <= job.max_series) continue;
    route.report.error = fmt::format("{} series would be created, more than the {} allowed",
                                     route.report.series, job.max_series);
    route.report.notices.push_back({Severity::warning, route.destination->where,
                                    fmt::format("{}: {}", route.destination->place(), route.report.error),
                                    fewer_series_hint(route.report)});
    route.report.status = cli::DeliveryStatus::disabled;
    route.report.outcome.points_kept = route.report.points;
    route.series.reset();
  }
}

void deliver(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
             std::vector<Route>& routes) {
  std::vector<Route*> usable;
  for (Route& route : routes) {
    if (route.series) usable.push_back(&route);
  }
  if (job.only_counts()) {
    dry_run(job, interrupted, usable);
  } else if (job.output) {
    write(job, interrupted, usable);
  } else if (job.openmetrics) {
    write_text(job, interrupted, usable);
  } else {
    send(job, console, interrupted, usable);
  }
}

}  // namespace k6apm
