// What JsonReader and the general parser make of the same text, in a form that can be compared. Used by the
// unit test and by the fuzz target.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/csv_row.hpp"
#include "k6/json_line.hpp"
#include "k6/json_reader.hpp"
#include "k6/line.hpp"
#include "k6/metric_types.hpp"
#include "k6/reader.hpp"
#include "series/partial.hpp"

namespace k6apm::k6::test {

/// A block that holds `text`, in a buffer of exactly the size that readers may touch.
inline Block block_of(std::string_view text) {
  Block block;
  block.buffer.assign(text.size() + Block::k_padding, '\0');
  std::memcpy(block.buffer.data(), text.data(), text.size());
  block.text = {block.buffer.data(), text.size()};
  return block;
}

inline LineProblem parse_padded(JsonLineParser& parser, std::string_view text, Line& line) {
  const Block block = block_of(text);
  return parser.parse(block.text, line);
}

/// Selects every point. Without `kept` all tags are kept; else these, which may be metadata too.
inline series::Rule rule_for_everything(std::vector<std::string> kept = {}) {
  series::Rule rule;
  rule.selects_metric = [](std::string_view) { return true; };
  rule.selects = [](std::string_view, const series::Tags&) { return true; };
  rule.keep_all_tags = kept.empty();
  std::sort(kept.begin(), kept.end());
  rule.keep_tags = kept;
  rule.asks_for = kept;
  return rule;
}

/// Everything that a reading leaves behind.
struct Reading {
  std::string counts{};
  std::vector<std::string> series{};
  bool operator==(const Reading&) const = default;
};

/// Metrics that nothing declares are taken as Trends, so that all their values are compared.
inline std::optional<series::MetricInfo> lenient_type(const MetricTypes& types, std::string_view name) {
  if (const auto declared = types.declared(name)) return declared;
  if (const auto builtin = builtin_metric(name)) return builtin;
  return series::MetricInfo{series::MetricType::trend, series::Contains::plain};
}

inline std::vector<std::string> described(series::Partial& partial, const MetricTypes& types) {
  const auto lookup = [&types](std::string_view name) { return lenient_type(types, name); };
  std::vector<std::string> lines;
  for (series::Series& one : partial.finish(lookup, {0.5})) {
    one.make_windows();
    std::string text = fmt::format("{} {} {} {}", one.rule, one.metric, static_cast<int>(one.type),
                                   static_cast<int>(one.contains));
    for (const auto& [name, value] : one.tags) text += fmt::format(" {}={}", name, value);
    for (series::Window& window : one.windows) {
      text += fmt::format(" | {} {} {} {} {} {} {}", window.start_s, window.count, window.nonzero,
                          window.last, window.sum.value(), window.min, window.max);
      for (const double quantile : window.quantiles) text += fmt::format(" {}", quantile);
    }
    lines.push_back(std::move(text));
  }
  return lines;
}

inline std::string described(const std::set<std::string>& words) {
  return fmt::format("{}", fmt::join(words, "|"));
}

/// The account, which has to add up.
inline std::string described(const PointAccount& account) {
  const std::uint64_t left_out =
      account.other_metrics + account.untyped + account.not_selected + account.out_of_range;
  return fmt::format("{}: {} exported, {} of others, {} untyped, {} not selected, {} out of range{}",
                     account.read, account.exported, account.other_metrics, account.untyped,
                     account.not_selected, account.out_of_range,
                     account.read == account.exported + left_out ? "" : ": does not add up");
}

/// So many lines with tags of their own that the fast path gives up looking for whole texts of tags.
inline std::string lines_of_new_tags() {
  std::string lines;
  for (std::uint32_t i = 0; i < Worth::k_tries; ++i)
    lines += fmt::format(
        R"({{"metric":"new","type":"Point","data":{{"time":"2026-11-20T07:27:26Z","value":{0},"tags":{{"id":"{0}"}}}}}})"
        "\n",
        i);
  return lines;
}

/// By Reader, fast path and all.
inline Reading read_fast(std::string_view text, const std::vector<series::Rule>& rules) {
  MetricTypes types;
  Reader reader(rules, {}, types, 1);
  const Block block = block_of(text);
  reader.read(block);
  const Intake& intake = reader.intake();
  const FileTally& tally = intake.tallies().front();
  Reading reading;
  reading.counts = fmt::format(
      "points {} k6 lines {} bad {} text {} cut {} lines {} runs {} ids {} metrics {}:", tally.points,
      tally.k6_lines, tally.bad_lines, tally.text_lines, tally.cut_off, tally.lines.front().second,
      described(intake.test_run_ids()), described(intake.test_ids()), described(intake.metrics()));
  for (const BadLine& bad : tally.shown)
    reading.counts += fmt::format(" {} {}", bad.line, describe(bad.problem));
  reading.series = described(reader.intake().partial(), types);
  return reading;
}

/// Where the general parser sends what it reads, with nothing remembered from line to line.
class GeneralReader {
 public:
  explicit GeneralReader(const std::vector<series::Rule>& rules) : m_rules(rules), m_partial(rules, {}) {}

  void take(std::string_view line, std::uint64_t offset, bool last_without_newline) {
    ++m_lines;
    if (offset == 0 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    LineProblem problem = parse_padded(m_parser, line, m_line);
    if (problem == LineProblem::not_json && last_without_newline) {
      problem = LineProblem::cut_off;
      m_cut_off = true;
    }
    if (problem != LineProblem::none) {
      if (is_of_k6(problem)) ++m_k6_lines;
      ++m_bad;
      if (problem == LineProblem::text) {
        ++m_text;
      } else if (m_bad - m_text <= k_shown_bad_lines) {
        m_shown += fmt::format(" {} {}", m_lines, describe(problem));
      }
      return;
    }
    if (m_line.kind == Line::Kind::blank) return;
    ++m_k6_lines;
    if (m_line.kind == Line::Kind::metric) {
      m_types.declare(m_line.metric, m_line.type, m_line.contains);
    } else {
      take_point(offset);
    }
  }

  Reading finish() {
    Reading reading;
    reading.counts =
        fmt::format("points {} k6 lines {} bad {} text {} cut {} lines {} runs {} ids {} metrics {}:{}",
                    m_points, m_k6_lines, m_bad, m_text, m_cut_off, m_lines, described(m_runs),
                    described(m_ids), described(m_metrics), m_shown);
    reading.series = described(m_partial, m_types);
    return reading;
  }

 private:
  static void note(std::set<std::string>& values, const series::Tags& tags, std::string_view name) {
    std::string value;
    for (const auto& tag : tags) value = tag.first == name ? tag.second : value;
    if (values.size() < 2) values.insert(value);
  }

  void take_point(std::uint64_t offset) {
    ++m_points;
    m_metrics.insert(m_line.metric);
    note(m_runs, m_line.tags, "test_run_id");
    note(m_ids, m_line.tags, "testid");
    series::Tags all = m_line.tags;
    for (const auto& item : m_line.metadata) {
      const auto has_name = [&](const auto& tag) { return tag.first == item.first; };
      const auto& asked = m_rules.front().asks_for;
      const bool is_asked = std::find(asked.begin(), asked.end(), item.first) != asked.end();
      if (is_asked && std::none_of(m_line.tags.begin(), m_line.tags.end(), has_name)) all.push_back(item);
    }
    std::sort(all.begin(), all.end());
    m_partial.add({m_partial.route(m_line.metric, 0, all, std::nullopt)},
                  {m_line.time_ns, m_line.value, 0, offset});
  }

  const std::vector<series::Rule>& m_rules;
  series::Partial m_partial;
  JsonLineParser m_parser{};
  Line m_line{};
  MetricTypes m_types{};
  std::uint64_t m_lines = 0;
  std::uint64_t m_points = 0;
  std::uint64_t m_k6_lines = 0;
  std::uint64_t m_bad = 0;
  std::uint64_t m_text = 0;
  bool m_cut_off = false;
  std::string m_shown{};
  std::set<std::string> m_metrics{};
  std::set<std::string> m_runs{};
  std::set<std::string> m_ids{};
};

/// By the general parser alone.
inline Reading read_general(std::string_view text, const std::vector<series::Rule>& rules) {
  GeneralReader reader(rules);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t stop = std::min(newline, text.size());
    reader.take(text.substr(at, stop - at), at, newline == std::string_view::npos);
    at = stop + 1;
  }
  return reader.finish();
}

}  // namespace k6apm::k6::test
