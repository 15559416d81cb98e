// How series leave: sent, written to files, or only counted, and shown.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apm/destination.hpp"
#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "delivery/outbox.hpp"
#include "preview/collection.hpp"
#include "providers/provider.hpp"

namespace k6apm {

/// What receivers are told that we are.
inline constexpr auto* k_user_agent = "k6apm/" K6APM_VERSION;

/// One usable destination on its way out.
struct Route {
  const apm::Destination* destination = nullptr;
  const providers::Provider* provider = nullptr;
  std::unique_ptr<delivery::Outbox> outbox{};   ///< where the payloads of `series` stand, with --spool
  std::unique_ptr<providers::Export> series{};  ///< null where it was disabled on the way
  const providers::NewerForm* form = nullptr;   ///< what the payloads are made in, if not the first form
  providers::TestRunFacts facts{};              ///< for a provider with a TestRunLife, as the two below
  providers::TestRunEnd end{};
  std::optional<providers::TestRun> run{};  ///< what the payloads are made for, once it is made
  providers::TestRun unsent{};              ///< what they are made for before, and where they are not sent
  std::unique_ptr<preview::Collection> shown{};  ///< what stands in the payloads, with --preview
  cli::DestinationReport report{};
};

/// With --openmetrics: leaves the one destination whose series are written, and throws Error(usage) where
/// there is not exactly one, or where the file cannot be written. Else nothing.
void prepare_text(const cli::Job& job, apm::ApmBlock& block);

/// Where the payloads of the route go.
providers::Endpoint endpoint_of(const Route& route);

/// Of its own among those of the block: `00-prometheus`.
std::string directory_name(const Route& route);

/// Seconds that one request to this destination may take.
double timeout_s(const cli::Job& job, const apm::Destination& destination);

/// Disables what would create more series than --max-series allows.
void limit_series(const cli::Job& job, std::vector<Route>& routes);

/// Takes the way out that the job asks for, all destinations at once, and completes each route's report:
/// status, outcome, notices. Throws Error where files cannot be written.
void deliver(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
             std::vector<Route>& routes);

}  // namespace k6apm
