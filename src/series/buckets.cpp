#include "series/buckets.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace k6apm::series {
namespace {

/// One value more; buckets come in either order, but equal ones one after the other.
void count(std::vector<BucketCount>& counts, std::int32_t bucket) {
  if (counts.empty() || counts.back().bucket != bucket) counts.push_back({bucket, 0});
  ++counts.back().count;
}

void add_counts(std::vector<BucketCount>& mine, const std::vector<BucketCount>& theirs) {
  if (theirs.empty()) return;
  std::vector<BucketCount> all;
  all.reserve(mine.size() + theirs.size());
  auto left = mine.begin();
  for (const BucketCount& right : theirs) {
    while (left != mine.end() && left->bucket < right.bucket) all.push_back(*left++);
    all.push_back(right);
    if (left != mine.end() && left->bucket == right.bucket) all.back().count += left++->count;
  }
  all.insert(all.end(), left, mine.end());
  mine = std::move(all);
}

}  // namespace

std::int32_t bucket_of(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // 1/2 <= fraction < 1, exact for every double
  const auto bound = std::lower_bound(k_bucket_bounds.begin(), k_bucket_bounds.end(), fraction);
  const auto place = static_cast<std::int32_t>(bound - k_bucket_bounds.begin());
  return place + (exponent - 1) * static_cast<std::int32_t>(k_bucket_bounds.size());
}

void Buckets::add(const Buckets& other) {
  add_counts(positive, other.positive);
  add_counts(negative, other.negative);
  zero += other.zero;
  below += other.below;
  above += other.above;
}

Buckets buckets_of(std::span<const double> sorted, double divisor) {
  Buckets buckets;
  for (const double value : sorted) {
    const double divided = value / divisor;
    if (std::abs(divided) <= k_zero_threshold) {
      ++buckets.zero;
    } else if (divided > 0) {
      count(buckets.positive, bucket_of(divided));
    } else {
      count(buckets.negative, bucket_of(-divided));
    }
  }
  std::reverse(buckets.negative.begin(), buckets.negative.end());  // ascending values descend in size
  return buckets;
}

}  // namespace k6apm::series
