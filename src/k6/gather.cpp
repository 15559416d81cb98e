#include "k6/gather.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "error.hpp"
#include "k6/block_reader.hpp"
#include "k6/foreign.hpp"
#include "k6/input_report.hpp"
#include "k6/inputs_read.hpp"
#include "k6/metric_types.hpp"
#include "k6/reader.hpp"
#include "parallel.hpp"

namespace k6apm::k6 {
namespace {

/// Fits into the second-level cache of a core together with the tables; larger blocks were not faster.
constexpr std::size_t k_block_bytes = std::size_t{512} * 1024;

[[noreturn]] void refuse_moving(const std::string& path) {
  throw Error(
      ExitStatus::usage,
      "is a partial result: its windows are cut, so --start-at and --end-at cannot move it, nor can --from "
      "and --to take an offset",
      "--from and --to take times, as they did when it was made; to move the run, give what k6 wrote",
      {shown(path)});
}

/// One reader per thread pulls blocks until there are none left.
void read_all(BlockReader& blocks, std::deque<Reader>& readers, const GatherSettings& settings,
              const std::atomic<bool>& interrupt) {
  run_parallel(readers.size(), [&](std::size_t index) {
    try {
      Block block;
      while (!interrupt.load(std::memory_order_relaxed) && blocks.next(block)) {
        if (settings.declarations_only && block.kind == BlockKind::fields) continue;
        if (settings.times_only && block.kind == BlockKind::fields) refuse_moving(settings.paths[block.file]);
        readers[index].read(block);
        if (settings.progress) settings.progress(blocks.bytes_read(), blocks.bytes_total());
      }
    } catch (...) {
      blocks.stop();
      throw;
    }
  });
}

void report_inputs(const std::vector<InputRead>& inputs, bool allow_duplicates, Gathered& gathered) {
  InputNotes notes(allow_duplicates);
  for (const InputRead& input : inputs) {
    const bool refused = input.tally.k6_lines == 0 || is_tar(input.state.head);
    if (refused && !gathered.refusal) gathered.refusal = refusal_of(input.state);
    gathered.inputs.push_back(report_of(input));
    notes.add(input);
  }
  gathered.notices = notes.take();
}

/// What all readers together have gathered beside series.
struct Findings {
  MetricTallies metrics{};
  TagValues test_run_ids{};
  TagValues test_ids{};
  TagsMet tags{};
  bool tags_kept = true;
};

Findings findings_of(const std::deque<Reader>& readers) {
  Findings all;
  for (const Reader& reader : readers) {
    const Intake& intake = reader.intake();
    const PartialReader& partial = reader.partial();
    intake.add_to(all.metrics);
    for (const auto& [name, tally] : partial.metrics()) all.metrics[name].add(tally);
    all.test_run_ids.insert(intake.test_run_ids().begin(), intake.test_run_ids().end());
    all.test_run_ids.insert(partial.test_run_ids().begin(), partial.test_run_ids().end());
    all.test_ids.insert(intake.test_ids().begin(), intake.test_ids().end());
    all.test_ids.insert(partial.test_ids().begin(), partial.test_ids().end());
    intake.add_to(all.tags);
    for (const auto& [name, tags] : partial.tags()) all.tags[name].add(tags);
    all.tags_kept = all.tags_kept && partial.tags_kept();
  }
  return all;
}

/// The value that a tag has in every exported point, if there is one.
std::optional<std::string> constant_value(const TagValues& values) {
  if (values.size() != 1 || values.begin()->empty()) return std::nullopt;
  return *values.begin();
}

/// The run's own id, else one that is the same for the same content, however it is compressed and in whatever
/// order the files are given.
std::string test_run_id(const std::vector<InputRead>& inputs, const Findings& findings) {
  if (const auto id = constant_value(findings.test_run_ids)) return *id;
  if (const auto id = constant_value(findings.test_ids)) return *id;
  std::vector<std::uint64_t> hashes;
  hashes.reserve(inputs.size());
  for (const InputRead& input : inputs) hashes.push_back(input.state.content_hash);
  std::sort(hashes.begin(), hashes.end());
  return fmt::format("{:016x}", XXH3_64bits(hashes.data(), hashes.size() * sizeof(std::uint64_t)));
}

/// The types that hold when everything is read.
series::MetricLookup settled_types(const MetricTypes& types, const GatherSettings& settings) {
  return [&types, &settings](std::string_view name) {
    std::optional<series::MetricInfo> info = types.settled(name);
    if (info && settings.merge_gauges) info->merge = *settings.merge_gauges;
    return info;
  };
}

/// What became of the points.
PointAccount account_of(const MetricTallies& metrics, const std::vector<InputReport>& inputs,
                        std::span<const series::Rule> rules, const series::MetricLookup& lookup) {
  PointAccount account;
  for (const InputReport& input : inputs) account.read += input.points;
  for (const auto& [name, tally] : metrics) {
    account.other_metrics += tally.passed_over;
    const bool selected = std::any_of(rules.begin(), rules.end(), [&name = name](const series::Rule& rule) {
      return !rule.whole_run && rule.selects_metric(name);
    });
    if (selected && !lookup(name)) {
      account.untyped += tally.points();
      continue;
    }
    account.exported += tally.taken;
    account.not_selected += tally.not_selected;
    account.out_of_range += tally.out_of_range;
  }
  return account;
}

void merge_readers(std::deque<Reader>& readers, const MetricTypes& types, const GatherSettings& settings,
                   Gathered& gathered) {
  const series::MetricLookup lookup = settled_types(types, settings);
  series::Partial& all = readers.front().intake().partial();
  for (const std::string& name : gathered.metrics) {
    if (!lookup(name) && !all.rules_of(name).empty()) gathered.untyped.insert(name);
  }
  for (std::size_t index = 1; index < readers.size(); ++index)
    all.merge(std::move(readers[index].intake().partial()), lookup);
  gathered.series = all.finish(lookup, settings.quantiles);
}

/// What merge_readers() would finish. Types that further inputs may tell stay open.
RunState state_of(std::deque<Reader>& readers, const MetricTypes& types, std::vector<InputRead>&& inputs,
                  Findings&& findings) {
  series::Partial& all = readers.front().intake().partial();
  const auto sure = [&types](std::string_view name) { return types.sure(name); };
  all.settle_known_types(sure);
  for (std::size_t index = 1; index < readers.size(); ++index) {
    series::Partial& other = readers[index].intake().partial();
    other.settle_known_types(sure);
    all.absorb(std::move(other));
  }
  // No further input can settle them, and which type a series took depends on which line was read first.
  all.leave_out(types.contradicted());
  return {std::move(all),
          std::move(inputs),
          std::move(findings.metrics),
          types.declarations(),
          std::move(findings.test_run_ids),
          std::move(findings.test_ids),
          std::move(findings.tags),
          findings.tags_kept};
}

void note_untyped(const MetricTypes& types, Gathered& gathered) {
  const std::vector<std::string> contradicted = types.contradicted();
  for (const std::string& name : gathered.untyped) {
    const bool contradiction =
        std::find(contradicted.begin(), contradicted.end(), name) != contradicted.end();
    gathered.notices.push_back(
        {Severity::warning,
         {},
         contradiction ? fmt::format("metric {} is declared with different types: left out", name)
                       : fmt::format("metric {}: nothing in the results tells its type: left out", name),
         contradiction
             ? ""
             : fmt::format("tell it with --metric-type {}=TYPE: counter, gauge, rate or trend", name),
         contradiction ? "metrics that are declared with different types"
                       : "metrics whose type nothing tells: left out"});
  }
}

/// Many scripts call a metric of their own so, most often a Rate.
void note_errors(const MetricTypes& types, Gathered& gathered) {
  if (!gathered.metrics.contains("errors") || !types.is_guessed("errors")) return;
  gathered.notices.push_back({Severity::note,
                              {},
                              "metric errors: taken as the counter of that name in k6 up to 0.33",
                              "if it is the script's own: --metric-type errors=rate"});
}

}  // namespace

Gathered gather(const GatherSettings& settings, std::span<const series::Rule> rules,
                const std::atomic<bool>& interrupt) {
  BlockReader blocks(settings.paths, settings.block_bytes == 0 ? k_block_bytes : settings.block_bytes,
                     &interrupt, settings.kept, settings.allow_duplicates, settings.keep_state);
  MetricTypes types(settings.assumed, settings.paths.size() > 1 || settings.keep_state);
  std::deque<Reader> readers;
  for (std::size_t i = 0; i < std::max<std::size_t>(settings.threads, 1); ++i) {
    readers.emplace_back(rules, settings.range, types, settings.paths.size());
    if (settings.times_only) readers.back().intake().partial().keep_times_only();
  }
  read_all(blocks, readers, settings, interrupt);
  Gathered gathered;
  gathered.interrupted = interrupt.load();
  if (gathered.interrupted) return gathered;
  Findings findings = findings_of(readers);
  for (const auto& [name, tally] : findings.metrics) {
    if (tally.in_csv) types.note_csv(name);
    if (tally.points() > 0) gathered.metrics.insert(name);
  }
  gathered.tags_kept = findings.tags_kept;
  gathered.thresholds = types.thresholds();
  const series::MetricLookup lookup = settled_types(types, settings);
  std::vector<InputRead> inputs = inputs_read(blocks, readers, settings, lookup);
  report_inputs(inputs, settings.allow_duplicates, gathered);
  gathered.account = account_of(findings.metrics, gathered.inputs, rules, lookup);
  if (gathered.refusal) return gathered;
  if (!settings.allow_duplicates) refuse_held_twice(inputs);
  gathered.test_run_id = test_run_id(inputs, findings);
  for (Reader& reader : readers) {
    gathered.first_ns = std::min(gathered.first_ns, reader.intake().partial().first_ns());
    gathered.last_ns = std::max(gathered.last_ns, reader.intake().partial().last_ns());
  }
  gathered.points = gathered.first_ns <= gathered.last_ns;
  if (settings.keep_state) {
    gathered.state = state_of(readers, types, std::move(inputs), std::move(findings));
    return gathered;
  }
  gathered.tags = std::move(findings.tags);
  merge_readers(readers, types, settings, gathered);
  note_untyped(types, gathered);
  note_errors(types, gathered);
  return gathered;
}

}  // namespace k6apm::k6
