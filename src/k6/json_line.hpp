// One line of k6's JSON output, whatever the order of its keys: the general reader. It decides what is an
// error. Format: grafana/k6 output/json; both key orders (up to v0.40 `type,data,metric`, from v0.41
// `metric,type,data`).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "k6/rfc3339.hpp"
#include "series/series.hpp"

namespace k6apm::k6 {

/// What is wrong with a line, if anything.
enum class LineProblem {
  none,
  not_json,    ///< no JSON object: console text, garbage
  cut_off,     ///< as not_json, in the last line of an input, which has no newline
  not_k6,      ///< JSON, but neither a Point nor a Metric line
  bad_time,    ///< no RFC 3339 time between 1678 and 2261
  bad_value,   ///< no number
  not_finite,  ///< infinite or not a number, as k6 0.38 to 1.7 writes `+Inf`
  bad_tags,    ///< tags that are no object of strings
  bad_type,    ///< a Metric line of an unknown type
  too_long,    ///< longer than a line may be
};

/// For people: "is not JSON".
std::string_view describe(LineProblem problem);

/// Whether a line with this problem is one of k6's all the same, with something in it that cannot be used.
bool is_of_k6(LineProblem problem);

/// What a line says.
struct JsonLine {
  enum class Kind { blank, point, metric };
  Kind kind = Kind::blank;
  std::string metric{};
  // A Point:
  std::int64_t time_ns = 0;
  double value = 0;
  series::Tags tags{};      ///< sorted, without empty values
  series::Tags metadata{};  ///< sorted, without empty values
  // A Metric line:
  series::MetricType type = series::MetricType::counter;
  series::Contains contains = series::Contains::plain;
};

/// For one thread.
class JsonLineParser {
 public:
  JsonLineParser();
  ~JsonLineParser();
  JsonLineParser(const JsonLineParser&) = delete;
  JsonLineParser& operator=(const JsonLineParser&) = delete;

  /// Reads `text`, a line without its newline; Block::k_padding bytes behind it must be readable. Bytes that
  /// are no UTF-8 become U+FFFD. `line` is valid where the result is LineProblem::none.
  LineProblem parse(std::string_view text, JsonLine& line);

 private:
  struct Json;
  LineProblem parse_valid_utf8(std::string_view text, JsonLine& line, bool& invalid_utf8);

  std::unique_ptr<Json> m_json;
  TimeParser m_times{};
};

}  // namespace k6apm::k6
