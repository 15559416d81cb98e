#include "preview/columns.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace k6apm::test {
namespace {

/// A series of one line, or of two, of which the second is the first upside down.
providers::BodySeries series_of(std::size_t points, std::size_t lines) {
  providers::BodySeries series;
  series.lines.assign(lines, "value");
  for (std::size_t i = 0; i < points; ++i) {
    series.times_ms.push_back(static_cast<std::int64_t>(i) * 3000);
    const double value = std::sin(static_cast<double>(i)) + static_cast<double>(i % 17);
    series.values.push_back(value);
    if (lines == 2) series.values.push_back(-value);
  }
  return series;
}

bool has(const std::vector<std::size_t>& kept, std::size_t at) {
  return std::binary_search(kept.begin(), kept.end(), at);
}

}  // namespace

TEST_CASE("of up to two points a column all are kept") {
  for (const std::size_t points : {std::size_t{0}, std::size_t{1}, 2 * preview::k_columns}) {
    const std::vector<std::size_t> kept = preview::kept_points(series_of(points, 1));
    REQUIRE(kept.size() == points);
    for (std::size_t i = 0; i < points; ++i) CHECK(kept[i] == i);
  }
}

TEST_CASE("of more every column keeps its smallest and its largest value, of each line") {
  const std::size_t points = 2 * preview::k_columns + 1;
  for (const std::size_t n : {points, std::size_t{100'003}}) {
    for (const std::size_t lines : {std::size_t{1}, std::size_t{2}}) {
      const providers::BodySeries series = series_of(n, lines);
      const std::vector<std::size_t> kept = preview::kept_points(series);
      CHECK(kept.size() <=
            2 * preview::k_columns + 2);  // the second line has its extremes where the first has
      CHECK(std::is_sorted(kept.begin(), kept.end()));
      CHECK(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
      CHECK(has(kept, 0));
      CHECK(has(kept, n - 1));
      std::size_t missing = 0;
      for (std::size_t column = 0; column < preview::k_columns; ++column) {
        std::size_t smallest = column * n / preview::k_columns;
        std::size_t largest = smallest;
        for (std::size_t i = smallest; i < (column + 1) * n / preview::k_columns; ++i) {
          if (series.values[i * lines] < series.values[smallest * lines]) smallest = i;
          if (series.values[i * lines] > series.values[largest * lines]) largest = i;
        }
        missing += (has(kept, smallest) ? 0 : 1) + (has(kept, largest) ? 0 : 1);
      }
      CHECK(missing == 0);
    }
  }
}

TEST_CASE("a single outlier is never lost, and what is no number is neither smallest nor largest") {
  providers::BodySeries series = series_of(50'000, 1);
  std::fill(series.values.begin(), series.values.end(), std::numeric_limits<double>::quiet_NaN());
  CHECK(preview::kept_points(series).size() == 2);
  std::fill(series.values.begin(), series.values.end(), 1);
  series.values[31'416] = 1e9;
  series.values[31'417] = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(preview::kept_points(series), 31'416));
}

}  // namespace k6apm::test
