// What PrometheusExport sends, from the mapping that it sends.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "providers/prometheus_mapping.hpp"
#include "providers/prometheus_samples.hpp"

namespace k6apm::providers {

/// The samples of a mapping, which has to outlive the object: it keeps none of them.
class SentMapping final : public SentSamples {
 public:
  SentMapping(const Mapping& mapping, int resample_s);

  std::size_t names() const override { return m_names.size(); }
  std::string_view name(std::size_t name) const override;
  std::size_t series(std::size_t name) const override;
  SentLabels labels(SeriesAt at) const override;
  std::size_t indices(SeriesAt at) const override { return mapped(at).starts_s.size() + 1; }
  void for_each(SeriesAt at, const WindowRange& range,
                const std::function<void(const SampleAt&)>& each) const override;
  std::optional<SeriesAt> find(std::string_view name, std::string_view labels) const override;

 private:
  struct Name {
    std::size_t metric = 0;
    std::size_t statistic = 0;
  };
  /// The series of a metric, which stand side by side in the mapping.
  struct MetricSeries {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  const MappedSeries& mapped(SeriesAt at) const {
    return m_mapping.series[m_metrics[m_names[at.name].metric].begin + at.series];
  }

  const Mapping& m_mapping;
  int m_resample_s;
  std::vector<Name> m_names{};
  std::vector<MetricSeries> m_metrics{};
  std::unordered_map<std::string_view, std::size_t> m_by_name{};
  std::vector<std::size_t> m_by_labels{};  ///< all series, by metric and labels
};

}  // namespace k6apm::providers
