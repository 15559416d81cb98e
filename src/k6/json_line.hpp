// One line of k6's JSON output, whatever the order of its keys: the general reader. It decides what is an
// error. Format: grafana/k6 output/json; both key orders (up to v0.40 `type,data,metric`, from v0.41
// `metric,type,data`).
#pragma once

#include <memory>
#include <string_view>

#include "k6/line.hpp"
#include "k6/rfc3339.hpp"

namespace k6apm::k6 {

/// For one thread.
class JsonLineParser {
 public:
  JsonLineParser();
  ~JsonLineParser();
  JsonLineParser(const JsonLineParser&) = delete;
  JsonLineParser& operator=(const JsonLineParser&) = delete;

  /// Reads `text`, a line without its newline; Block::k_padding bytes behind it must be readable. Bytes that
  /// are no UTF-8 become U+FFFD. `line` is valid where the result is LineProblem::none.
  LineProblem parse(std::string_view text, Line& line);

 private:
  struct Json;
  LineProblem parse_valid_utf8(std::string_view text, Line& line, bool& invalid_utf8);

  std::unique_ptr<Json> m_json;
  TimeParser m_times{};
};

}  // namespace k6apm::k6
