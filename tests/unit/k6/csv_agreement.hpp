// What the tool makes of CSV, cut into blocks of any size, and what a plain walk over the same text does, row
// by row with nothing remembered. Used by the unit test and by the fuzz target.
#pragma once

#include <optional>

#include "agreement.hpp"
#include "k6/csv_columns.hpp"
#include "k6/csv_fields.hpp"
#include "k6/csv_row.hpp"
#include "memory_file.hpp"

namespace k6apm::k6::test {

/// Exports only metrics whose name begins with m; tags as rule_for_everything.
inline series::Rule rule_for_some(std::vector<std::string> kept = {}) {
  series::Rule rule = rule_for_everything(std::move(kept));
  rule.selects_metric = [](std::string_view name) { return name.starts_with('m'); };
  return rule;
}

inline std::string described(const FileTally& tally) {
  std::uint64_t lines = 0;
  for (const auto& [block, count] : tally.lines) lines += count;
  return fmt::format("points {} k6 lines {} bad {} text {} ambiguous {} cut {} fine {} lines {}",
                     tally.points, tally.k6_lines, tally.bad_lines, tally.text_lines, tally.ambiguous,
                     tally.cut_off, tally.fine_times, lines);
}

/// As the tool does it.
inline Reading read_csv_blocks(const std::string& text, const std::vector<series::Rule>& rules,
                               std::size_t block_bytes) {
  const MemoryFile file(text);
  BlockReader blocks({file.path()}, block_bytes);
  MetricTypes types;
  Reader reader(rules, {}, types, 1);
  Block block;
  while (blocks.next(block)) reader.read(block);
  const Intake& intake = reader.intake();
  FileTally tally;
  tally.add(intake.tallies().front());
  Reading reading;
  reading.counts =
      described(tally) + fmt::format(" runs {} ids {} metrics {}", described(intake.test_run_ids()),
                                     described(intake.test_ids()), described(intake.metrics()));
  reading.series = described(reader.intake().partial(), types);
  return reading;
}

/// The plain walk.
class CsvWalk {
 public:
  CsvWalk(std::string_view text, const std::vector<series::Rule>& rules)
      : m_text(text), m_rules(rules), m_partial(rules, {}) {}

  /// Nothing where the text is taken as JSON.
  std::optional<Reading> read() {
    while (m_at < m_text.size()) {
      if (!(m_columns ? take_row() : take_text())) return std::nullopt;
    }
    m_tally.lines = {{0, m_lines}};
    Reading reading;
    reading.counts = described(m_tally) + fmt::format(" runs {} ids {} metrics {}", described(m_runs),
                                                      described(m_ids), described(m_metrics));
    reading.series = described(m_partial, m_types);
    return reading;
  }

 private:
  std::string_view line() const {
    std::string_view found = m_text.substr(m_at, m_text.find('\n', m_at) - m_at);
    if (m_at == 0 && found.starts_with("\xef\xbb\xbf")) found.remove_prefix(3);
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
  }

  void go_on(std::size_t bytes) {
    const std::string_view passed = m_text.substr(m_at, bytes);
    m_lines += static_cast<std::uint64_t>(std::count(passed.begin(), passed.end(), '\n'));
    if (!passed.ends_with('\n')) ++m_lines;
    m_at += passed.size();
  }

  bool take_header() {
    if (!is_csv_header(line())) return false;
    m_columns = read_csv_header(line());
    ++m_tally.k6_lines;
    go_on(std::min(m_text.find('\n', m_at), m_text.size() - 1) + 1 - m_at);
    return true;
  }

  /// Before the header.
  bool take_text() {
    if (take_header()) return true;
    if (line().find('{') != std::string_view::npos) return false;
    Line parsed;
    JsonLineParser parser;
    const LineProblem problem = parse_padded(parser, line(), parsed);
    if (problem != LineProblem::none) count_bad(problem);
    go_on(std::min(m_text.find('\n', m_at), m_text.size() - 1) + 1 - m_at);
    return true;
  }

  bool take_row() {
    if (take_header()) return true;
    const CsvExtent extent = csv_extent(m_text.substr(m_at), m_columns->count(), Block::k_longest_line, true);
    std::string_view row = m_text.substr(m_at, extent.bytes);
    const bool unterminated = !row.ends_with('\n');
    if (!unterminated) row.remove_suffix(1);
    if (row.ends_with('\r')) row.remove_suffix(1);
    Line parsed;
    LineProblem problem = parse_csv_row(row, *m_columns, parsed);
    const bool cut = unterminated && problem != LineProblem::none && problem != LineProblem::bad_value &&
                     problem != LineProblem::not_finite;
    m_tally.cut_off = m_tally.cut_off || cut;
    // The name and the time of a metric that nobody exports are enough.
    const bool names_a_point = !extent.broken && problem != LineProblem::bad_stamp &&
                               (is_of_k6(problem) || parsed.kind == Line::Kind::point);
    if (names_a_point) m_tally.fine_times = m_tally.fine_times || parsed.fine_time;
    if (extent.broken) problem = LineProblem::bad_quotes;
    if (names_a_point && !m_rules.front().selects_metric(parsed.metric)) {
      count_point(parsed);
    } else if (problem == LineProblem::none) {
      if (parsed.kind == Line::Kind::point) take_point(parsed);
    } else {
      count_bad(cut ? LineProblem::cut_off : problem);
    }
    go_on(extent.bytes);
    return true;
  }

  void count_bad(LineProblem problem) {
    ++m_tally.bad_lines;
    if (is_of_k6(problem)) ++m_tally.k6_lines;
    if (problem == LineProblem::text) ++m_tally.text_lines;
  }

  void count_point(const Line& point) {
    ++m_tally.points;
    ++m_tally.k6_lines;
    m_metrics.insert(point.metric);
  }

  static void note(std::set<std::string>& values, const series::Tags& tags, std::string_view name) {
    if (values.size() < 2) values.insert(std::string(series::find_tag(tags, name)));
  }

  void take_point(const Line& point) {
    count_point(point);
    note(m_runs, point.tags, "test_run_id");
    note(m_ids, point.tags, "testid");
    series::Tags all = point.tags;
    bool asked = false;
    for (const auto& item : point.metadata) {
      const auto& names = m_rules.front().asks_for;
      if (std::find(names.begin(), names.end(), item.first) == names.end()) continue;
      asked = true;
      if (series::find_tag(point.tags, item.first).empty()) all.push_back(item);
    }
    if (point.ambiguous || (asked && point.ambiguous_metadata)) ++m_tally.ambiguous;
    std::sort(all.begin(), all.end());
    m_partial.add({m_partial.route(point.metric, 0, all, std::nullopt)},
                  {point.time_ns, point.value, 0, m_at});
  }

  std::string_view m_text;
  const std::vector<series::Rule>& m_rules;
  series::Partial m_partial;
  MetricTypes m_types{};
  std::optional<CsvColumns> m_columns{};
  FileTally m_tally{};
  std::size_t m_at = 0;
  std::uint64_t m_lines = 0;
  std::set<std::string> m_metrics{};
  std::set<std::string> m_runs{};
  std::set<std::string> m_ids{};
};

}  // namespace k6apm::k6::test
