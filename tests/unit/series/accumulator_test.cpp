#include "series/accumulator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

#include "series/quantile.hpp"

using namespace k6apm::series;

namespace {

constexpr std::int64_t k_second = 1'000'000'000;

Accumulator filled(MetricType type, const std::vector<Point>& points, bool type_known_first = true) {
  Accumulator series(3 * k_second, type_known_first ? std::optional(type) : std::nullopt);
  for (const Point& point : points) series.add(point);
  series.set_type(type);
  return series;
}

std::vector<Window> finish(Accumulator series, const Finish& how, std::vector<Buckets>* buckets = nullptr) {
  std::vector<Window> windows;
  series.finish(
      how, [&windows](Window& window) { windows.push_back(std::move(window)); }, buckets);
  return windows;
}

}  // namespace

TEST_CASE("windows are aligned to the epoch and hold what lies in them") {
  const std::vector<Point> points = {{0, 1, 0, 1},
                                     {3 * k_second - 1, 2, 0, 2},
                                     {3 * k_second, 4, 0, 3},
                                     {-1, 8, 0, 4},
                                     {-3 * k_second, 16, 0, 5},
                                     {-3 * k_second - 1, 32, 0, 6},
                                     {30 * k_second, 64, 0, 7}};
  const auto windows = finish(filled(MetricType::counter, points), {});
  REQUIRE(windows.size() == 5);
  const std::vector<std::pair<std::int64_t, double>> expected = {
      {-6, 32}, {-3, 24}, {0, 3}, {3, 4}, {30, 64}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(windows[i].start_s == expected[i].first);
    CHECK(windows[i].sum.value() == expected[i].second);
  }
}

TEST_CASE("a rate counts what is not zero") {
  const auto windows =
      finish(filled(MetricType::rate, {{0, 0.5, 0, 1}, {1, -2, 0, 2}, {2, 0, 0, 3}, {3, -0.0, 0, 4}}), {});
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].nonzero == 2);
  CHECK(windows[0].count == 4);
}

TEST_CASE("a trend pools its values") {
  const auto windows =
      finish(filled(MetricType::trend, {{2, 4, 0, 1}, {1, 1, 0, 2}, {0, 2, 0, 3}}), {{0.5, 0.9}});
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].count == 3);
  CHECK(windows[0].sum.value() == 7);
  CHECK(windows[0].min == 1);
  CHECK(windows[0].max == 4);
  CHECK(windows[0].quantiles[0] == 2);
  CHECK(windows[0].quantiles[1] == doctest::Approx(3.6));
}

TEST_CASE("a trend has buckets where they are asked for, one for each window") {
  const std::vector<Point> points = {
      {0, 2000, 0, 1}, {1, 1000, 0, 2}, {2, -1000, 0, 3}, {3 * k_second, 0, 0, 4}};
  std::vector<Buckets> buckets;
  const auto windows = finish(filled(MetricType::trend, points), {{}, MergeGauges::last, 1000}, &buckets);
  REQUIRE(buckets.size() == windows.size());
  CHECK(buckets[0] == Buckets{{{0, 1}, {8, 1}}, {{0, 1}}, 0});
  CHECK(buckets[1] == Buckets{{}, {}, 1});
  buckets.clear();
  finish(filled(MetricType::trend, points), {{}, MergeGauges::last, 1000, BucketKind::hdr}, &buckets);
  REQUIRE(buckets.size() == 2);
  CHECK(buckets[0] == Buckets{{{1780, 1}, {1908, 1}}, {}, 0, 1});
  CHECK(buckets[1] == Buckets{{{0, 1}}});
  buckets.clear();
  finish(filled(MetricType::trend, points), {{}, MergeGauges::last, 1, BucketKind::none}, &buckets);
  CHECK(buckets.empty());
  finish(filled(MetricType::gauge, points), {}, &buckets);
  CHECK(buckets.empty());
}

TEST_CASE("quantiles interpolate between the nearest ranks") {
  const std::vector<double> one = {7};
  const std::vector<double> four = {10, 20, 30, 40};
  CHECK(quantile(one, 0.99) == 7);
  CHECK(quantile(four, 0) == 10);
  CHECK(quantile(four, 1) == 40);
  CHECK(quantile(four, 0.5) == 25);
  CHECK(quantile(four, 0.95) == doctest::Approx(38.5));
}

TEST_CASE("a gauge keeps the latest value; ties go to the later in the file") {
  const auto windows =
      finish(filled(MetricType::gauge, {{5, 1, 0, 10}, {7, 2, 0, 20}, {7, 3, 0, 30}, {6, 9, 0, 40}}), {});
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].last == 3);
}

TEST_CASE("between files the larger of equal times wins, whatever stood there before") {
  // File 1 has 9 and later 3 at the same time: 3 is its value, and file 0's 5 is larger.
  const std::vector<Point> points = {{7, 5, 0, 1}, {7, 9, 1, 1}, {7, 3, 1, 2}};
  CHECK(finish(filled(MetricType::gauge, points), {})[0].last == 5);
}

TEST_CASE("gauges of several load generators add up from each one's first to its last window") {
  const std::vector<Point> points = {
      {1 * k_second, 2, 0, 1},
      {10 * k_second, 3, 0, 2},  // windows 0 and 9
      {4 * k_second, 10, 1, 1},
      {7 * k_second, 20, 1, 2},
      {13 * k_second, 5, 1, 3}  // windows 3, 6 and 12
  };
  const std::vector<std::int64_t> starts = {0, 3, 6, 9, 12};
  const std::vector<std::pair<MergeGauges, std::vector<double>>> cases = {
      {MergeGauges::sum, {2, 12, 22, 23, 5}},
      {MergeGauges::max, {2, 10, 20, 20, 5}},
      {MergeGauges::last, {2, 10, 20, 3, 5}},
  };
  for (const auto& [how, expected] : cases) {
    const auto windows = finish(filled(MetricType::gauge, points), {{}, how});
    REQUIRE(windows.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(windows[i].start_s == starts[i]);
      CHECK(windows[i].last == expected[i]);
    }
  }
}

TEST_CASE("a gauge knows how its points spread") {
  const std::vector<Point> points = {{5, 1.5, 0, 10}, {7, -2, 0, 20}, {6, 9, 1, 5}, {4 * k_second, 4, 1, 6}};
  for (const MergeGauges how : {MergeGauges::last, MergeGauges::max}) {
    const auto windows = finish(filled(MetricType::gauge, points), {{}, how});
    REQUIRE(windows.size() == 2);
    CHECK(windows[0].count == 3);
    CHECK(windows[0].sum.value() == 8.5);
    CHECK(windows[0].min == -2);
    CHECK(windows[0].max == 9);
    CHECK(windows[1].count == 1);
    CHECK(windows[1].max == 4);
  }
}

TEST_CASE("smallest, largest and mean of several load generators add up") {
  const std::vector<Point> points = {{0, 2, 0, 1},
                                     {1, 4, 0, 2},
                                     {2, 9, 0, 3},  // mean 5
                                     {0, 10, 1, 1},
                                     {1, 20, 1, 2},             // mean 15
                                     {4 * k_second, 7, 1, 3},   // file 0 counts with 9 there
                                     {7 * k_second, 1, 0, 4}};  // file 1 ended before
  const auto windows = finish(filled(MetricType::gauge, points), {{}, MergeGauges::sum});
  REQUIRE(windows.size() == 3);
  CHECK(windows[0].count == 3);
  CHECK(windows[0].sum.value() == 60);
  CHECK(windows[0].min == 12);
  CHECK(windows[0].max == 29);
  CHECK(windows[1].count == 1);
  CHECK(windows[1].sum.value() == 16);
  CHECK(windows[1].min == 16);
  CHECK(windows[1].max == 16);
  CHECK(windows[2].count == 1);
  CHECK(windows[2].sum.value() == 1);
}

TEST_CASE("any split over readers, any order and a type known late give the same windows") {
  std::mt19937_64 random(7);
  std::vector<Point> points;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const auto time_ns = static_cast<std::int64_t>(random() % (60 * static_cast<std::uint64_t>(k_second)));
    points.push_back(
        {time_ns, static_cast<double>(random() % 1000) / 7, static_cast<std::uint32_t>(random() % 2), i});
  }
  for (const MetricType type :
       {MetricType::counter, MetricType::gauge, MetricType::rate, MetricType::trend}) {
    const auto expected = finish(filled(type, points), {{0.5}});
    std::array<std::vector<Point>, 3> parts;
    for (const Point& point : points) parts[random() % 3].push_back(point);
    std::shuffle(parts[1].begin(), parts[1].end(), random);
    for (const auto merge : {&Accumulator::merge, &Accumulator::merge_later}) {
      Accumulator merged = filled(type, parts[1], false);
      (merged.*merge)(filled(type, parts[0]));
      (merged.*merge)(filled(type, parts[2]));
      const auto span = merged.span();
      const auto windows = finish(std::move(merged), {{0.5}});
      REQUIRE(windows.size() == expected.size());
      REQUIRE(span);
      CHECK(span->first_s == expected.front().start_s);
      CHECK(span->last_s == expected.back().start_s);
      for (std::size_t i = 0; i < windows.size(); ++i) {
        CHECK(windows[i].start_s == expected[i].start_s);
        CHECK(windows[i].sum.value() == expected[i].sum.value());
        CHECK(windows[i].last == expected[i].last);
        CHECK(windows[i].count == expected[i].count);
        CHECK(windows[i].min == expected[i].min);
        CHECK(windows[i].max == expected[i].max);
        CHECK(windows[i].nonzero == expected[i].nonzero);
        CHECK(windows[i].quantiles == expected[i].quantiles);
      }
    }
  }
}
