// Where the apm block comes from: a script, the command line, the environment; and what stands beside it.
#pragma once

#include <atomic>

#include "apm/destination.hpp"
#include "cli/job.hpp"

namespace k6apm::plan {

/// Whether the command line or the environment points to a block.
bool names_block(const cli::Job& job);

/// The block that the command line points to. Throws Error, with ExitStatus::interrupted where `interrupted`
/// was set meanwhile. Before threads start.
apm::ApmBlock read_block(const cli::Job& job, const std::atomic<bool>& interrupted);

/// Adds k6 cloud as one more destination.
void add_cloud(const cli::Job& job, apm::ApmBlock& block);

/// Says where a secret seems to stand on the command line, which everybody who can list processes sees.
void note_visible_secrets(const cli::Job& job, apm::ApmBlock& block);

}  // namespace k6apm::plan
