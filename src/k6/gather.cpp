#include "k6/gather.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "error.hpp"
#include "k6/block_reader.hpp"
#include "k6/json_reader.hpp"
#include "k6/metric_types.hpp"
#include "parallel.hpp"

namespace k6apm::k6 {
namespace {

/// Fits into the second-level cache of a core together with the tables; larger blocks were not faster.
constexpr std::size_t k_block_bytes = std::size_t{256} * 1024;

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

/// One reader per thread pulls blocks until there are none left.
void read_all(BlockReader& blocks, std::deque<JsonReader>& readers, const GatherSettings& settings,
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

/// All readers' counts of one input.
FileTally merged_tally(const std::deque<JsonReader>& readers, std::size_t file) {
  FileTally all;
  for (const JsonReader& reader : readers) {
    const FileTally& tally = reader.tallies()[file];
    all.points += tally.points;
    all.k6_lines += tally.k6_lines;
    all.bad_lines += tally.bad_lines;
    all.cut_off = all.cut_off || tally.cut_off;
    all.shown.insert(all.shown.end(), tally.shown.begin(), tally.shown.end());
    all.lines.insert(all.lines.end(), tally.lines.begin(), tally.lines.end());
  }
  std::sort(all.lines.begin(), all.lines.end());
  std::sort(all.shown.begin(), all.shown.end(), [](const BadLine& a, const BadLine& b) {
    return std::pair(a.sequence, a.line) < std::pair(b.sequence, b.line);
  });
  if (all.shown.size() > k_shown_bad_lines) all.shown.resize(k_shown_bad_lines);
  return all;
}

std::uint64_t lines_before(const FileTally& tally, std::uint64_t sequence) {
  std::uint64_t lines = 0;
  for (const auto& [block, count] : tally.lines) {
    if (block >= sequence) break;
    lines += count;
  }
  return lines;
}

void note_bad_lines(const InputState& input, const FileTally& tally, std::vector<Notice>& notices) {
  const std::string name = shown(input.path);
  for (const BadLine& bad : tally.shown) {
    const std::uint64_t number = lines_before(tally, bad.sequence) + bad.line;
    notices.push_back(
        {Severity::warning, {name, number}, fmt::format("the line {}: left out", describe(bad.problem)), ""});
  }
  const std::uint64_t more = tally.bad_lines - tally.shown.size();
  if (more > 0) {
    notices.push_back({Severity::warning,
                       {name},
                       fmt::format("{} more {} left out", more, more == 1 ? "line was" : "lines were"),
                       ""});
  }
  const bool cut_off_said = !tally.shown.empty() && tally.shown.back().problem == LineProblem::cut_off;
  if (tally.cut_off && more == 0 && !cut_off_said && input.damage.empty()) {
    // The line is of a metric that nobody exports, so nothing is missing; but the run did not end there.
    notices.push_back({Severity::note,
                       {name, lines_before(tally, ~std::uint64_t{0})},
                       "the last line is cut off: k6 was killed, or is still writing"});
  }
  if (!input.damage.empty()) {
    notices.push_back({Severity::warning, {name}, input.damage + ": what could be read is used", ""});
  }
}

Error refusal_of(const InputState& input) {
  std::string text = "is no result of k6: there is no Point and no Metric line in it";
  if (input.head.empty()) {
    text = input.damage.empty() ? "is empty" : input.damage + ", and nothing could be read of it";
  } else if (input.head.starts_with("metric_name,timestamp,metric_value")) {
    text = "is k6's CSV output; this version reads JSON";
  } else if (input.head.find("\"root_group\"") != std::string::npos ||
             input.head.find("\"metrics\"") != std::string::npos) {
    text = "looks like an end-of-test summary, which has no points in time";
  }
  return {ExitStatus::input, text, "k6 writes results with --out json=FILE", {shown(input.path)}};
}

void report_inputs(const BlockReader& blocks, const std::deque<JsonReader>& readers, Gathered& gathered) {
  for (std::size_t file = 0; file < blocks.inputs().size(); ++file) {
    const InputState& input = blocks.inputs()[file];
    const FileTally tally = merged_tally(readers, file);
    if (tally.k6_lines == 0 && !gathered.refusal) gathered.refusal = refusal_of(input);
    InputReport report;
    report.path = input.path;
    report.compression = input.compression;
    report.bytes = input.bytes;
    report.points = tally.points;
    report.bad_lines = tally.bad_lines;
    for (const auto& [block, lines] : tally.lines) report.lines += lines;
    report.truncated = input.truncated || tally.cut_off;
    note_bad_lines(input, tally, gathered.notices);
    gathered.inputs.push_back(std::move(report));
  }
}

/// The value that a tag has in every exported point, if there is one.
std::optional<std::string> constant_value(const std::deque<JsonReader>& readers,
                                          const TagValues& (JsonReader::*values)() const) {
  TagValues all;
  for (const JsonReader& reader : readers) all.insert((reader.*values)().begin(), (reader.*values)().end());
  if (all.size() != 1 || all.begin()->empty()) return std::nullopt;
  return *all.begin();
}

/// The run's own id, else one that is the same for the same content, however it is compressed and in whatever
/// order the files are given.
std::string test_run_id(const BlockReader& blocks, const std::deque<JsonReader>& readers) {
  if (const auto id = constant_value(readers, &JsonReader::test_run_ids)) return *id;
  if (const auto id = constant_value(readers, &JsonReader::test_ids)) return *id;
  std::vector<std::uint64_t> hashes;
  for (const InputState& input : blocks.inputs()) hashes.push_back(input.content_hash);
  std::sort(hashes.begin(), hashes.end());
  return fmt::format("{:016x}", XXH3_64bits(hashes.data(), hashes.size() * sizeof(std::uint64_t)));
}

void merge_readers(std::deque<JsonReader>& readers, const MetricTypes& types,
                   const std::vector<double>& quantiles, Gathered& gathered) {
  const series::MetricLookup lookup = [&types](std::string_view name) { return types.settled(name); };
  series::Partial& all = readers.front().partial();
  for (JsonReader& reader : readers) gathered.metrics.merge(reader.metrics());
  for (const std::string& name : gathered.metrics) {
    if (!lookup(name) && !all.rules_of(name).empty()) gathered.untyped.insert(name);
  }
  for (std::size_t index = 1; index < readers.size(); ++index)
    all.merge(std::move(readers[index].partial()), lookup);
  gathered.first_ns = all.first_ns();
  gathered.last_ns = all.last_ns();
  gathered.points = all.first_ns() <= all.last_ns();
  gathered.series = all.finish(lookup, quantiles);
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
                       : fmt::format("metric {} has no Metric line that tells its type: left out", name),
         ""});
  }
}

}  // namespace

Gathered gather(const GatherSettings& settings, std::span<const series::Rule> rules,
                const std::atomic<bool>& interrupt) {
  BlockReader blocks(settings.paths, settings.block_bytes == 0 ? k_block_bytes : settings.block_bytes,
                     &interrupt);
  MetricTypes types;
  std::deque<JsonReader> readers;
  for (std::size_t i = 0; i < std::max<std::size_t>(settings.threads, 1); ++i) {
    readers.emplace_back(rules, settings.range, types, settings.paths.size());
    if (settings.times_only) readers.back().partial().keep_times_only();
  }
  read_all(blocks, readers, settings, interrupt);
  Gathered gathered;
  gathered.interrupted = interrupt.load();
  if (gathered.interrupted) return gathered;
  report_inputs(blocks, readers, gathered);
  if (gathered.refusal) return gathered;
  gathered.test_run_id = test_run_id(blocks, readers);
  merge_readers(readers, types, settings.quantiles, gathered);
  note_untyped(types, gathered);
  return gathered;
}

}  // namespace k6apm::k6
