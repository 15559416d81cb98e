// One row of k6's CSV output: the general reader. It decides what is an error.
#pragma once

#include <string_view>

#include "k6/csv_columns.hpp"
#include "k6/line.hpp"

namespace k6apm::k6 {

/// Reads `row`, without its line end, which is one row by csv_extent. Bytes that are no UTF-8 become U+FFFD.
/// `line` is valid where the result is LineProblem::none.
LineProblem parse_csv_row(std::string_view row, const CsvColumns& columns, Line& line);

/// Reads `k=v&k=v`, which k6 writes without escaping: it is cut at every `&` and each piece at its first `=`;
/// a piece without `=` goes on with the value before. Appends to `tags`. Whether the text could mean other
/// tags.
bool read_csv_tags(std::string_view text, series::Tags& tags);

}  // namespace k6apm::k6
