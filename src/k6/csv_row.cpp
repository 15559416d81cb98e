// What surprises: values are Go's %f, so 6 decimals, up to 309 digits and `+Inf`; an empty field is a tag
// that is not there or one that is empty; `extra_tags` and `metadata` are not escaped and in no order (Go
// maps).
#include "k6/csv_row.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "k6/csv_fields.hpp"
#include "k6/csv_time.hpp"
#include "k6/json_number.hpp"
#include "text/utf8.hpp"

namespace k6apm::k6 {
namespace {

LineProblem read_value(std::string_view text, double& value) {
  if (text == "+Inf" || text == "-Inf" || text == "NaN") return LineProblem::not_finite;
  const char* at = text.data();
  const char* const end = at + text.size();
  const std::optional<double> number = parse_json_number(&at, end);
  if (!number || at != end) return LineProblem::bad_value;
  if (!std::isfinite(*number)) return LineProblem::not_finite;
  value = *number;
  return LineProblem::none;
}

/// Columns win over extra tags of the same name.
void read_tags(CsvFields& fields, const CsvColumns& columns, Line& line) {
  series::Tags of_columns;
  for (const CsvColumns::Column& column : columns.columns) {
    if (!fields.next()) return;
    const std::string value = text::with_valid_utf8(fields.value());
    switch (column.kind) {
      case CsvColumns::Kind::tag:
        of_columns.emplace_back(column.name, value);
        break;
      case CsvColumns::Kind::extra_tags:
        line.ambiguous = read_csv_tags(value, line.tags) || line.ambiguous;
        break;
      case CsvColumns::Kind::metadata:
        line.ambiguous_metadata = read_csv_tags(value, line.metadata) || line.ambiguous_metadata;
        break;
    }
  }
  drop_empty(of_columns);
  line.tags.insert(line.tags.end(), of_columns.begin(), of_columns.end());
  normalise(line.tags);
  normalise(line.metadata);
  drop_empty(line.tags);
  drop_empty(line.metadata);
}

/// How many fields follow, as far as their quotes are right.
std::size_t count_fields(CsvFields& fields) {
  std::size_t count = 0;
  while (fields.next()) ++count;
  return count;
}

/// A line that does not begin with a name and a time.
LineProblem problem_of_no_row(std::string_view row, const CsvColumns& columns) {
  CsvFields fields(row);
  if (fields.next() && !fields.value().empty() && fields.next() && resembles_csv_time(fields.value()))
    return LineProblem::bad_stamp;
  CsvFields all(row);
  return count_fields(all) == columns.count() ? LineProblem::not_row : LineProblem::text;
}

}  // namespace

bool read_csv_tags(std::string_view text, series::Tags& tags) {
  bool ambiguous = false;
  const std::size_t first = tags.size();
  for (bool more = !text.empty(); more;) {
    const std::size_t end = text.find('&');
    more = end != std::string_view::npos;
    const std::string_view piece = text.substr(0, end);
    if (more) text.remove_prefix(end + 1);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) {
      ambiguous = true;
      if (tags.size() > first) tags.back().second.append("&").append(piece);
      continue;
    }
    ambiguous = ambiguous || piece.find('=', equals + 1) != std::string_view::npos;
    tags.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
  }
  std::set<std::string_view> names;  // k6 has each once
  const auto twice = [&](const auto& tag) { return !names.insert(tag.first).second; };
  return std::any_of(tags.begin() + static_cast<std::ptrdiff_t>(first), tags.end(), twice) || ambiguous;
}

LineProblem parse_csv_row(std::string_view row, const CsvColumns& columns, Line& line) {
  line.kind = Line::Kind::blank;
  line.tags.clear();
  line.metadata.clear();
  line.ambiguous = false;
  line.ambiguous_metadata = false;
  if (is_blank(row)) return LineProblem::none;
  if (!begins_csv_row(row)) return problem_of_no_row(row, columns);
  CsvFields fields(row);
  fields.next();
  line.metric = text::with_valid_utf8(fields.value());
  fields.next();
  line.time_ns = *parse_csv_time(fields.value());
  line.fine_time = is_fine_csv_time(fields.value());
  CsvFields all(row);
  const std::size_t count = count_fields(all);
  if (all.wrong()) return LineProblem::bad_quotes;
  if (count != columns.count()) return LineProblem::bad_columns;
  fields.next();
  if (const LineProblem problem = read_value(fields.value(), line.value); problem != LineProblem::none)
    return problem;
  read_tags(fields, columns, line);
  line.kind = Line::Kind::point;
  return LineProblem::none;
}

}  // namespace k6apm::k6
