// Requests to k6 cloud's metrics endpoint, piece by piece. Source: grafana/k6 v2.2.0,
// internal/output/cloud/expv2 (metrics_client.go, hdr.go, mapping.go); messages: cloud_metrics.proto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/cloud_mapping.hpp"
#include "providers/payload.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// One series with some of its buckets, which are sendable, as an encoded message.
std::string encoded_cloud_series(series::MetricType type, const series::Tags& labels,
                                 std::span<const CloudBucket> buckets);

/// A request that is being filled.
class CloudRequest {
 public:
  CloudRequest() = default;
  CloudRequest(std::string test_run_id, std::int64_t period_s)
      : m_test_run_id(std::move(test_run_id)), m_period_s(period_s) {}

  /// Adds what encoded_cloud_series() gave; series of one metric come one after the other. False, and nothing
  /// is added, where the request would have more than `max_bytes` then; the first is always added.
  bool add(const std::string& metric, series::MetricType type, std::string_view series,
           std::size_t max_bytes);

  /// The compressed body; the request is empty afterwards.
  std::string take();

 private:
  std::size_t bytes() const;
  void close_metric();

  std::string m_test_run_id{};
  std::int64_t m_period_s = 0;
  std::string m_metrics{};  ///< encoded, but for the last
  std::string m_name{};     ///< of the last
  series::MetricType m_type{};
  std::string m_series{};  ///< encoded, of the last
};

/// A key that is the same whenever the payload is sent, so that an attempt whose answer was lost does not
/// count twice: 16 hex digits of a hash of the body. Two payloads never have the same body, for times differ,
/// or series.
std::vector<Header> cloud_headers_of(const Payload& payload);

}  // namespace k6apm::providers
