// Text form: as Prometheus prints a histogram (model/histogram/histogram.go, String), each bucket as an
// interval with its count. Bodies may come from anywhere: spans and deltas are walked as far as both reach.
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "providers/native_histogram.hpp"
#include "providers/remote_write.pb.h"
#include "providers/remote_write_text.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;

/// The buckets of one sign. Their counts are `floats`, else what the `deltas` add up to.
struct Side {
  const RepeatedPtrField<pb::BucketSpan>& spans;
  const RepeatedField<std::int64_t>& deltas;
  const RepeatedField<double>& floats;
};

/// Bucket and count as text, in ascending order.
std::vector<std::pair<std::int64_t, std::string>> counts_of(const Side& side) {
  std::vector<std::pair<std::int64_t, std::string>> counts;
  const int n = side.floats.empty() ? side.deltas.size() : side.floats.size();
  std::int64_t bucket = 0;
  std::uint64_t count = 0;  // wraps around where the deltas are senseless
  int at = 0;
  for (const pb::BucketSpan& span : side.spans) {
    bucket += span.offset();
    for (std::uint32_t i = 0; i < span.length() && at < n; ++i, ++bucket, ++at) {
      if (!side.floats.empty()) {
        counts.emplace_back(bucket, fmt::format("{}", side.floats.Get(at)));
        continue;
      }
      count += static_cast<std::uint64_t>(side.deltas.Get(at));
      if (count != 0) counts.emplace_back(bucket, fmt::format("{}", static_cast<std::int64_t>(count)));
    }
  }
  return counts;
}

/// The upper bound of a bucket.
double bound_of(std::int64_t bucket, int schema) {
  return std::exp2(std::ldexp(static_cast<double>(bucket), -schema));
}

}  // namespace

std::string text_of(const pb::Histogram& histogram) {
  if (std::bit_cast<std::uint64_t>(histogram.sum()) == k_stale_marker_bits) return "StaleNaN";
  const bool floats = histogram.count_case() == pb::Histogram::kCountFloat;
  std::string text = floats ? fmt::format("{{count:{}", histogram.count_float())
                            : fmt::format("{{count:{}", histogram.count_int());
  const auto append = [&](std::string_view interval) { text.append(", ").append(interval); };
  append(fmt::format("sum:{}", histogram.sum()));
  const int schema = histogram.schema();
  const auto negative =
      counts_of({histogram.negative_spans(), histogram.negative_deltas(), histogram.negative_counts()});
  for (auto entry = negative.rbegin(); entry != negative.rend(); ++entry) {
    append(fmt::format("[-{:.6g},-{:.6g}):{}", bound_of(entry->first, schema),
                       bound_of(entry->first - 1, schema), entry->second));
  }
  const std::string zeros = floats ? fmt::format("{}", histogram.zero_count_float())
                                   : fmt::format("{}", histogram.zero_count_int());
  if (zeros != "0") append(fmt::format("[-{0:.6g},{0:.6g}]:{1}", histogram.zero_threshold(), zeros));
  for (const auto& [bucket, count] :
       counts_of({histogram.positive_spans(), histogram.positive_deltas(), histogram.positive_counts()})) {
    append(fmt::format("({:.6g},{:.6g}]:{}", bound_of(bucket - 1, schema), bound_of(bucket, schema), count));
  }
  return text + '}';
}

}  // namespace k6apm::providers
