#include "cli/rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <string_view>

#include "text/width.hpp"

namespace k6apm::cli {
namespace {

constexpr std::array<std::string_view, 8> k_bars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t k_margin = 2;        ///< before the first cell and between cells
constexpr std::size_t k_least_first = 12;  ///< of the first column; less says nothing
constexpr std::size_t k_smallest_chart = 8;

/// At most `room` bars; neighbours are averaged where there are more values.
std::string chart_of(const std::vector<double>& values, std::size_t room) {
  if (values.empty() || room < k_smallest_chart) return "";
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const double range = *highest - *lowest;
  const std::size_t cells = std::min(room, values.size());
  std::string chart;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::size_t begin = cell * values.size() / cells;
    const std::size_t end = std::max((cell + 1) * values.size() / cells, begin + 1);
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += values[i];
    const double share = range > 0 ? (sum / static_cast<double>(end - begin) - *lowest) / range : 0;
    chart += k_bars.at(static_cast<std::size_t>(std::lround(share * 7)));
  }
  return chart;
}

std::vector<std::size_t> widths_of(const std::vector<Row>& rows, const Screen& screen) {
  std::vector<std::size_t> widths(rows.front().cells.size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], text::columns_of(row.cells[i]));
  }
  std::size_t whole = 0;
  for (const std::size_t width : widths) whole += k_margin + width;
  if (screen.columns && whole > *screen.columns) {
    const std::size_t too_much = std::min(whole - *screen.columns, widths.front());
    widths.front() = std::max(widths.front() - too_much, std::min(widths.front(), k_least_first));
  }
  return widths;
}

/// Without blanks at the end.
std::string line_of(const Row& row, const std::vector<std::size_t>& widths, std::size_t left) {
  std::string line;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string cell = text::shortened(row.cells[i], widths[i]);
    const std::string blanks(widths[i] - text::columns_of(cell), ' ');
    line.append(k_margin, ' ').append(i < left ? cell + blanks : blanks + cell);
  }
  return line;
}

}  // namespace

void write_rows(const std::vector<Row>& rows, std::size_t left, const Screen& screen, std::ostream& out) {
  if (rows.empty()) return;
  const std::vector<std::size_t> widths = widths_of(rows, screen);
  std::size_t used = k_margin;  // of the chart
  for (const std::size_t width : widths) used += k_margin + width;
  const std::size_t room = screen.columns && *screen.columns > used ? *screen.columns - used : 0;
  for (const Row& row : rows) {
    std::string line = line_of(row, widths, left);
    const std::string chart = chart_of(row.values, room);
    if (chart.empty()) line.erase(line.find_last_not_of(' ') + 1);
    if (&row == &rows.front()) line = screen.styled(line, k_dim);
    out << line;
    if (!chart.empty()) out << std::string(k_margin, ' ') << screen.styled(chart, k_cyan);
    out << '\n';
  }
}

}  // namespace k6apm::cli
