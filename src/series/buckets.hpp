// How values spread: their counts in buckets, of one of two kinds.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace k6apm::series {

/// exponential: eight buckets to an octave, so that each ends 9 % higher than it begins. hdr: those of k6's
/// cloud output (internal/ds/histogram/hdr.go), a thousandth wide up to 0.255, and at most 1/128 of the value
/// above.
enum class BucketKind { none, exponential, hdr };

/// Upper bounds of the buckets between 1/2 and 1, but for 1 itself: 2^(-8/8), 2^(-7/8) and so on. As doubles
/// they are those of Prometheus (model/histogram/generic.go, exponentialBounds, schema 3), which are the last
/// bit beside the nearest in three places: a value on a bound belongs where the receiver believes it.
inline constexpr std::array<double, 8> k_bucket_bounds = {
    0.5,
    0.5452538663326288,
    0.5946035575013605,
    0.6484197773255048,
    0.7071067811865475,
    0.7711054127039704,
    0.8408964152537144,
    0.9170040432046711,
};

/// Values of this size and smaller are taken for 0 (client_golang: DefNativeHistogramZeroThreshold).
inline constexpr double k_zero_threshold = 0x1p-128;

/// The bucket of a finite value above 0: bucket i ends with 2^(i/8), which belongs to it, and begins behind
/// 2^((i-1)/8).
std::int32_t bucket_of(double value);

struct BucketCount {
  std::int32_t bucket = 0;
  std::uint64_t count = 0;  ///< at least 1
  auto operator<=>(const BucketCount&) const = default;
};

/// Counts of values. Buckets without a value are not there; the others ascend.
struct Buckets {
  std::vector<BucketCount> positive{};
  std::vector<BucketCount> negative{};  ///< by the values without their sign
  std::uint64_t zero = 0;               ///< values within the zero threshold
  std::uint64_t below = 0;  ///< hdr: values below 0, which have no bucket, and are not in `negative`
  std::uint64_t above = 0;  ///< hdr: values too large for a bucket

  void add(const Buckets& other);
  bool operator==(const Buckets&) const = default;
};

/// Counts finite values, which ascend, each divided by `divisor` > 0 before.
Buckets buckets_of(std::span<const double> sorted, double divisor);

}  // namespace k6apm::series
