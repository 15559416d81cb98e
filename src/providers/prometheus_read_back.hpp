// What a Prometheus, or a receiver of its kind, holds of the exported series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "providers/prometheus_mapping.hpp"
#include "providers/prometheus_query.hpp"
#include "providers/prometheus_samples.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

/// Bytes of an answer that one query may be expected to have, our own bound: a quarter of what is read
/// (delivery::Caller::k_max_answer_bytes), for other runs may have left series of the same name.
inline constexpr std::size_t k_expected_answer_bytes = std::size_t{16} * 1024 * 1024;

/// Asks by name, for all series of it at once, in stretches of time, and compares sample by sample: the time,
/// and the value's bits or, where a receiver rounds, its first digits. A series is told from others of the
/// name by all of its labels.
class PrometheusReadBack final : public ReadBack {
 public:
  /// `refused`: samples that are not looked for. `mapping` has to outlive the object.
  PrometheusReadBack(const Mapping& mapping, int resample_s, SampleMarks refused, Endpoint endpoint,
                     std::size_t answer_bytes = k_expected_answer_bytes);

  void begin() override;
  bool next(Call& query) override;
  void take(std::string_view answer) override;
  std::uint64_t missing() const override { return m_missing; }
  std::string refusal_hint() const override;
  std::string missing_hint() const override;
  std::unique_ptr<Export> missing_points() override;

 private:
  /// What one query asks for: windows of one name.
  struct Stretch {
    std::size_t metric = 0;
    std::size_t statistic = 0;
    WindowRange windows{};
    std::uint64_t missing = 0;  ///< samples
  };
  /// The series of one metric, which stand side by side in the mapping.
  struct MetricSeries {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t label_bytes = 0;
    Labels common{};  ///< labels that all of them have
  };

  void gather_metrics();
  std::vector<WindowRange> cut(const MetricSeries& series, std::size_t answer_bytes) const;
  void add_stretches(std::size_t metric, const std::vector<WindowRange>& ranges);
  void compare(const HeldSeries& held);

  const Mapping& m_mapping;
  int m_resample_s;
  SampleMarks m_done;  ///< found, or not looked for
  Endpoint m_endpoint;
  SeriesIndex m_index;
  std::vector<std::string> m_extra_labels{};  ///< that the receiver adds, by VictoriaMetrics' extra_label
  std::vector<MetricSeries> m_metrics{};      ///< one per metric
  std::vector<Stretch> m_stretches{};
  std::size_t m_at = 0;  ///< the stretch that is asked for next
  std::uint64_t m_missing = 0;
  std::uint64_t m_different = 0;  ///< of this round: other values at the same time
};

}  // namespace k6apm::providers
