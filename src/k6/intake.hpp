// Where the points of one reading thread go, whatever the format: metrics by name, routes by the raw text of
// the tags, and the counts of the report.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/line.hpp"
#include "k6/line_begin.hpp"
#include "k6/metric_types.hpp"
#include "k6/point_account.hpp"
#include "k6/tags_met.hpp"
#include "k6/text_table.hpp"
#include "series/partial.hpp"

namespace k6apm::k6 {

/// A line that was left out.
struct BadLine {
  std::uint64_t sequence = 0;  ///< of its block
  std::uint64_t line = 0;      ///< in the block, from 1
  LineProblem problem = LineProblem::none;
};

/// How many bad lines of an input are kept to be shown; all are counted.
inline constexpr std::size_t k_shown_bad_lines = 5;

/// What one reader has counted in one input.
struct FileTally {
  std::uint64_t points = 0;                                      ///< of all metrics
  std::uint64_t k6_lines = 0;                                    ///< Point and Metric lines, rows, headers
  std::uint64_t bad_lines = 0;                                   ///< those of text among them
  std::uint64_t text_lines = 0;                                  ///< LineProblem::text
  std::uint64_t ambiguous = 0;                                   ///< CSV: points whose tags may be others
  bool cut_off = false;                                          ///< the last line is cut off
  bool fine_times = false;                                       ///< CSV: some time is no whole second
  std::optional<BadLine> first_text{};                           ///< of text_lines
  std::vector<BadLine> shown{};                                  ///< the first k_shown_bad_lines others
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lines{};  ///< per block: its sequence, how many lines

  /// Takes over what another reader has counted in the same input.
  void add(const FileTally& other);
};

/// How many lines the blocks before `sequence` have.
std::uint64_t lines_before(const FileTally& tally, std::uint64_t sequence);

/// Distinct values of a tag, as far as it matters whether there is just one.
using TagValues = std::set<std::string>;

/// For one thread.
class Intake {
 public:
  /// Where points with the same tags go, and what those tags say about the run.
  struct Path {
    series::Route route{};
    series::Route whole{};      ///< the same for rules about the whole run
    std::string test_run_id{};  ///< values of the tags of these names
    std::string test_id{};
    bool noted = false;  ///< a point was exported, so those values count
    bool ambiguous = false;
  };

  struct Metric;

  /// Where points with tags of one text go, whatever the metric: the lines of one request all have the same.
  class Paths {
   public:
    /// Null where none is known.
    Path* of(const Metric& metric) const {
      return metric.number < m_by_metric.size() ? m_by_metric[metric.number].get() : nullptr;
    }

    void keep(const Metric& metric, Path path);

   private:
    std::vector<std::unique_ptr<Path>> m_by_metric{};
  };

  using PathsByText = TextTable<Paths>;

  /// The tags and metadata that decide where points go and what they say about the run, and what is known of
  /// them. One object for all metrics for which they are the same.
  struct Deciding {
    std::vector<std::string> names{};  ///< sorted
    bool all_tags = false;             ///< not only those in `names`, which holds for metadata still
    PathsByText by_whole{};            ///< by raw text of the tags
    PathsByText by_deciding{};         ///< by raw text of those tags that decide
  };

  /// What is known of a metric, by its name.
  struct Metric {
    std::string name{};
    std::size_t number = 0;            ///< in the order in which metrics were met
    bool plain = false;                ///< what stands in a line as this name is this name
    std::vector<std::size_t> rules{};  ///< that could select its points; none where nobody wants it
    bool exported = false;             ///< by one of these, which may be about the whole run all
    std::optional<series::MetricType> type{};
    MetricTally tally{};            ///< of its points
    MetricTags tags{};              ///< names of the tags of its points
    Deciding* deciding = nullptr;   ///< never null in a metric that Intake made
    LineBegin line_begin{};         ///< of its usual lines
    std::array<Metric*, 3> next{};  ///< whose lines followed, the last one first; null where there is none
  };

  /// What stands around the name of the metric, at the beginning of a usual line.
  struct LineForm {
    std::string_view before{};
    std::string_view behind{};
    bool operator==(const LineForm&) const = default;
  };

  /// `types` is shared by all threads; `rules` outlive the object.
  Intake(std::span<const series::Rule> rules, series::TimeRange range, MetricTypes& types, std::size_t files);

  /// Lines of `block` follow. Raw texts of tags mean something else where the columns differ.
  void begin(const Block& block);

  /// How the usual lines of the block begin. The texts outlive the object.
  void expect(const LineForm& form);

  /// A line begins, `offset` bytes behind the beginning of the block, `lines` lines further than the last.
  void begin_line(std::size_t offset, std::uint64_t lines = 1) {
    m_position = m_block_offset + offset;
    m_line_number += lines;
  }

  /// The block is read: it had `lines` physical lines.
  void end(std::uint64_t lines) { m_tally->lines.emplace_back(m_sequence, lines); }

  /// Offset of the line in its input.
  std::uint64_t position() const { return m_position; }

  /// The metric of this name, made where it is new.
  Metric& metric(std::string_view name);

  /// The same, for `name` as it stands in a line, if that is surely the name itself. Whether it was seen
  /// before must not matter: another thread may have seen it.
  Metric* usual_metric(std::string_view name);

  /// The metric of the line that `text` begins with, if it is the usual one of one of those that followed the
  /// last time: lines come in a nearly constant cycle of metrics. Behind `text`, as behind a block, are
  /// Block::k_padding readable bytes.
  Metric* expected_metric(std::string_view text) {
    if (m_previous == nullptr) return nullptr;
    for (Metric*& place : m_previous->next) {
      Metric* const next = place;
      if (next == nullptr) break;
      if (!next->line_begin.begins(text)) continue;
      place = std::exchange(m_previous->next.front(), next);
      m_previous = next;
      return next;
    }
    return nullptr;
  }

  /// A point of a metric that nobody wants.
  void pass_over(Metric& metric) {
    ++metric.tally.passed_over;
    count_point();
  }

  void take_point(Metric& metric, Path& path, std::int64_t time_ns, double value);

  /// Where the point in `line` goes.
  Path make_path(Metric& metric, const Line& line);

  /// Keeps `path` in `paths`, which are those of the metric's Deciding, for the next line of the metric whose
  /// tags have this raw text. What is known of the text is returned; it stays where it is until the next
  /// call.
  Paths& remember(PathsByText& paths, std::string_view tags_text, const Metric& metric, Path path);

  /// Takes what the general parser of a format has read.
  void take_line(const Line& line);

  void count_bad(LineProblem problem);
  FileTally& tally() { return *m_tally; }

  series::Partial& partial() { return m_partial; }
  const std::vector<FileTally>& tallies() const { return m_tallies; }

  /// Metrics that have points.
  std::set<std::string> metrics() const;

  /// Adds what became of the points.
  void add_to(MetricTallies& all) const;

  /// Adds names of tags.
  void add_to(TagsMet& all) const;

  /// Values of the tags `test_run_id` and `testid` among exported points; at most two of each are kept. The
  /// empty string stands for a point without the tag.
  const TagValues& test_run_ids() const { return m_test_run_ids; }
  const TagValues& test_ids() const { return m_test_ids; }

 private:
  void count_point() {
    ++m_tally->points;
    ++m_tally->k6_lines;
  }

  void learn_types();
  Deciding* deciding_of(const std::vector<std::size_t>& rules);
  void forget_paths();
  void set_line_begin(Metric& metric) const;

  std::span<const series::Rule> m_rules;
  MetricTypes& m_types;
  series::Partial m_partial;
  std::vector<FileTally> m_tallies;
  std::unordered_map<std::string, std::unique_ptr<Metric>, TextHash, std::equal_to<>> m_metrics{};
  std::vector<std::unique_ptr<Deciding>> m_deciding{};
  std::uint64_t m_types_version = 0;
  std::size_t m_remembered_bytes = 0;
  TagValues m_test_run_ids{};
  TagValues m_test_ids{};
  Metric* m_previous = nullptr;
  LineForm m_form{};
  // The block and the line being read:
  FileTally* m_tally = nullptr;
  const CsvColumns* m_columns = nullptr;
  std::uint32_t m_file = 0;
  std::uint64_t m_sequence = 0;
  std::uint64_t m_block_offset = 0;
  std::uint64_t m_position = 0;
  std::uint64_t m_line_number = 0;
};

}  // namespace k6apm::k6
