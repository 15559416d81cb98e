#include "k6/input_report.hpp"

#include <fmt/format.h>

#include <utility>

#include "k6/foreign.hpp"

namespace k6apm::k6 {
namespace {

/// What messages call an input.
std::string full_name_of(const InputRead& input) {
  const std::string name = shown(input.state.path);
  return input.held_in.empty() ? name : fmt::format("{}: {}", shown(input.held_in), name);
}

void note_bad_lines(const InputRead& read, std::vector<Notice>& notices) {
  const InputState& input = read.state;
  const FileTally& tally = read.tally;
  const std::string name = full_name_of(read);
  for (const BadLine& bad : tally.shown) {
    const std::uint64_t number = lines_before(tally, bad.sequence) + bad.line;
    notices.push_back(
        {Severity::warning, {name, number}, fmt::format("the line {}: left out", describe(bad.problem)), ""});
  }
  if (tally.first_text) {
    const std::uint64_t number = lines_before(tally, tally.first_text->sequence) + tally.first_text->line;
    const std::string how_much =
        tally.text_lines == 1 ? "1 line" : fmt::format("{} lines, this is the first", tally.text_lines);
    notices.push_back(
        {Severity::warning, {name, number}, "text that is no result of k6 was passed over: " + how_much, ""});
  }
  const std::uint64_t more = tally.bad_lines - tally.text_lines - tally.shown.size();
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

/// `a.csv`, or `a.csv and 2 more`.
std::string names(const std::vector<std::string>& inputs) {
  if (inputs.size() == 1) return inputs.front();
  return fmt::format("{} and {} more", inputs.front(), inputs.size() - 1);
}

}  // namespace

Error refusal_of(const InputState& input) {
  const Location where{shown(input.path)};
  if (!input.head.empty()) {
    const Foreign what = foreign(input.head);
    return {ExitStatus::input, what.text, what.hint, where};
  }
  if (!input.damage.empty())
    return {ExitStatus::input, input.damage + ", and nothing could be read of it", k_how_to_write, where};
  return {ExitStatus::input, "is empty", k_how_to_write, where};
}

InputReport report_of(const InputRead& read) {
  const InputState& input = read.state;
  const FileTally& tally = read.tally;
  InputReport report;
  report.path = input.path;
  report.format = input.format;
  report.compression = input.compression;
  report.bytes = input.bytes;
  report.points = tally.points;
  report.bad_lines = tally.bad_lines;
  for (const auto& [block, lines] : tally.lines) report.lines += lines;
  report.truncated = input.truncated || tally.cut_off;
  report.held_in = read.held_in;
  return report;
}

void InputNotes::add(const InputRead& input) {
  const FileTally& tally = input.tally;
  const std::string name = full_name_of(input);
  note_bad_lines(input, m_notices);
  if (!m_allow_duplicates) note_twin({name, input.state.format, tally.points});
  if (input.state.format == Format::csv && tally.points > 0 && !tally.fine_times)
    m_whole_seconds.push_back(name);
  if (tally.ambiguous > 0) m_ambiguous.push_back(name);
  m_ambiguous_points += tally.ambiguous;
}

/// k6 can write JSON and CSV of one run side by side, and a pattern such as results.* names both.
void InputNotes::note_twin(const Seen& input) {
  constexpr std::uint64_t k_telling_points = 20;  // fewer may be equal by chance
  for (const Seen& other : m_seen) {
    if (other.format == input.format || other.points != input.points || input.points < k_telling_points)
      continue;
    m_notices.push_back(
        {Severity::note,
         {input.name},
         fmt::format("has as many points as {}, {}: if both are of one run, every point counts twice",
                     other.name, input.points),
         "name one of them, or say that it is meant with --allow-duplicates"});
  }
  m_seen.push_back(input);
}

std::vector<Notice> InputNotes::take() {
  if (!m_whole_seconds.empty()) {
    m_notices.push_back({Severity::note,
                         {names(m_whole_seconds)},
                         "its times are cut off to whole seconds: of a gauge's values in one second the last "
                         "in the file counts",
                         "K6_CSV_TIME_FORMAT=unix_milli makes k6 write finer times"});
  }
  if (!m_ambiguous.empty()) {
    m_notices.push_back(
        {Severity::note,
         {names(m_ambiguous)},
         fmt::format(
             "{} with & or = in a tag, which k6 does not escape in CSV: cut at each & and the first = "
             "behind it",
             m_ambiguous_points == 1 ? "1 point" : fmt::format("{} points", m_ambiguous_points)),
         "the JSON output has such tags as they are"});
  }
  return std::exchange(m_notices, {});
}

}  // namespace k6apm::k6
