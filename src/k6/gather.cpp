#include "k6/gather.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "error.hpp"
#include "k6/block_reader.hpp"
#include "k6/input_report.hpp"
#include "k6/metric_types.hpp"
#include "k6/reader.hpp"
#include "parallel.hpp"

namespace k6apm::k6 {
namespace {

/// Fits into the second-level cache of a core together with the tables; larger blocks were not faster.
constexpr std::size_t k_block_bytes = std::size_t{256} * 1024;

/// One reader per thread pulls blocks until there are none left.
void read_all(BlockReader& blocks, std::deque<Reader>& readers, const GatherSettings& settings,
              const std::atomic<bool>& interrupt) {
  run_parallel(readers.size(), [&](std::size_t index) {
    try {
      Block block;
      while (!interrupt.load(std::memory_order_relaxed) && blocks.next(block)) {
        readers[index].read(block);
        if (settings.progress) settings.progress(blocks.bytes_read(), blocks.bytes_total());
      }
    } catch (...) {
      blocks.stop();
      throw;
    }
  });
}

void report_inputs(const BlockReader& blocks, const std::deque<Reader>& readers, bool allow_duplicates,
                   Gathered& gathered) {
  InputNotes notes(allow_duplicates);
  for (std::size_t file = 0; file < blocks.inputs().size(); ++file) {
    FileTally tally;
    for (const Reader& reader : readers) tally.add(reader.intake().tallies()[file]);
    const InputState& input = blocks.inputs()[file];
    if (tally.k6_lines == 0 && !gathered.refusal) gathered.refusal = refusal_of(input);
    gathered.inputs.push_back(report_of(input, tally));
    notes.add(input, tally);
  }
  gathered.notices = notes.take();
}

/// The value that a tag has in every exported point, if there is one.
std::optional<std::string> constant_value(const std::deque<Reader>& readers,
                                          const TagValues& (Intake::*values)() const) {
  TagValues all;
  for (const Reader& reader : readers) {
    const TagValues& some = (reader.intake().*values)();
    all.insert(some.begin(), some.end());
  }
  if (all.size() != 1 || all.begin()->empty()) return std::nullopt;
  return *all.begin();
}

/// The run's own id, else one that is the same for the same content, however it is compressed and in whatever
/// order the files are given.
std::string test_run_id(const BlockReader& blocks, const std::deque<Reader>& readers) {
  if (const auto id = constant_value(readers, &Intake::test_run_ids)) return *id;
  if (const auto id = constant_value(readers, &Intake::test_ids)) return *id;
  std::vector<std::uint64_t> hashes;
  for (const InputState& input : blocks.inputs()) hashes.push_back(input.content_hash);
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

PointAccount account_of(const std::deque<Reader>& readers, const std::vector<InputReport>& inputs,
                        const series::MetricLookup& lookup) {
  PointAccount account;
  for (const InputReport& input : inputs) account.read += input.points;
  for (const Reader& reader : readers) reader.intake().add_to(account, lookup);
  return account;
}

void merge_readers(std::deque<Reader>& readers, const MetricTypes& types, const GatherSettings& settings,
                   Gathered& gathered) {
  const series::MetricLookup lookup = settled_types(types, settings);
  series::Partial& all = readers.front().intake().partial();
  for (Reader& reader : readers) gathered.metrics.merge(reader.intake().metrics());
  for (const std::string& name : gathered.metrics) {
    if (!lookup(name) && !all.rules_of(name).empty()) gathered.untyped.insert(name);
  }
  for (std::size_t index = 1; index < readers.size(); ++index)
    all.merge(std::move(readers[index].intake().partial()), lookup);
  gathered.first_ns = all.first_ns();
  gathered.last_ns = all.last_ns();
  gathered.points = all.first_ns() <= all.last_ns();
  gathered.series = all.finish(lookup, settings.quantiles);
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
             : fmt::format("tell it with --metric-type {}=TYPE: counter, gauge, rate or trend", name)});
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
                     &interrupt, settings.kept, settings.allow_duplicates);
  MetricTypes types(settings.assumed, settings.paths.size() > 1);
  std::deque<Reader> readers;
  for (std::size_t i = 0; i < std::max<std::size_t>(settings.threads, 1); ++i) {
    readers.emplace_back(rules, settings.range, types, settings.paths.size());
    if (settings.times_only) readers.back().intake().partial().keep_times_only();
  }
  read_all(blocks, readers, settings, interrupt);
  Gathered gathered;
  gathered.interrupted = interrupt.load();
  if (gathered.interrupted) return gathered;
  report_inputs(blocks, readers, settings.allow_duplicates, gathered);
  for (const Reader& reader : readers) reader.intake().note_csv();
  gathered.account = account_of(readers, gathered.inputs, settled_types(types, settings));
  if (gathered.refusal) return gathered;
  gathered.test_run_id = test_run_id(blocks, readers);
  merge_readers(readers, types, settings, gathered);
  note_untyped(types, gathered);
  note_errors(types, gathered);
  return gathered;
}

}  // namespace k6apm::k6
