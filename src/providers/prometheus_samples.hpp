// The samples of a mapping one by one, and marks on them: for what comes after the sending.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "providers/prometheus_mapping.hpp"

namespace k6apm::providers {

/// One sample of an exported series.
struct SampleAt {
  std::size_t index = 0;  ///< 0 is the 0 before the first window, 1 is the first window
  std::int64_t time_ms = 0;
  double value = 0;
};

/// Which exported series it is: a mapped series and one of its metric's statistics.
struct SeriesAt {
  std::size_t series = 0;
  std::size_t statistic = 0;
};

/// Windows by their start, Unix seconds, both included.
struct WindowRange {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t last_s = std::numeric_limits<std::int64_t>::max();
};

/// Hands over, in time order, what PrometheusExport sends of these windows of one series, without the stale
/// marker. The 0 before a running total is of the first window.
void for_each_sample(const Mapping& mapping, SeriesAt at, int resample_s, const WindowRange& range,
                     const std::function<void(const SampleAt&)>& each);

/// A mark for each sample of a mapping: one bit.
class SampleMarks {
 public:
  explicit SampleMarks(const Mapping& mapping);

  bool is_marked(SeriesAt at, const SampleAt& sample) const { return m_bits[bit_of(at, sample)]; }
  /// False where it was marked before.
  bool mark(SeriesAt at, const SampleAt& sample);

 private:
  std::size_t bit_of(SeriesAt at, const SampleAt& sample) const {
    return m_series[at.series].first_bit + at.statistic * m_series[at.series].samples + sample.index;
  }

  struct Place {
    std::size_t first_bit = 0;
    std::size_t samples = 0;  ///< of each statistic
  };
  std::vector<Place> m_series{};
  std::vector<bool> m_bits{};
};

/// Finds exported series by what they are called. The mapping has to outlive the object.
class SeriesIndex {
 public:
  explicit SeriesIndex(const Mapping& mapping);

  /// `labels` are those beside __name__, as append_label() writes them, in byte order of their names.
  std::optional<SeriesAt> find(std::string_view name, std::string_view labels) const;

 private:
  struct Name {
    std::size_t metric = 0;
    std::size_t statistic = 0;
  };
  const Mapping& m_mapping;
  std::unordered_map<std::string_view, Name> m_names{};
  std::vector<std::size_t> m_by_labels{};  ///< all series, by metric and labels
};

}  // namespace k6apm::providers
