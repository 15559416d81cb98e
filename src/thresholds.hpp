// From the thresholds of the options to what became of them: beside the export, over the same points.
#pragma once

#include <vector>

#include "apm/destination.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "k6/gather.hpp"
#include "notice.hpp"
#include "plan.hpp"

namespace k6apm::thresholds {

/// Adds to `plan` what judging the thresholds of `block` needs, where --thresholds asks for it. What is no
/// threshold is left out and said.
void add_to(plan::Plan& plan, const cli::Job& job, const apm::ApmBlock& block, std::vector<Notice>& notices);

/// Judges every threshold of the plan. What cannot be judged is said.
std::vector<cli::ThresholdReport> judge(const plan::Plan& plan, const std::vector<k6::AssumedType>& assumed,
                                        k6::Gathered& gathered, std::vector<Notice>& notices);

}  // namespace k6apm::thresholds
