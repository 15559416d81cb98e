#include "preview/collection.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "preview/figures.hpp"

namespace k6apm::test {
namespace {

using preview::Collection;
using providers::BodyContents;
using providers::BodySeries;

/// A series of one line.
BodySeries part(const std::string& name, const std::string& tags, std::vector<std::int64_t> times_ms,
                std::vector<double> values) {
  BodySeries series;
  series.name = name;
  series.tags = tags;
  series.lines = {"value"};
  series.times_ms = std::move(times_ms);
  series.values = std::move(values);
  return series;
}

}  // namespace

TEST_CASE("the parts of a series are put together, by name and tags") {
  Collection all;
  all.add({{{"b", "gauge", "seconds", 3}}, {part("a", "{x}", {1, 2}, {10, 20}), part("a", "", {1}, {5})}});
  BodySeries last = part("a", "{x}", {4}, {40});
  last.stale_ms = 5;
  all.add({{{"a", "counter", "", 0}}, {part("b", "{x}", {1}, {6}), last}});
  all.add({{}, {part("a", "{x}", {3}, {30})}});
  all.finish();
  CHECK(all.series() == 3);
  CHECK(all.points() == 6);
  REQUIRE(all.names().size() == 2);
  const auto find = [&](const std::string& name) -> const preview::ShownName& {
    return all.names()[0].about.name == name ? all.names()[0] : all.names()[1];
  };
  CHECK(find("a").about.type == "counter");
  CHECK(find("b").about.unit == "seconds");
  CHECK(find("b").about.window_s == 3);
  REQUIRE(find("a").series.size() == 2);
  const BodySeries& whole = find("a").series[0].sent;
  CHECK(whole.times_ms == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(whole.values == std::vector<double>{10, 20, 30, 40});
  CHECK(whole.stale_ms == 5);
  CHECK_FALSE(find("a").series[1].sent.stale_ms.has_value());
}

TEST_CASE("of a native histogram the mean and the number between two samples are shown") {
  BodySeries histogram = part("h", "", {0, 3000, 6000, 9000}, {0, 0, 4, 10, 4, 10, 6, 20});
  histogram.lines = {"count", "sum"};
  histogram.running_histogram = true;
  Collection all;
  all.add({{}, {histogram}});
  all.finish();
  const BodySeries& shown = all.names()[0].series[0].sent;
  CHECK(all.points() == 4);
  CHECK(shown.lines == std::vector<std::string_view>{"mean", "count"});
  CHECK(std::isnan(shown.values[0]));
  CHECK(shown.values[1] == 0);
  CHECK(shown.values[2] == 2.5);
  CHECK(shown.values[3] == 4);
  CHECK(std::isnan(shown.values[4]));
  CHECK(shown.values[6] == 5);
  CHECK(shown.values[7] == 2);
}

TEST_CASE("figures are of all lines but counts, the mean and the last value of the first") {
  BodySeries series = part("t", "", {1, 2, 3}, {2, 1, 9, 100, 4, 3, 5, 200, NAN, 0, NAN, 0});
  series.lines = {"mean", "min", "max", "count"};
  const preview::Figures figures = preview::figures_of(series);
  CHECK(figures.points == 3);
  CHECK(figures.min == 0);
  CHECK(figures.max == 9);
  CHECK(figures.mean == 3);
  CHECK(figures.last == 4);
  const preview::Figures none = preview::figures_of(part("n", "", {1}, {NAN}));
  CHECK(std::isnan(none.min));
  CHECK(std::isnan(none.max));
  CHECK(std::isnan(none.mean));
  CHECK(std::isnan(none.last));
}

}  // namespace k6apm::test
