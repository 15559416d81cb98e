// Buckets as grafana/k6 v2.2.0 asserts them in internal/ds/histogram/hdr_test.go and
// internal/output/cloud/expv2/hdr_test.go.
#include "series/hdr_buckets.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <utility>
#include <vector>

using namespace k6apm::series;

namespace {

std::vector<BucketCount> counts_of(const std::vector<double>& sorted) {
  return hdr_buckets_of(sorted).positive;
}

}  // namespace

TEST_CASE("the bucket of a number of thousandths") {
  const std::vector<std::pair<double, std::int32_t>> cases = {
      {0, 0},
      {0.12, 1},
      {1.91, 2},
      {10, 10},
      {12.5, 13},
      {255, 255},
      {256, 256},
      {282.29, 269},
      {1029, 512},
      {39751, 1179},
      {100000, 1347},
      {182272, 1458},
      {184000, 1459},
      {200000, 1475},
      {1048576, 1792},
      {0x1p30 - 1, 3071},
      {0x1p30, 3072},
      {0x1p40, 4352},
      {0x1p62, 7168},
      {0x1p31 - 1, 3199},
      {0x1p32 - 1, 3327},
      {0x1p63, 7296},
  };
  for (const auto& [divided, bucket] : cases) {
    CAPTURE(divided);
    CHECK(hdr_bucket_of(divided) == bucket);
  }
}

TEST_CASE("the bucket of a value") {
  const std::vector<std::pair<double, std::int32_t>> cases = {
      {0, 0},      {0.0001, 1},     {0.12, 120},  {1, 506},      {6, 827},           {7, 858},
      {10.5, 932}, {52.25, 1228},   {100, 1347},  {200, 1475},   {200.1, 1475},      {255, 1529},
      {256, 1530}, {999.999, 1780}, {1000, 1780}, {39751, 2455}, {4294967295, 4601}, {1e9, 4328},
  };
  for (const auto& [value, bucket] : cases) {
    CAPTURE(value);
    CHECK(counts_of({value}) == std::vector<BucketCount>{{bucket, 1}});
  }
}

TEST_CASE("values of one bucket are counted together") {
  CHECK(counts_of({100, 200, 200.1}) == std::vector<BucketCount>{{1347, 1}, {1475, 2}});
  CHECK(counts_of({120.5, 120.5, 121, 450.25, 3000}) ==
        std::vector<BucketCount>{{1387, 2}, {1388, 1}, {1627, 1}, {1975, 1}});
  CHECK(counts_of({}).empty());
}

TEST_CASE("values below 0 and those that are too large have no bucket") {
  const std::vector<double> values = {-std::numeric_limits<double>::max(), -1.5, -0.0, 5, 1e17,
                                      std::numeric_limits<double>::max()};
  const Buckets buckets = hdr_buckets_of(values);
  CHECK(buckets.positive == std::vector<BucketCount>{{0, 1}, {796, 1}});
  CHECK(buckets.below == 2);
  CHECK(buckets.above == 2);
  CHECK(buckets.zero == 0);
  Buckets twice = buckets;
  twice.add(buckets);
  CHECK(twice.below == 4);
  CHECK(twice.above == 4);
  CHECK(twice.positive == std::vector<BucketCount>{{0, 2}, {796, 2}});
}
