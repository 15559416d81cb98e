// The program after its arguments are understood.
#pragma once

#include <atomic>

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "error.hpp"

namespace k6apm {

/// Does the job; what is for people goes to `console`, payloads and reports to standard output. `interrupted`
/// may become true at any time: reading and sending end soon after. Throws Error for facts that end the run.
ExitStatus run(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted);

}  // namespace k6apm
