// The series of one destination cut into remote write requests, time-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "providers/prometheus_mapping.hpp"
#include "providers/prometheus_samples.hpp"
#include "providers/prometheus_sent_mapping.hpp"
#include "providers/provider.hpp"
#include "providers/time_slices.hpp"
#include "providers/write_request.hpp"
#include "providers/write_request_2.hpp"

namespace k6apm::providers {

/// Windows in one slice. A slice holds at most 50 samples of a series (and the 0 and the stale marker): 10 to
/// 60 in one TimeSeries take 2.4 times fewer bytes than one by one (measured on Prometheus 2.42). With
/// windows of at most 10 s it spans at most 500 s, and the two of which requests may be on their way at once
/// 1000 s: well under the hour behind its newest sample that a Prometheus head still takes.
inline constexpr std::int64_t k_slice_windows = 50;

/// Bytes of a request before compression. Every receiver takes far more (Prometheus 3.12 and VictoriaMetrics:
/// 32 MiB), but nginx, in front of many of them, refuses bodies over 1 MiB (client_max_body_size). A series
/// that is larger by itself, with tags of that size, travels alone.
inline constexpr std::size_t k_max_request_bytes = std::size_t{1024} * 1024;

/// Series in one request: the recommendation that prometheus/compliance asserts.
inline constexpr std::uint64_t k_max_request_series = 10000;

struct RequestLimits {
  std::size_t bytes = k_max_request_bytes;
  std::uint64_t series = k_max_request_series;
};

/// Encodes one request per call of next(), in version 1.0 or, as the newer form, 2.0. Within a slice the
/// order is entry, metric, tags, statistic. Where a request of one slice begins, one of the next slice does,
/// unless it would be small: so the first of them share no series with the last of the slice before, and need
/// not wait for these (Payload::places).
class PrometheusExport final : public Export {
 public:
  PrometheusExport(Mapping mapping, int resample_s, RequestLimits limits = {});

  const std::vector<MetricSummary>& metrics() const override { return m_mapping.summaries; }
  const std::vector<Notice>& notices() const override { return m_mapping.notices; }
  std::uint64_t series() const override { return m_mapping.exported_series; }
  std::uint64_t points() const override { return m_mapping.points; }
  void use_newer_form() override { m_request.emplace<WriteRequest2>(); }
  bool write_open_metrics(const TextSink& put) const override;
  std::uint64_t untimely() const override { return m_mapping.left_out; }
  Notice untimely_notice() const override;
  bool next(Payload& payload) override;
  void refused(const Payload& payload) override;
  std::unique_ptr<ReadBack> read_back(const apm::Destination& destination,
                                      std::string_view user_agent) override;

  /// read_back() will be asked for: remembers what is refused. `query_url` as ExportSettings has it.
  void expect_read_back(std::string query_url);

 private:
  /// What is remembered for read_back().
  struct Memory {
    Memory(const Mapping& mapping, int resample_s) : sent(mapping, resample_s), refused(sent) {}
    SentMapping sent;
    SampleMarks refused;
    std::string query_url{};
  };

  /// What one series has in one slice.
  struct Block : SeriesBlock {
    std::uint64_t place = 0;  ///< index of its mapped series
    std::uint64_t points = 0;
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
  };

  std::size_t slice_end(const MappedSeries& mapped, std::size_t window) const;
  bool fill_next(Block& block);
  void fill(const MappedSeries& mapped, std::size_t statistic, Block& block) const;
  void advance();
  bool add(Payload& payload, const Block& block);
  bool began_there_before(const Block& block) const;
  void note_begin(const Block& block);

  Mapping m_mapping;
  std::int64_t m_resample_s;
  RequestLimits m_limits;
  std::vector<std::size_t> m_progress{};     ///< per mapped series: the first window that is not sent
  std::vector<std::string> m_name_labels{};  ///< encoded __name__, of all metrics' statistics in turn
  std::vector<std::size_t> m_first_name{};   ///< per metric: where its names begin there
  std::vector<series::Buckets>
      m_buckets{};  ///< per mapped series: of all windows before; where there are any
  TimeSlices m_slices;
  std::size_t m_at = 0;  ///< which series of the slice is to be put into a request next
  std::size_t m_statistic = 0;
  std::vector<std::uint64_t> m_begins{};         ///< places where the requests of the slice at hand begin
  std::vector<std::uint64_t> m_begins_before{};  ///< those of the slice before, ascending
  std::uint64_t m_begins_of = 0;                 ///< number of the slice at hand
  Block m_held{};                                ///< made, but too much for the request before
  bool m_holding = false;
  std::variant<WriteRequest1, WriteRequest2> m_request{};  ///< which is being filled
  std::unique_ptr<Memory> m_memory{};                      ///< where read_back() will be asked for
};

}  // namespace k6apm::providers
