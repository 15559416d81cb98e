// What was asked for and is not there, with what was probably meant.
#pragma once

#include <vector>

#include "apm/destination.hpp"
#include "cli/job.hpp"
#include "k6/gather.hpp"
#include "notice.hpp"
#include "plan.hpp"

namespace k6apm::plan {

/// Names of --provider that no destination of the block has.
void note_missing_providers(const cli::Job& job, apm::ApmBlock& block);

/// Metrics and tags that the block or a flag names and the results do not have. Of tags nothing is said where
/// they are not known (k6::Gathered::tags_kept).
void note_missing(const cli::Job& job, const Plan& plan, const k6::Gathered& gathered,
                  std::vector<Notice>& notices);

}  // namespace k6apm::plan
