#include "preview/figures.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

namespace k6apm::preview {

bool is_count(std::string_view line) { return line == "count"; }

Figures figures_of(const providers::BodySeries& series) {
  constexpr double k_none = std::numeric_limits<double>::quiet_NaN();
  Figures figures{series.times_ms.size(), k_none, k_none, k_none, k_none};
  double sum = 0;
  std::uint64_t values = 0;
  const std::size_t width = series.lines.size();
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double value = series.values[i];
    if (std::isnan(value) || is_count(series.lines[i % width])) continue;
    if (!(value >= figures.min)) figures.min = value;
    if (!(value <= figures.max)) figures.max = value;
    if (i % width != 0) continue;
    figures.last = value;
    sum += value;
    ++values;
  }
  if (values > 0) figures.mean = sum / static_cast<double>(values);
  return figures;
}

}  // namespace k6apm::preview
