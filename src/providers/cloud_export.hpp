// The series of a run cut into requests to k6 cloud, time-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "providers/cloud_body.hpp"
#include "providers/cloud_mapping.hpp"
#include "providers/provider.hpp"
#include "providers/time_slices.hpp"

namespace k6apm::providers {

/// Buckets of one series in one slice at most.
inline constexpr std::int64_t k_cloud_slice_buckets = 10;

/// Bytes of a request before compression: our own bound, k6 has none. A series that is larger by itself
/// travels alone.
inline constexpr std::size_t k_cloud_request_bytes = std::size_t{1024} * 1024;

/// Encodes one request per call of next(). Within a slice the order is metric, tags.
class CloudExport final : public Export {
 public:
  /// As if begun with a test run of the id 0.
  explicit CloudExport(CloudMapping mapping, std::size_t max_bytes = k_cloud_request_bytes);

  const std::vector<MetricSummary>& metrics() const override { return m_summaries; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return m_series; }
  std::uint64_t points() const override { return m_points; }
  void begin(const TestRun& run) override;
  /// The largest value of `vus_max`, or of `vus` where that is missing.
  std::uint64_t most_vus() const override;
  bool next(Payload& payload) override;

 private:
  /// What one series has in one slice.
  struct Block {
    std::size_t series = 0;
    std::string bytes{};
    std::uint64_t points = 0;
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
  };

  bool fill_next();
  bool add(Payload& payload);

  CloudMapping m_mapping;
  std::size_t m_max_bytes;
  std::int64_t m_period_s = 0;
  std::uint64_t m_max_series = 0;
  std::vector<MetricSummary> m_summaries{};
  std::vector<Notice> m_notices{};
  std::uint64_t m_series = 0;
  std::uint64_t m_points = 0;
  TimeSlices m_slices{0, 1};
  std::vector<std::size_t> m_progress{};  ///< per series: the first window that is not encoded
  std::size_t m_at = 0;                   ///< which series of the slice is to be encoded next
  Block m_held{};                         ///< encoded, but too much for the request before
  bool m_holding = false;
  CloudRequest m_request{};
};

}  // namespace k6apm::providers
