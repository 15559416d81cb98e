// What one line (JSON) or row (CSV) of a result file says, and what can be wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "series/series.hpp"

namespace k6apm::k6 {

/// Stands before the first line of a file where an editor put it.
inline constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

/// Whether nothing is in a line.
bool is_blank(std::string_view line);

/// How k6 wrote a file, `--out json=` or `--out csv=`, or that it is a partial result (partial_result.proto).
enum class Format { json, csv, partial };

/// `json`, `csv` or `partial`.
std::string_view name_of(Format format);

/// What is wrong with a line or row, if anything.
enum class LineProblem {
  none,
  text,         ///< nothing of k6's: console text, garbage
  not_json,     ///< no JSON object
  not_row,      ///< no row of k6's CSV
  cut_off,      ///< the last line of an input, which has no newline, ends too early
  not_k6,       ///< JSON, but neither a Point nor a Metric line
  bad_time,     ///< JSON: no RFC 3339 time between 1678 and 2261
  bad_stamp,    ///< CSV: no time between 1678 and 2261
  bad_value,    ///< no number
  not_finite,   ///< infinite or not a number, as k6 0.38 to 1.7 writes `+Inf`
  bad_tags,     ///< JSON: tags that are no object of strings
  bad_type,     ///< JSON: a Metric line of an unknown type
  bad_columns,  ///< CSV: another number of columns than the header has
  bad_quotes,   ///< CSV: a quoted field that is not closed, or that something follows
  too_long,     ///< longer than a line may be
};

/// For people: "is not JSON".
std::string_view describe(LineProblem problem);

/// Whether a line with this problem is one of k6's all the same, with something in it that cannot be used.
bool is_of_k6(LineProblem problem);

struct Line {
  enum class Kind { blank, point, metric };
  Kind kind = Kind::blank;
  std::string metric{};
  // A Point:
  std::int64_t time_ns = 0;
  double value = 0;
  series::Tags tags{};      ///< sorted; JSON: empty values among them
  series::Tags metadata{};  ///< likewise
  bool fine_time = false;   ///< CSV: more than whole seconds
  // CSV: the tags or metadata may have been others, since k6 does not escape them:
  bool ambiguous = false;
  bool ambiguous_metadata = false;
  // A Metric line:
  series::MetricType type = series::MetricType::counter;
  series::Contains contains = series::Contains::plain;
  std::vector<std::string> thresholds{};  ///< the expressions, of the whole metric
};

/// Sorted by name, of equal names the last.
void normalise(series::Tags& tags);

/// Leaves out tags with an empty value.
void drop_empty(series::Tags& tags);

}  // namespace k6apm::k6
