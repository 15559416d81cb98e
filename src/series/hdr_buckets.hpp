// Buckets of k6's cloud output. Source: grafana/k6 v2.2.0, internal/ds/histogram/hdr.go. What surprises:
// values are divided by a thousandth as doubles, and rounded up to a whole number, before they are put into a
// bucket; 0 has the bucket 0, and what is below has none.
#pragma once

#include <cstdint>
#include <span>

#include "series/buckets.hpp"

namespace k6apm::series {

/// What a value is divided by: the width of the narrowest bucket.
inline constexpr double k_hdr_resolution = 0.001;

/// The bucket of a value that is divided already, from 0 to 2^63. The first 256 hold one whole number each;
/// above each octave has 128.
std::int32_t hdr_bucket_of(double divided);

/// Counts finite values, which ascend. Bucket 0 is in Buckets::positive like the others.
Buckets hdr_buckets_of(std::span<const double> sorted);

}  // namespace k6apm::series
