// Reads all inputs: from file names to series, with as many threads as wanted.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "error.hpp"
#include "k6/input_report.hpp"
#include "k6/metric_types.hpp"
#include "k6/point_account.hpp"
#include "k6/run_state.hpp"
#include "k6/tags_met.hpp"
#include "notice.hpp"
#include "series/partial.hpp"
#include "series/rule.hpp"

namespace k6apm::k6 {

struct GatherSettings {
  std::vector<std::string> paths{};  ///< `-` is standard input
  std::size_t threads = 1;           ///< at least 1; the result does not depend on it
  std::size_t block_bytes =
      0;  ///< what is read at once; 0 takes the default. The result does not depend on it
  series::TimeRange range{};
  bool times_only = false;  ///< find only first_ns and last_ns
  /// Find only what Metric lines say. Partial results hold nothing of it: they are not looked into, and count
  /// as refused.
  bool declarations_only = false;
  /// One for each path where gather() is called more than once with them, else none: what comes only once,
  /// as a pipe does, is kept there.
  std::span<KeptInput> kept{};
  std::vector<double> quantiles{};     ///< of Trends, each 0 to 1
  std::vector<AssumedType> assumed{};  ///< each metric once; built-in ones may be among them
  /// Of several inputs; else sum for vus and vus_max, last for others.
  std::optional<series::MergeGauges> merge_gauges{};
  bool allow_duplicates = false;             ///< whether inputs may have the same content
  std::vector<StateOption> state_options{};  ///< what a partial result has to be made with
  bool keep_state = false;                   ///< Gathered::state is wanted, instead of series
  /// Called after every block, from whichever thread read it and so from several at once: bytes read and in
  /// all (0 when unknown). May be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

struct Gathered {
  std::vector<series::Series> series{};  ///< ordered by rule, metric and tags
  std::vector<InputReport> inputs{};
  PointAccount account{};           ///< of `inputs`
  std::set<std::string> metrics{};  ///< all that have points
  TagsMet tags{};                   ///< of the exported ones; where `state` is, it has them
  bool tags_kept = true;            ///< `tags` are of all inputs: no older partial result is among them
  std::set<std::string> untyped{};  ///< exported ones that are left out since nothing tells their type
  std::map<std::string, std::vector<std::string>, std::less<>> thresholds{};  ///< MetricTypes::thresholds()
  std::string test_run_id{};  ///< the run's own, else derived from the content of the inputs
  /// Of the exported points; meaningful where `points`.
  std::int64_t first_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_ns = std::numeric_limits<std::int64_t>::min();
  bool points = false;  ///< whether any point was exported
  std::optional<Error>
      refusal{};  ///< an input is no k6 result: `inputs` and `account` tell of all, nothing else is complete
  bool interrupted = false;  ///< `interrupt` was set: nothing else is complete
  std::vector<Notice> notices{};
  std::optional<RunState> state{};  ///< with GatherSettings::keep_state, where nothing is refused
};

/// Reads everything. Throws Error(ExitStatus::input) where an input cannot be opened or read,
/// Error(ExitStatus::usage) where one is given twice, or a partial result was made with other options.
/// `rules` are used from all threads.
Gathered gather(const GatherSettings& settings, std::span<const series::Rule> rules,
                const std::atomic<bool>& interrupt);

}  // namespace k6apm::k6
