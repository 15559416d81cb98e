// Samples that a receiver does not hold, cut into requests to be sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "providers/prometheus_export.hpp"
#include "providers/prometheus_samples.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

/// The samples without a mark, as remote write 1.0 in time order; a series whose last sample is among them
/// ends in its stale marker again. `sent` and `held` have to outlive the object.
class MissingExport final : public Export {
 public:
  MissingExport(const SentSamples& sent, int resample_s, const SampleMarks& held, RequestLimits limits = {});

  const std::vector<MetricSummary>& metrics() const override { return m_metrics; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return m_series; }
  std::uint64_t points() const override { return m_points; }
  bool next(Payload& payload) override;

 private:
  /// One TimeSeries, encoded.
  struct Block {
    std::string series{};
    std::uint64_t points = 0;
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
  };

  void collect(SeriesAt at);
  Block encode(SeriesAt at, std::int64_t start_s) const;

  const SentSamples& m_sent;
  int m_resample_s;
  const SampleMarks& m_held;
  RequestLimits m_limits;
  std::vector<MetricSummary> m_metrics{};
  std::vector<Notice> m_notices{};
  std::uint64_t m_series = 0;
  std::uint64_t m_points = 0;
  std::map<std::int64_t, std::vector<SeriesAt>> m_slices{};  ///< by start: what has a missing sample there
  std::size_t m_at = 0;                                      ///< which series of the first slice is next
  std::uint64_t m_slice = 0;                                 ///< number of the first slice
};

}  // namespace k6apm::providers
