// The page of --preview: where it goes, and what goes into it.
#pragma once

#include <atomic>
#include <vector>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "ways_out.hpp"

namespace k6apm {

/// With --preview: throws Error(usage) where the file cannot be written.
void check_preview(const cli::Job& job);

/// Writes the page about `report`, which is complete, and `routes`, whose payloads have been made. Adds
/// notices to the report about what the page does not show; where it cannot be written a destination is
/// unavailable. Writes nothing where no destination can be used, or after an interruption.
void show_preview(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                  std::vector<Route>& routes, cli::Report& report);

}  // namespace k6apm
