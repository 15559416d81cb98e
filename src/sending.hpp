// Sends series to their destinations, with the questions and settings around.
#pragma once

#include <atomic>
#include <vector>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "ways_out.hpp"

namespace k6apm {

/// Asks, where nobody has chosen, which form of requests the receiver takes, and has the payloads made in it.
/// Before the first payload is made.
void choose_form(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                 Route& route);

/// Sends to all destinations at once and completes each route's report: status, outcome, notices. One that
/// fails holds up none of the others. At the end, when all have had their first pass, what was not
/// acknowledged is sent again.
void send(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
          std::vector<Route*>& routes);

}  // namespace k6apm
