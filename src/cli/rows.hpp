// Aligned columns.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/screen.hpp"

namespace k6apm::cli {

struct Row {
  std::vector<std::string> cells{};  ///< as many as in the other rows; printable
  std::vector<double> values{};      ///< drawn behind the cells on a terminal that has room for it
};

/// Columns as wide as their widest cell; the first `left` are aligned left, the others right. The first row
/// is the heading. Where a terminal is too narrow, first the charts get smaller, then what is in the first
/// column.
void write_rows(const std::vector<Row>& rows, std::size_t left, const Screen& screen, std::ostream& out);

}  // namespace k6apm::cli
