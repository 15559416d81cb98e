// Which points count, and where in time they land: --from, --to, --start-at and --end-at.
#pragma once

#include <atomic>
#include <span>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "k6/gather.hpp"
#include "series/partial.hpp"
#include "series/rule.hpp"

namespace k6apm::times {

/// Whether times of the results have to be known before they are read, so that they are read more than once.
bool are_needed(const cli::Job& job);

/// What the four flags come to. Where it takes times of the results, these are read for it: once, or twice
/// where an offset selects what is then moved. `settings` has a KeptInput for each path then.
/// Throws Error(ExitStatus::usage) where the run would be moved out of the times that can be represented,
/// Error(ExitStatus::interrupted), and what k6::gather throws.
series::TimeRange time_range(const cli::Job& job, const k6::GatherSettings& settings,
                             std::span<const series::Rule> rules, const std::atomic<bool>& interrupted,
                             cli::Console& console);

}  // namespace k6apm::times
