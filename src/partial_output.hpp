// --partial: the state of a run, kept in a file instead of being delivered.
#pragma once

#include <atomic>
#include <vector>

#include "apm/destination.hpp"
#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "k6/gather.hpp"
#include "plan.hpp"

namespace k6apm {

/// Everything of the job and its block on which it depends what is in the windows, and nothing else: where
/// the series go, what they are called, which statistics are made of them and how gauges of several files
/// become one is decided when they are finished.
std::vector<k6::StateOption> state_options(const cli::Job& job, const plan::Plan& plan);

/// Throws Error(usage) where the file of --partial cannot be made.
void check_partial_output(const cli::Job& job);

/// Writes the state to the file of --partial, and says so in `report`, which has the destinations of the
/// block. Throws Error(unavailable) where it cannot be written, Error(interrupted).
void write_partial_output(const cli::Job& job, k6::RunState&& state, const plan::Plan& plan,
                          cli::Report& report, cli::Console& console, const std::atomic<bool>& interrupted);

}  // namespace k6apm
