#include "series/hdr_buckets.hpp"

#include <bit>
#include <cmath>

namespace k6apm::series {
namespace {

/// Buckets in an octave, as a power of two.
constexpr int k_octave_bits = 7;

/// The largest that has a bucket: k6 compares with 2^63 - 1, which as a double is this.
constexpr double k_largest = 0x1p63;

}  // namespace

std::int32_t hdr_bucket_of(double divided) {
  constexpr std::uint64_t k_octave = std::uint64_t{1} << k_octave_bits;
  const auto whole = static_cast<std::uint64_t>(std::ceil(divided));
  if (whole < 2 * k_octave) return static_cast<std::int32_t>(whole);
  const int octave = static_cast<int>(std::bit_width(whole >> k_octave_bits)) - 1;
  return octave * static_cast<std::int32_t>(k_octave) + static_cast<std::int32_t>(whole >> octave);
}

Buckets hdr_buckets_of(std::span<const double> sorted) {
  Buckets buckets;
  for (const double value : sorted) {
    const double divided = value / k_hdr_resolution;
    if (divided < 0) {
      ++buckets.below;
    } else if (divided > k_largest) {
      ++buckets.above;
    } else {
      const std::int32_t bucket = hdr_bucket_of(divided);
      if (buckets.positive.empty() || buckets.positive.back().bucket != bucket)
        buckets.positive.push_back({bucket, 0});
      ++buckets.positive.back().count;
    }
  }
  return buckets;
}

}  // namespace k6apm::series
