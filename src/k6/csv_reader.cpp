// The usual row is
//
//   NAME,TIME,VALUE,tag,tag,...,extra_tags,metadata
//
// without any quote. It is read in place: the name leads to the metric, a metric that nobody exports ends the
// matter after the time, and time and value are parsed where they stand. The text behind the value is a key,
// not something to parse: when it comes for the first time the general parser reads (and so checks) the whole
// row and the route is remembered under that text; from then on it is a look-up.
#include "k6/csv_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "k6/csv_fields.hpp"
#include "k6/csv_row.hpp"
#include "k6/json_number.hpp"

namespace k6apm::k6 {
namespace {

/// Takes the text up to the next comma, and the comma, from the front of `text`; nothing where there is none.
std::optional<std::string_view> take_field(std::string_view& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view field = text.substr(0, comma);
  text.remove_prefix(comma + 1);
  return field;
}

/// Whether the end of the input in the middle of a row can be the reason.
bool ends_too_early(LineProblem problem) {
  return problem == LineProblem::text || problem == LineProblem::not_row ||
         problem == LineProblem::bad_stamp || problem == LineProblem::bad_columns ||
         problem == LineProblem::bad_quotes;
}

/// Whether the metric and the time of the row could be read.
bool names_a_point(LineProblem problem) {
  return problem == LineProblem::bad_value || problem == LineProblem::not_finite ||
         problem == LineProblem::bad_columns || problem == LineProblem::bad_quotes;
}

}  // namespace

void CsvReader::read(const Block& block) {
  m_columns = block.columns;
  m_fine_times = false;
  m_tags = {};
  m_intake.expect({{}, ","});
  std::size_t quote = block.text.find('"');  // the first at or behind `at`
  std::uint64_t lines = 0;
  std::uint64_t lines_of_last = 1;
  for (std::size_t at = 0; at < block.text.size();) {
    Row row = one_line(block.text.substr(at));
    if (quote < at + row.text.size()) {
      row = row_with_quotes(block.text.substr(at));
      quote = block.text.find('"', at + row.text.size());
    }
    m_intake.begin_line(at, lines_of_last);
    m_unterminated = at + row.text.size() == block.text.size();
    read_row(row.text, row.broken);
    at += row.text.size() + 1;
    lines_of_last = row.lines;
    lines += row.lines;
  }
  bool& fine_times = m_intake.tally().fine_times;
  fine_times = m_times.take_fine() || m_fine_times || fine_times;
  m_intake.end(lines);
}

CsvReader::Row CsvReader::one_line(std::string_view text) { return {text.substr(0, text.find('\n'))}; }

/// The row at the front of `text`, which has quotes and so may have several lines.
CsvReader::Row CsvReader::row_with_quotes(std::string_view text) const {
  Row row;
  const CsvExtent extent = csv_extent(text, m_columns->count(), Block::k_longest_line, true);
  row.text = text.substr(0, extent.bytes);
  if (row.text.ends_with('\n')) row.text.remove_suffix(1);
  row.lines += static_cast<std::uint64_t>(std::count(row.text.begin(), row.text.end(), '\n'));
  row.broken = extent.broken;
  return row;
}

void CsvReader::read_row(std::string_view row, bool broken) {
  if (row.size() > Block::k_longest_line) return m_intake.count_bad(LineProblem::too_long);
  if (m_intake.position() == 0 && row.starts_with(k_byte_order_mark))
    row.remove_prefix(k_byte_order_mark.size());
  if (row.ends_with('\r')) row.remove_suffix(1);
  if (is_csv_header(row)) {
    ++m_intake.tally().k6_lines;
    return;
  }
  if (m_unterminated && ends_too_early(parse_csv_row(row, *m_columns, m_line)))
    m_intake.tally().cut_off = true;
  if (broken || !read_usual_row(row)) read_any_row(row, broken);
}

/// The row counts only when all of it is right.
bool CsvReader::read_usual_row(std::string_view row) {
  std::string_view rest = row;
  Intake::Metric* metric = m_intake.expected_metric(row);
  if (metric != nullptr) {
    rest.remove_prefix(metric->line_begin.size());
  } else {
    const std::optional<std::string_view> name = take_field(rest);
    if (!name) return false;
    metric = m_intake.usual_metric(*name);
    if (metric == nullptr) return false;
  }
  const std::optional<std::int64_t> time_ns = m_times.parse_field(rest);
  if (!time_ns) return false;
  if (metric->rules.empty()) {
    m_intake.pass_over(*metric);
    return true;
  }
  const char* at = rest.data();
  const char* const end = at + rest.size();
  const std::optional<double> value = parse_json_number(&at, end);
  if (!value || !std::isfinite(*value) || at == end || *at != ',') return false;
  rest.remove_prefix(static_cast<std::size_t>(at - rest.data()) + 1);
  const std::string_view key = tags_key(*metric, rest);
  if (Intake::Path* const path = known_path(*metric, key)) {
    m_intake.take_point(*metric, *path, *time_ns, *value);
    return true;
  }
  if (parse_csv_row(row, *m_columns, m_line) != LineProblem::none) return false;
  Intake::Path path = m_intake.make_path(*metric, m_line);
  m_intake.take_point(*metric, path, *time_ns, *value);
  m_tags.paths = &m_intake.remember(metric->deciding->by_whole, key, *metric, std::move(path));
  return true;
}

/// Where a point of `metric` goes whose tags have the text `key`, if rows before tell.
Intake::Path* CsvReader::known_path(const Intake::Metric& metric, std::string_view key) {
  if (m_tags.deciding != metric.deciding || m_tags.text != key)
    m_tags = {key, metric.deciding, metric.deciding->by_whole.find(key)};
  return m_tags.paths == nullptr ? nullptr : m_tags.paths->of(metric);
}

/// The part of `text`, the tags of a row, that decides where its point goes: the metadata do only where they
/// are asked for.
std::string_view CsvReader::tags_key(const Intake::Metric& metric, std::string_view text) const {
  if (!m_columns->metadata_is_last()) return text;
  const std::size_t metadata_at = text.rfind(',') + 1;
  const std::string_view metadata = text.substr(metadata_at);
  if (metadata_at == 0 || metadata.find('"') != std::string_view::npos) return text;
  for (const std::string& name : metric.deciding->names) {
    if (metadata.find(name + '=') != std::string_view::npos) return text;
  }
  return text.substr(0, metadata_at);
}

/// The general way, for whatever row.
void CsvReader::read_any_row(std::string_view row, bool broken) {
  LineProblem problem = parse_csv_row(row, *m_columns, m_line);
  if (broken) {
    problem = LineProblem::bad_quotes;
  } else if (names_a_point(problem)) {
    m_fine_times = m_fine_times || m_line.fine_time;
    Intake::Metric& metric = m_intake.metric(m_line.metric);
    if (metric.rules.empty()) return m_intake.pass_over(metric);
  } else if (m_line.kind == Line::Kind::point) {
    m_fine_times = m_fine_times || m_line.fine_time;
  }
  if (problem == LineProblem::none) return m_intake.take_line(m_line);
  m_intake.count_bad(m_unterminated && ends_too_early(problem) ? LineProblem::cut_off : problem);
}

}  // namespace k6apm::k6
