// Sends series to their destinations, with the questions and settings around.
#pragma once

#include <atomic>
#include <vector>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "ways_out.hpp"

namespace k6apm {

/// Sends to all destinations at once and completes each route's report: status, outcome, notices. One that
/// fails holds up none of the others.
void send(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
          std::vector<Route*>& routes);

}  // namespace k6apm
