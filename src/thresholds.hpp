// From the thresholds of the options to what became of them: beside the export, over the same points.
#pragma once

#include <atomic>
#include <vector>

#include "apm/destination.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "k6/gather.hpp"
#include "notice.hpp"
#include "plan.hpp"

namespace k6apm::thresholds {

/// Whether the thresholds have to be taken from the results, since there are no options that could have them.
bool come_from_results(const cli::Job& job);

/// Those of the Metric lines, which k6 writes for whole metrics only; reads all of the results. Nothing where
/// a partial result is among these, which has none, or one that cannot be used: reading them again tells why.
std::vector<apm::Thresholds> of_results(k6::GatherSettings settings, const std::atomic<bool>& interrupted);

/// Adds to `plan` what judging thresholds needs, where --thresholds or --cloud asks for it. What is no
/// threshold is left out and said.
void add_to(plan::Plan& plan, const cli::Job& job, const std::vector<apm::Thresholds>& all,
            std::vector<Notice>& notices);

/// Judges every threshold of the plan. What cannot be judged is said.
std::vector<cli::ThresholdReport> judge(const plan::Plan& plan, const std::vector<k6::AssumedType>& assumed,
                                        k6::Gathered& gathered, std::vector<Notice>& notices);

}  // namespace k6apm::thresholds
