// From the apm block to rules: who gets what. Between the rooms, so that none has to know the others.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "apm/destination.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "k6/gather.hpp"
#include "k6/threshold.hpp"
#include "notice.hpp"
#include "providers/provider.hpp"
#include "series/rule.hpp"

namespace k6apm::plan {

/// A usable destination and which of the rules are its entries, in their order.
struct Share {
  const apm::Destination* destination = nullptr;
  const providers::Provider* provider = nullptr;
  std::size_t first_rule = 0;
};

/// The thresholds of one metric or submetric.
struct ThresholdGroup {
  std::string name{};  ///< as the options spell it
  k6::Submetric about{};
  std::vector<k6::Threshold> thresholds{};  ///< at least one
  std::size_t rule = 0;                     ///< among Plan::rules
  Location where{};
};

/// Names of tags that k6 cloud keeps for itself, as points with them are met. Safe to use from several
/// threads.
class ReservedTags {
 public:
  /// `sent` is what is left of `kept`.
  void note(const series::Tags& kept, const series::Tags& sent);
  std::set<std::string> names() const;

 private:
  mutable std::mutex m_mutex{};
  std::set<std::string> m_names{};
};

struct Plan {
  std::vector<series::Rule> rules{};  ///< of all destinations, and then of the thresholds
  std::vector<Share> shares{};
  std::vector<double> quantiles{};  ///< of Trends, for all destinations together; each once
  std::vector<ThresholdGroup> thresholds{};
  std::shared_ptr<ReservedTags> reserved = std::make_shared<ReservedTags>();

  /// Adds to `quantiles` what is not there yet.
  void ask_for_quantile(double quantile);
};

/// Whether --provider does not leave the destination out.
bool is_wanted(const cli::Job& job, const apm::Destination& destination);

/// Disables destinations that --provider leaves out, and forgets the notices about them.
void disable_unwanted(const cli::Job& job, apm::ApmBlock& block);

/// Says what flags ask for that a destination cannot do, and disables one that cannot be sent to.
void note_unserved(const cli::Job& job, apm::ApmBlock& block);

/// Why there is nothing to do with this block, which has no destination.
Notice no_block_notice(const apm::ApmBlock& block, const cli::Job& job);

/// The rules; they point into `block`. Throws Error(ExitStatus::usage) where no destination is usable.
Plan make_plan(const cli::Job& job, const apm::ApmBlock& block);

/// The types of metrics that the command line tells, in the order of their names, and then those that the
/// thresholds beside the block tell of other metrics: what to go by where the results do not say it.
std::vector<k6::AssumedType> assumed_types(const cli::Job& job, const apm::ApmBlock& block);

/// Says which tags of the results were left out.
void note_reserved(const Plan& plan, std::vector<Notice>& notices);

/// Moves the series of one destination out of `all`, which is ordered by rule; their `rule` becomes the index
/// of the entry.
std::vector<series::Series> take_series(const Share& share, std::vector<series::Series>& all);

/// The id that the series carry where they carry one: --tag, then --test-run-id, then the run's own.
std::string test_run_id(const cli::Job& job, const std::string& of_run);

/// How the series of a destination of `plan` are exported. `now_s` is Unix time.
providers::ExportSettings export_settings(const cli::Job& job, const Plan& plan, const Share& share,
                                          const std::string& run_id, std::int64_t now_s);

/// How many threads read and compute: --threads, else as many as there are processors.
std::size_t thread_count(const cli::Job& job);

/// K6APM_BLOCK_SIZE in bytes, by which tests show that the output does not depend on it; 0 where it is not
/// set.
std::size_t block_bytes_from_environment();

}  // namespace k6apm::plan
