#include "series/trend_windows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace k6apm::test {

using series::TrendWindows;

namespace {

using Model = std::map<std::int64_t, std::vector<double>>;

constexpr std::int64_t k_window_ns = 10;

Model sorted(Model model) {
  for (auto& [number, values] : model) std::sort(values.begin(), values.end());
  return model;
}

Model taken_out(const std::vector<TrendWindows*>& parts) {
  Model model;
  std::int64_t before = std::numeric_limits<std::int64_t>::min();
  TrendWindows::take_out(parts, [&](std::int64_t number, std::vector<double>& values) {
    CHECK(number > before);
    before = number;
    model[number] = std::move(values);
  });
  CHECK(std::none_of(parts.begin(), parts.end(), [](const TrendWindows* part) { return part->numbers(); }));
  return sorted(model);
}

Model taken_out(TrendWindows& windows) { return taken_out({&windows}); }

/// Windows and what is in them.
struct Filled {
  explicit Filled(std::shared_ptr<series::TrendRoom> room = nullptr)
      : windows(k_window_ns, std::move(room)) {}

  TrendWindows windows;
  Model model{};

  void add(std::int64_t time_ns, double value) {
    windows.add(time_ns, value);
    model[(time_ns + 10'000) / k_window_ns - 1'000].push_back(value);
  }

  void add_some(std::mt19937& random, std::int64_t from_ns, int count, std::int64_t late_ns) {
    std::uniform_int_distribution<std::int64_t> late(0, late_ns);
    for (int i = 0; i < count; ++i) add(from_ns + std::int64_t{3} * i - late(random), i);
  }
};

}  // namespace

TEST_CASE("windows of a trend hold all that came, however late") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (const std::int64_t late_ns : {0, 5, 15, 60, 2'000}) {
    for (const int count : {1, 2, 9, 10, 300}) {
      Filled one;
      one.add_some(random, -100, count, late_ns);
      const auto numbers = one.windows.numbers();
      REQUIRE(numbers);
      CHECK(numbers->first == one.model.begin()->first);
      CHECK(numbers->second == one.model.rbegin()->first);
      CHECK(taken_out(one.windows) == sorted(one.model));
    }
  }
}

TEST_CASE("windows of trends merge, and may be added to afterwards") {
  std::mt19937 random(8);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (const std::int64_t from_ns : {-500, 0, 40, 900}) {
    for (const std::int64_t late_ns : {0, 15, 300}) {
      Filled one;
      Filled other;
      one.add_some(random, 0, 100, late_ns);
      other.add_some(random, from_ns, 70, late_ns);
      one.windows.merge(other.windows);
      for (const auto& [number, values] : other.model)
        one.model[number].insert(one.model[number].end(), values.begin(), values.end());
      CHECK(!other.windows.numbers());
      one.add_some(random, 50, 20, late_ns);
      one.add(5'000, 1);
      CHECK(taken_out(one.windows) == sorted(one.model));
    }
  }
}

TEST_CASE("windows of several trends are taken out together") {
  std::mt19937 random(9);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (const std::int64_t late_ns : {0, 15, 300}) {
    std::vector<Filled> all(4);  // the last stays empty
    all[0].add_some(random, 0, 100, late_ns);
    all[1].add_some(random, -400, 70, late_ns);
    all[2].add_some(random, 5'000, 3, late_ns);
    Model model;
    std::vector<TrendWindows*> parts;
    for (Filled& part : all) {
      parts.push_back(&part.windows);
      for (const auto& [number, values] : part.model)
        model[number].insert(model[number].end(), values.begin(), values.end());
    }
    CHECK(taken_out(parts) == sorted(model));
    all[0].add(7, 1);
    CHECK(taken_out(parts) == Model{{0, {1}}});
  }
}

TEST_CASE("windows of trends in one room stay as long as they are wanted") {
  std::mt19937 random(10);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  auto room = std::make_shared<series::TrendRoom>();
  std::vector<Filled> all;
  for (int i = 0; i < 5; ++i) all.emplace_back(room);
  room = nullptr;
  for (int begin = 0; begin < 1'000; begin += 100) {
    for (Filled& one : all) one.add_some(random, begin, 100, 15);
  }
  all[0].windows = TrendWindows(k_window_ns);  // which has another room
  all[1].windows.merge(all[2].windows);
  for (const auto& [number, values] : all[2].model)
    all[1].model[number].insert(all[1].model[number].end(), values.begin(), values.end());
  CHECK(taken_out(all[0].windows).empty());
  CHECK(taken_out(all[1].windows) == sorted(all[1].model));
  CHECK(taken_out(all[3].windows) == sorted(all[3].model));
  all[3].add(7, 1);
  CHECK(taken_out(all[3].windows) == Model{{0, {1}}});
  all.erase(all.begin(), all.begin() + 4);
  CHECK(taken_out(all[0].windows) == sorted(all[0].model));
}

TEST_CASE("values of a trend come back to the bit, whole nanoseconds or not") {
  const std::vector<double> values = {0,        1e-6,        0.3208,      61.0796, 4294.967295, 4294.967296,
                                      1e9,      5e-7,        1.0000005,   1.0 / 3, -0.0,        -1,
                                      -0.3208,  5e-324,      1e-300,      1e300,   0.1 + 0.2,   4294.9672954,
                                      30000.25, 2147.483648, 4294.9672955};
  for (const double value : values) {
    TrendWindows windows(k_window_ns);
    for (std::int64_t number = 0; number < 4; ++number)  // the last two are not packed
      windows.add(number, std::vector<double>{value, 2.5});
    windows.take_out([&](std::int64_t number, std::vector<double>& found) {
      CAPTURE(value);
      CAPTURE(number);
      CHECK(std::bit_cast<std::uint64_t>(found.at(0)) == std::bit_cast<std::uint64_t>(value));
      CHECK(found.at(1) == 2.5);
    });
  }
}

TEST_CASE("windows of a trend may be large, and far apart") {
  constexpr std::size_t k_many = 100'000;  // a packed piece has at most 32767
  Filled one;
  Filled other;
  for (const std::int64_t number : {-400'000, -1, 0, 65'535, 131'071, 1'000'000'000}) {
    const bool large = number == 0 || number == 65'535;
    for (std::size_t i = 0; i < (large ? k_many : 1); ++i) {
      one.windows.add(number * k_window_ns, static_cast<double>(i));
      one.model[number].push_back(static_cast<double>(i));
    }
    other.windows.add(number, std::vector<double>{0.5});
  }
  TrendWindows both(k_window_ns);
  both.merge(other.windows);
  both.merge(one.windows);
  for (auto& [number, values] : one.model) values.push_back(0.5);
  CHECK(taken_out(both) == sorted(one.model));
}

TEST_CASE("there may be no windows of a trend") {
  TrendWindows none(k_window_ns);
  TrendWindows as_few(k_window_ns);
  none.merge(as_few);
  CHECK(taken_out(none).empty());
  none.add(3, std::vector<double>{2, 1});
  as_few.merge(none);
  CHECK(taken_out(as_few) == Model{{3, {1, 2}}});
}

}  // namespace k6apm::test
