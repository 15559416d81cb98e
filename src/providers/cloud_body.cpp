// What surprises: a count stands for each bucket that has one, and spans give the distances between these;
// what is below 0 or too large for a bucket is counted apart, and in count, sum, min and max as well.
#include "providers/cloud_body.hpp"

#include <utility>

#include <fmt/format.h>

#include "providers/cloud_metrics.pb.h"
#include "providers/protobuf_bytes.hpp"
#include "providers/remote_write.hpp"
#include "series/hdr_buckets.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::cloud;
using series::MetricType;

constexpr char k_set_id = field_key(pb::MetricSet::kTestRunIdFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_set_period = field_key(pb::MetricSet::kAggregationPeriodFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_set_metric = field_key(pb::MetricSet::kMetricsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_metric_name = field_key(pb::Metric::kNameFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_metric_type = field_key(pb::Metric::kTypeFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_metric_series =
    field_key(pb::Metric::kTimeSeriesFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);

/// What a key and the length of a message take at most.
constexpr std::size_t k_frame_bytes = 6;

std::uint32_t number_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return 1;
    case MetricType::gauge:
      return 2;
    case MetricType::rate:
      return 3;
    case MetricType::trend:
      return 4;
  }
  return 0;
}

std::uint32_t narrow(std::uint64_t count) { return static_cast<std::uint32_t>(count); }

void put(const CloudBucket& bucket, pb::CounterValue& value) { value.set_value(bucket.window.sum.value()); }

void put(const CloudBucket& bucket, pb::GaugeValue& value) {
  const series::Window& window = bucket.window;
  value.set_last(window.last);
  value.set_count(narrow(window.count));
  value.set_min(window.min);
  value.set_max(window.max);
  value.set_avg(window.sum.value() / static_cast<double>(window.count));
}

void put(const CloudBucket& bucket, pb::RateValue& value) {
  value.set_nonzero_count(narrow(bucket.window.nonzero));
  value.set_total_count(narrow(bucket.window.count));
}

void put(const CloudBucket& bucket, pb::TrendValue& value) {
  const series::Window& window = bucket.window;
  std::int32_t end = 0;
  for (const auto& [index, count] : bucket.buckets.positive) {
    if (value.spans_size() == 0 || index != end) {
      pb::Span& span = *value.add_spans();
      span.set_offset(static_cast<std::uint32_t>(index - end));
    }
    pb::Span& span = *value.mutable_spans(value.spans_size() - 1);
    span.set_length(span.length() + 1);
    value.add_counters(narrow(count));
    end = index + 1;
  }
  if (bucket.buckets.below > 0) value.set_extra_low_values_counter(narrow(bucket.buckets.below));
  if (bucket.buckets.above > 0) value.set_extra_high_values_counter(narrow(bucket.buckets.above));
  value.set_sum(window.sum.value());
  value.set_count(narrow(window.count));
  value.set_min_value(window.min);
  value.set_max_value(window.max);
  value.set_min_resolution(series::k_hdr_resolution);
}

template <class Samples>
void put_all(std::span<const CloudBucket> buckets, Samples& samples) {
  for (const CloudBucket& bucket : buckets) {
    auto& value = *samples.add_values();
    value.mutable_time()->set_seconds(bucket.window.start_s);
    put(bucket, value);
  }
}

}  // namespace

std::string encoded_cloud_series(MetricType type, const series::Tags& labels,
                                 std::span<const CloudBucket> buckets) {
  pb::TimeSeries message;
  for (const auto& [name, value] : labels) {
    pb::Label& label = *message.add_labels();
    label.set_name(name);
    label.set_value(value);
  }
  switch (type) {
    case MetricType::counter:
      put_all(buckets, *message.mutable_counter_samples());
      break;
    case MetricType::gauge:
      put_all(buckets, *message.mutable_gauge_samples());
      break;
    case MetricType::rate:
      put_all(buckets, *message.mutable_rate_samples());
      break;
    case MetricType::trend:
      put_all(buckets, *message.mutable_trend_samples());
      break;
  }
  return message.SerializeAsString();
}

std::size_t CloudRequest::bytes() const {
  return m_test_run_id.size() + m_metrics.size() + m_name.size() + m_series.size() + 4 * k_frame_bytes;
}

bool CloudRequest::add(const std::string& metric, MetricType type, std::string_view series,
                       std::size_t max_bytes) {
  const bool is_empty = m_metrics.empty() && m_series.empty();
  if (!is_empty && bytes() + metric.size() + series.size() + 4 * k_frame_bytes > max_bytes) return false;
  if (metric != m_name) close_metric();
  m_name = metric;
  m_type = type;
  append_bytes(m_series, k_metric_series, series);
  return true;
}

void CloudRequest::close_metric() {
  if (m_series.empty()) return;
  std::string metric;
  append_bytes(metric, k_metric_name, m_name);
  append_number(metric, k_metric_type, number_of(m_type));
  append_bytes(m_metrics, k_set_metric, metric + m_series);
  m_series.clear();
}

std::string CloudRequest::take() {
  close_metric();
  std::string request;
  append_bytes(request, k_set_id, m_test_run_id);
  append_number(request, k_set_period, static_cast<std::uint64_t>(m_period_s));
  request += std::exchange(m_metrics, {});
  return compressed(request);
}

std::vector<Header> cloud_headers_of(const Payload& payload) {
  // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : payload.body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return {{"K6-Idempotency-Key", fmt::format("{:016x}", hash)}};
}

}  // namespace k6apm::providers
