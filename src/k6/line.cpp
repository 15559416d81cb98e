#include "k6/line.hpp"

#include <algorithm>
#include <utility>

namespace k6apm::k6 {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::string_view name_of(Format format) {
  return format == Format::csv ? "csv" : format == Format::json ? "json" : "partial";
}

std::string_view describe(LineProblem problem) {
  switch (problem) {
    case LineProblem::none:
      return "is right";
    case LineProblem::text:
      return "is no result of k6";
    case LineProblem::not_json:
      return "is not JSON";
    case LineProblem::not_row:
      return "is no row of k6's CSV";
    case LineProblem::cut_off:
      return "is cut off: the input ends in the middle of it";
    case LineProblem::not_k6:
      return "is neither a Point nor a Metric line of k6";
    case LineProblem::bad_time:
      return "has no RFC 3339 time between the years 1678 and 2261";
    case LineProblem::bad_stamp:
      return "has no timestamp between the years 1678 and 2261";
    case LineProblem::bad_value:
      return "has no number as value";
    case LineProblem::not_finite:
      return "has a value that is not finite";
    case LineProblem::bad_tags:
      return "has tags that are not strings";
    case LineProblem::bad_type:
      return "declares a type other than counter, gauge, rate and trend";
    case LineProblem::bad_columns:
      return "has another number of columns than the header";
    case LineProblem::bad_quotes:
      return "has a quoted field that is not closed";
    case LineProblem::too_long:
      return "is longer than 16 MiB";
  }
  return "is wrong";
}

bool is_of_k6(LineProblem problem) {
  switch (problem) {
    case LineProblem::bad_time:
    case LineProblem::bad_stamp:
    case LineProblem::bad_value:
    case LineProblem::not_finite:
    case LineProblem::bad_tags:
    case LineProblem::bad_columns:
    case LineProblem::bad_quotes:
      return true;
    default:
      return false;
  }
}

void normalise(series::Tags& tags) {
  const auto comes_later = [](const auto& a, const auto& b) { return a.first >= b.first; };
  if (std::adjacent_find(tags.begin(), tags.end(), comes_later) != tags.end()) {  // k6 writes JSON in order
    std::stable_sort(tags.begin(), tags.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    // unique() keeps the first of a name: seen from the back that is the last.
    const auto kept = std::unique(tags.rbegin(), tags.rend(), same_name);
    tags.erase(tags.begin(), kept.base());
  }
}

void drop_empty(series::Tags& tags) {
  std::erase_if(tags, [](const auto& tag) { return tag.second.empty(); });
}

}  // namespace k6apm::k6
