// Reads blocks of k6's JSON lines into a Partial: the fast path for lines of the usual shape. Everything else
// goes through JsonLineParser, which decides what is an error; both agree on every line.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/json_line.hpp"
#include "k6/metric_types.hpp"
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
  std::uint64_t points = 0;    ///< of all metrics
  std::uint64_t k6_lines = 0;  ///< Point and Metric lines
  std::uint64_t bad_lines = 0;
  bool cut_off = false;                                          ///< the last line is cut off
  std::vector<BadLine> shown{};                                  ///< the first k_shown_bad_lines
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lines{};  ///< per block: its sequence, how many lines
};

/// Distinct values of a tag, as far as it matters whether there is just one.
using TagValues = std::set<std::string>;

/// One reader; each thread has its own.
class JsonReader {
 public:
  /// `types` is shared by all readers; `rules` and `asks` outlive the reader.
  JsonReader(std::span<const series::Rule> rules, series::TimeRange range, MetricTypes& types,
             std::size_t files);

  void read(const Block& block);

  series::Partial& partial() { return m_partial; }
  const std::vector<FileTally>& tallies() const { return m_tallies; }

  /// Metrics that have points.
  std::set<std::string> metrics() const;

  /// Values of the tags `test_run_id` and `testid` among exported points; at most two of each are kept. The
  /// empty string stands for a point without the tag.
  const TagValues& test_run_ids() const { return m_test_run_ids; }
  const TagValues& test_ids() const { return m_test_ids; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };

  /// Where points with the same tags go, and what those tags say about the run.
  struct Path {
    series::Route route{};
    std::string test_run_id{};  ///< values of the tags of these names
    std::string test_id{};
    bool noted = false;  ///< a point was exported, so those values count
  };

  /// What is known of a metric, by its name as it stands in the line.
  struct Metric {
    std::string name{};
    std::vector<std::size_t> rules{};  ///< that could select its points; none where nobody exports it
    std::optional<series::MetricType> type{};
    bool seen = false;                    ///< has points
    std::vector<std::string> asks_for{};  ///< tags that decide where its points go
    std::unordered_map<std::string, Path, TextHash, std::equal_to<>> paths{};  ///< by raw text of the tags
    Metric* next = nullptr;  ///< whose line followed the last time
  };

  void read_line(std::string_view line);
  bool read_usual_line(std::string_view line);
  void read_any_line(std::string_view line);
  bool read_usual_point(Metric& metric, std::string_view rest, std::string_view line);
  std::string_view tags_key(const Metric& metric, std::string_view text) const;
  void take_point(Metric& metric, Path& path, std::int64_t time_ns, double value);
  Path make_path(Metric& metric);
  Metric* find_usual(std::string_view name);
  Metric& metric(std::string_view name);
  void count_bad(LineProblem problem);
  void learn_types();
  void remember(Metric& metric, std::string_view key, Path path);

  std::span<const series::Rule> m_rules;
  MetricTypes& m_types;
  series::Partial m_partial;
  JsonLineParser m_parser{};
  JsonLine m_line{};
  TimeParser m_times{};
  std::vector<FileTally> m_tallies;
  std::unordered_map<std::string, std::unique_ptr<Metric>, TextHash, std::equal_to<>> m_metrics{};
  std::uint64_t m_types_version = 0;
  std::size_t m_remembered_bytes = 0;
  TagValues m_test_run_ids{};
  TagValues m_test_ids{};
  // The line being read:
  Metric* m_previous = nullptr;
  FileTally* m_tally = nullptr;
  std::uint32_t m_file = 0;
  std::uint64_t m_sequence = 0;
  std::uint64_t m_position = 0;  ///< of the line in its input
  std::uint64_t m_line_number = 0;
  bool m_unterminated = false;
};

}  // namespace k6apm::k6
