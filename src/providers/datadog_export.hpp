// The series of one destination cut into requests of Datadog's series API, time-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/datadog_body.hpp"
#include "providers/datadog_mapping.hpp"
#include "providers/provider.hpp"
#include "providers/time_slices.hpp"

namespace k6apm::providers {

/// Windows in one slice at least; it has as many as fill a request with all series, at most the points of
/// one. What a series carries besides its points (name, tags) is 3 to 5 times a point, so that many points
/// save bytes.
inline constexpr std::int64_t k_datadog_slice_windows = 200;

/// What the intake takes in one request, from the Agent (pkg/config/setup: max_payload_size,
/// max_uncompressed_payload_size, max_series_points_per_payload) and the API's own documentation. A body of
/// exactly so many compressed bytes is too large to some.
struct DatadogLimits {
  std::size_t compressed_bytes = 511'999;
  std::size_t bytes = 5'242'880;
  std::uint64_t points = 10'000;
};

/// Encodes one request per call of next().
class DatadogExport final : public Export {
 public:
  DatadogExport(DatadogMapping mapping, int resample_s, DatadogLimits limits = {});

  const std::vector<MetricSummary>& metrics() const override { return m_mapping.summaries; }
  const std::vector<Notice>& notices() const override { return m_mapping.notices; }
  std::uint64_t series() const override { return m_mapping.exported_series; }
  std::uint64_t points() const override { return m_mapping.points; }
  std::uint64_t untimely() const override { return m_mapping.left_out; }
  Notice untimely_notice() const override;
  bool next(Payload& payload) override;
  void refused(const Payload& payload) override;
  std::unique_ptr<ReadBack> read_back(const apm::Destination& destination,
                                      std::string_view user_agent) override;
  std::vector<Call> enabling_calls(const apm::Destination& destination, std::string_view user_agent,
                                   bool all) const override;
  std::vector<Call> describing_calls(const apm::Destination& destination,
                                     std::string_view user_agent) const override;

 private:
  bool encode_next();
  std::vector<EncodedSeries> take_request();
  std::size_t part_that_fits(std::size_t n, std::size_t compressed_bytes) const;
  void give_back(std::vector<EncodedSeries>& request, std::size_t compressed_bytes);
  void forget(std::size_t index, const std::vector<DatadogPoint>& gone);

  DatadogMapping m_mapping;  ///< without the points that were refused: its counts tell of all
  int m_resample_s;
  DatadogLimits m_limits;
  std::size_t m_fitting_bytes;  ///< uncompressed, what a request may hold by the one before
  TimeSlices m_slices;
  std::vector<std::size_t> m_progress{};  ///< per series: the first point that is not encoded
  std::size_t m_at = 0;                   ///< which series of the slice is to be encoded next
  std::deque<EncodedSeries> m_encoded{};  ///< not in a request yet
  std::map<std::pair<std::string, std::vector<std::string>>, std::size_t> m_by_name{};  ///< for refused()
};

}  // namespace k6apm::providers
