// What a Prometheus, or a receiver of its kind, holds of the exported series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  /// `refused`: samples that are not looked for.
  PrometheusReadBack(std::unique_ptr<const SentSamples> sent, int resample_s, SampleMarks refused,
                     Endpoint endpoint, std::size_t answer_bytes = k_expected_answer_bytes);

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
    std::size_t name = 0;
    WindowRange windows{};
    std::uint64_t missing = 0;  ///< samples
  };
  /// What a name has in a piece of time that is not divided.
  struct Unit {
    std::size_t samples = 0;
    std::uint64_t missing = 0;
  };
  using Units = std::map<std::int64_t, Unit>;  ///< by their start, Unix seconds

  std::size_t gather_labels(std::size_t name);
  Units units_of(std::size_t name, std::int64_t unit_s) const;
  void add_stretches(std::size_t name, std::size_t answer_bytes);
  void compare(const HeldSeries& held);

  std::unique_ptr<const SentSamples> m_sent;
  int m_resample_s;
  SampleMarks m_done;  ///< found, or not looked for
  Endpoint m_endpoint;
  std::vector<std::string> m_extra_labels{};  ///< that the receiver adds, by VictoriaMetrics' extra_label
  std::vector<Labels> m_common{};             ///< per name: labels that all of its series have
  std::vector<Stretch> m_stretches{};
  std::size_t m_at = 0;  ///< the stretch that is asked for next
  std::uint64_t m_missing = 0;
  std::uint64_t m_different = 0;  ///< of this round: other values at the same time
};

}  // namespace k6apm::providers
