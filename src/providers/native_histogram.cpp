// What surprises: whether counts are whole or not is told by which of two fields is there, so a count of 0 is
// written; a marker that a series has ended is a histogram whose sum is the marker (native_histograms.md,
// "Staleness"), never a sample beside the histograms.
#include "providers/native_histogram.hpp"

#include <bit>

#include "providers/remote_write.pb.h"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;

/// As many empty buckets cost less inside a span than a new span does.
constexpr std::int32_t k_bridged_buckets = 2;

}  // namespace

SpannedBuckets spanned(const std::vector<series::BucketCount>& counts) {
  SpannedBuckets result;
  std::int32_t next = 0;  // the bucket after the last one
  std::int64_t before = 0;
  const auto put = [&](std::int64_t count) {
    ++result.spans.back().length;
    result.deltas.push_back(count - before);
    before = count;
    ++next;
  };
  for (const auto& [bucket, count] : counts) {
    if (result.spans.empty() || bucket - next > k_bridged_buckets) {
      result.spans.push_back({bucket - next, 0});
      next = bucket;
    }
    while (next < bucket) put(0);
    put(static_cast<std::int64_t>(count));
  }
  return result;
}

NativeHistogram native_histogram(const series::Buckets& buckets, double sum) {
  NativeHistogram histogram;
  histogram.count = buckets.zero;
  for (const auto* side : {&buckets.negative, &buckets.positive}) {
    for (const series::BucketCount& bucket : *side) histogram.count += bucket.count;
  }
  histogram.sum = sum;
  histogram.zero_count = buckets.zero;
  histogram.negative = spanned(buckets.negative);
  histogram.positive = spanned(buckets.positive);
  return histogram;
}

NativeHistogram stale_histogram() {
  NativeHistogram histogram;
  histogram.stale = true;
  return histogram;
}

std::string encoded(const NativeHistogram& histogram, std::int64_t time_ms, std::int64_t start_ms) {
  pb::Histogram message;
  message.set_count_int(histogram.count);
  message.set_zero_count_int(histogram.zero_count);
  message.set_schema(k_histogram_schema);
  message.set_zero_threshold(series::k_zero_threshold);
  message.set_timestamp(time_ms);
  if (histogram.stale) {
    message.set_sum(std::bit_cast<double>(k_stale_marker_bits));
    return message.SerializeAsString();
  }
  message.set_sum(histogram.sum);
  message.set_start_timestamp(start_ms);
  for (const BucketSpan& span : histogram.negative.spans) {
    pb::BucketSpan& added = *message.add_negative_spans();
    added.set_offset(span.offset);
    added.set_length(span.length);
  }
  for (const BucketSpan& span : histogram.positive.spans) {
    pb::BucketSpan& added = *message.add_positive_spans();
    added.set_offset(span.offset);
    added.set_length(span.length);
  }
  message.mutable_negative_deltas()->Add(histogram.negative.deltas.begin(), histogram.negative.deltas.end());
  message.mutable_positive_deltas()->Add(histogram.positive.deltas.begin(), histogram.positive.deltas.end());
  return message.SerializeAsString();
}

}  // namespace k6apm::providers
