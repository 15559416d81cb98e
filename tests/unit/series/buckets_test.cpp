#include "series/buckets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

using namespace k6apm::series;

namespace {

using Limits = std::numeric_limits<double>;

/// The upper bound of a bucket between those of 2^-1020 and 2^1020.
double bound_of(std::int32_t bucket) {
  const std::int32_t octave = bucket >= 0 ? bucket / 8 : -((7 - bucket) / 8);
  return std::ldexp(k_bucket_bounds.at(static_cast<std::size_t>(bucket - 8 * octave)), octave + 1);
}

}  // namespace

TEST_CASE("values and their buckets") {
  const std::vector<std::pair<double, std::int32_t>> table = {
      {1, 0},
      {std::nextafter(1, 2), 1},
      {std::nextafter(1, 0), 0},
      {0.95, 0},
      {0.5, -8},
      {std::nextafter(0.5, 1), -7},
      {2, 8},
      {2.5, 11},   // 2^(10/8) is 2.378, 2^(11/8) is 2.594
      {1000, 80},  // 2^(79/8) is 939, 2^(80/8) is 1024
      {1024, 80},
      {0.001, -79},
      {1e300, 7973},  // 300 * log2(10) * 8 is 7972.6
      {Limits::max(), 8192},
      {0x1p1023, 8184},
      {0x1p-128, -1024},
      {Limits::min(), -8176},         // 2^-1022
      {Limits::denorm_min(), -8592},  // 2^-1074
      {3 * Limits::denorm_min(), -8579},
  };
  for (const auto& [value, bucket] : table) {
    CAPTURE(value);
    CHECK(bucket_of(value) == bucket);
  }
}

TEST_CASE("every bound belongs to the bucket that it ends") {
  for (std::int32_t bucket = -8160; bucket <= 8160; ++bucket) {
    const double bound = bound_of(bucket);
    CAPTURE(bucket);
    CHECK(bucket_of(bound) == bucket);
    CHECK(bucket_of(std::nextafter(bound, Limits::infinity())) == bucket + 1);
    CHECK(std::log2(bound) * 8 == doctest::Approx(bucket));
  }
}

TEST_CASE("values of either sign and zeros are counted apart") {
  CHECK(buckets_of({}, 1) == Buckets{});
  const std::vector<double> sorted = {
      -1e300, -4, -3.9, -0x1p-127, -0x1p-128, -0.0, 0, Limits::denorm_min(), 0x1p-128, 0x1.0000000000001p-128,
      1,      1,  1.05, 1e300};
  const Buckets buckets = buckets_of(sorted, 1);
  CHECK(buckets.zero == 5);
  CHECK(buckets.negative == std::vector<BucketCount>{{-1016, 1}, {16, 2}, {7973, 1}});
  CHECK(buckets.positive == std::vector<BucketCount>{{-1023, 1}, {0, 2}, {1, 1}, {7973, 1}});
}

TEST_CASE("values are divided before they are counted") {
  const std::vector<double> sorted = {0.5, 1000, 1000.5};
  CHECK(buckets_of(sorted, 1000).positive == std::vector<BucketCount>{{-87, 1}, {0, 1}, {1, 1}});
}

TEST_CASE("buckets of parts add up to the buckets of all") {
  std::mt19937_64 random(1);
  std::vector<double> all;
  Buckets sum;
  for (int part = 0; part < 20; ++part) {
    std::vector<double> values;
    for (int i = 0; i < part * 3; ++i)
      values.push_back(
          std::ldexp(static_cast<double>(random() % 2001) - 1000, static_cast<int>(random() % 9)));
    std::sort(values.begin(), values.end());
    sum.add(buckets_of(values, 1));
    all.insert(all.end(), values.begin(), values.end());
  }
  std::sort(all.begin(), all.end());
  CHECK(sum == buckets_of(all, 1));
  const Buckets before = sum;
  sum.add({});
  CHECK(sum == before);
}
