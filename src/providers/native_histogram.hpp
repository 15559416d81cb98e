// A Prometheus native histogram of whole counts, as both versions of remote write encode it.
// Specification: prometheus/docs, docs/specs/native_histograms.md; message: prometheus/prometheus
// prompb/types.proto.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "series/buckets.hpp"

namespace k6apm::providers {

/// The value that ends a series, by its bits (remote write 1.0, "Stale Markers"): a NaN that is used for
/// nothing else. It ends a series of histograms as their sum.
inline constexpr std::uint64_t k_stale_marker_bits = 0x7ff0000000000002;

/// 2^3 buckets to an octave, as series::bucket_of has them, and as k6 with its factor of 1.1.
inline constexpr int k_histogram_schema = 3;

/// `length` buckets side by side.
struct BucketSpan {
  std::int32_t offset = 0;   ///< of the first span its first bucket, else the buckets left out before it
  std::uint32_t length = 0;  ///< at least 1
  bool operator==(const BucketSpan&) const = default;
};

/// The buckets of one sign. `deltas` has one number for each bucket of the spans: its count less that of the
/// bucket before.
struct SpannedBuckets {
  std::vector<BucketSpan> spans{};
  std::vector<std::int64_t> deltas{};
};

/// A histogram of values since the run's start.
struct NativeHistogram {
  std::uint64_t count = 0;
  double sum = 0;
  std::uint64_t zero_count = 0;  ///< values within series::k_zero_threshold
  SpannedBuckets negative{};
  SpannedBuckets positive{};
  bool stale = false;  ///< says that the series has ended, and nothing else: see k_stale_marker_bits
};

/// `counts` ascend by bucket. Up to two empty buckets between others are part of a span, which is shorter
/// than a span more (as client_golang's prometheus/histogram.go has it, makeBuckets).
SpannedBuckets spanned(const std::vector<series::BucketCount>& counts);

/// `sum` is of all values that `buckets` counts, in the unit of the buckets.
NativeHistogram native_histogram(const series::Buckets& buckets, double sum);

NativeHistogram stale_histogram();

/// The message Histogram, the same for 1.0 and 2.0, which has a start besides; 0 is none.
std::string encoded(const NativeHistogram& histogram, std::int64_t time_ms, std::int64_t start_ms = 0);

}  // namespace k6apm::providers
