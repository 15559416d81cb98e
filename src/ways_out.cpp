#include "ways_out.hpp"

#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "delivery/file_writer.hpp"
#include "delivery/sender.hpp"
#include "parallel.hpp"

namespace k6apm {
namespace {

constexpr auto* k_user_agent = "k6apm/" K6APM_VERSION;

/// Refuses what would create too many series. Returns whether the destination may go on.
bool within_limit(const cli::Job& job, Route& route) {
  if (route.report.series <= job.max_series) return true;
  route.report.error = fmt::format("{} series would be created, more than the {} allowed",
                                   route.report.series, job.max_series);
  route.report.notices.push_back({Severity::warning, route.destination->where,
                                  fmt::format("apm[{}]: {}", route.report.index, route.report.error),
                                  "keep fewer tags, or raise --max-series"});
  route.report.status = cli::DeliveryStatus::disabled;
  route.report.outcome.points_kept = route.report.points;
  return false;
}

/// Makes every payload and only counts them.
delivery::Outcome count_payloads(providers::Export& series, const std::atomic<bool>& interrupted) {
  delivery::Outcome outcome;
  outcome.points_kept = series.points();
  providers::Payload payload;
  while (!interrupted && series.next(payload)) {
    ++outcome.requests;
    outcome.bytes += payload.body.size();
  }
  return outcome;
}

void send(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
          std::vector<Route*>& routes) {
  std::vector<std::unique_ptr<delivery::Sender>> senders;
  const delivery::SendSettings settings{job.timeout_s, job.retry_time_s, job.connections};
  for (Route* route : routes) {
    const auto progress = [&console, route](const delivery::Outcome& so_far) {
      console.progress(cli::sending_progress(route->report.index, so_far, route->report.points));
    };
    senders.push_back(std::make_unique<delivery::Sender>(
        *route->series, route->provider->endpoint(*route->destination, k_user_agent), route->provider->judge,
        settings, interrupted, progress));
  }
  // All destinations at once, each with its own connections: one that is slow holds up none of the others.
  run_parallel(senders.size() * job.connections,
               [&](std::size_t index) { senders[index / job.connections]->work(); });
  for (std::size_t i = 0; i < routes.size(); ++i) {
    routes[i]->report.outcome = senders[i]->outcome();
    routes[i]->report.status = cli::delivery_status(routes[i]->report.outcome);
  }
}

std::string directory_name(const Route& route) {
  return fmt::format("{:02}-{}", route.report.index, route.provider->name);
}

/// Checks every destination before the first is written; from then on one that fails holds up no other.
void write(const cli::Job& job, const std::atomic<bool>& interrupted, std::vector<Route*>& routes) {
  const std::filesystem::path dir = *job.output;
  std::vector<providers::Endpoint> endpoints;
  for (const Route* route : routes) {
    endpoints.push_back(route->provider->endpoint(*route->destination, k_user_agent));
    delivery::check_files(dir, directory_name(*route), job.force);
  }
  for (const Route* route : routes) delivery::make_directory(dir / directory_name(*route));
  for (std::size_t i = 0; i < routes.size(); ++i) {
    cli::DestinationReport& report = routes[i]->report;
    report.outcome = delivery::write_files(*routes[i]->series, endpoints[i], dir, directory_name(*routes[i]),
                                           job.force, interrupted);
    report.status =
        report.outcome.points_kept == 0 ? cli::DeliveryStatus::written : cli::delivery_status(report.outcome);
  }
}

void dry_run(const std::atomic<bool>& interrupted, std::vector<Route*>& routes) {
  for (Route* route : routes) {
    route->report.outcome = count_payloads(*route->series, interrupted);
    route->report.status = cli::DeliveryStatus::dry_run;
  }
}

}  // namespace

void deliver(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
             std::vector<Route>& routes) {
  std::vector<Route*> usable;
  for (Route& route : routes) {
    if (within_limit(job, route)) usable.push_back(&route);
  }
  if (job.dry_run) {
    dry_run(interrupted, usable);
  } else if (job.output) {
    write(job, interrupted, usable);
  } else {
    send(job, console, interrupted, usable);
  }
}

}  // namespace k6apm
