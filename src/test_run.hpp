// Test runs, for receivers that keep them as such: made before the first payload, ended after the last.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "delivery/outcome.hpp"
#include "ways_out.hpp"

namespace k6apm {

/// Makes the test run of the route, where its provider wants one and there is none yet, and has the payloads
/// made for it. False where nothing can be sent, as `outcome` then tells.
bool begin_test_run(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                    Route& route, delivery::Outcome& outcome);

/// Ends the test run of the route, if it has one that is to be ended. False where the receiver does not know
/// of it, as a notice of `outcome` then tells. After an interruption there is one attempt, and the run is
/// said to be aborted by the user.
bool end_test_run(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                  const Route& route, delivery::Outcome& outcome);

/// The test run of a route as long as none is made, for payloads that are not sent.
void set_unsent_test_run(Route& route, const std::string& id);

/// What the receivers are told of the run. `thresholds` are all that were judged.
void tell_facts(const cli::Job& job, const cli::Report& report,
                const std::vector<cli::ThresholdReport>& thresholds, std::vector<Route>& routes);

/// begin_test_run() for all routes before the first payload of any is made, as a spool needs it. Where a run
/// is refused its route is done: the report says so, and it has no series any more. False where one could not
/// be made now: all routes are done then, so that the same command begins anew.
bool begin_test_runs(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                     std::vector<Route>& routes);

}  // namespace k6apm
