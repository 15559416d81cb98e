// The program after its arguments are understood.
#pragma once

#include "cli/console.hpp"
#include "cli/job.hpp"
#include "error.hpp"
#include "interruption.hpp"

namespace k6apm {

/// Does the job; what is for people goes to `console`, payloads and reports to standard output.
/// `interruption` may be set at any time: reading and sending end soon after. Throws Error for facts that end
/// the run.
ExitStatus run(const cli::Job& job, cli::Console& console, const Interruption& interruption);

}  // namespace k6apm
