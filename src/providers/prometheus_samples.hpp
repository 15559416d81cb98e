// The samples that were sent to a Prometheus one by one, and marks on them: for what comes after the sending.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "providers/payload.hpp"

namespace k6apm::providers {

/// One sample of a series.
struct SampleAt {
  std::size_t index = 0;     ///< in its series, ascending in time; some may be left out
  std::int64_t time_ms = 0;  ///< Unix time
  double value = 0;
  bool ends = false;  ///< a stale marker follows it
};

/// Which series it is: a name, and one of the series of this name.
struct SeriesAt {
  std::size_t name = 0;
  std::size_t series = 0;
};

/// Windows by their start, Unix seconds, both included. A sample is of the window that ends with it: the 0
/// before a running total is of the window before its first.
struct WindowRange {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t last_s = std::numeric_limits<std::int64_t>::max();
};

/// The start of the window that a sample is of.
constexpr std::int64_t window_start_s(std::int64_t time_ms, int resample_s) {
  return time_ms / k_ms_per_s - (time_ms % k_ms_per_s < 0 ? 1 : 0) - resample_s;
}

/// Where the unit of `length_s` seconds begins that has this time.
constexpr std::int64_t unit_start_s(std::int64_t time_s, std::int64_t length_s) {
  const std::int64_t rest = time_s % length_s;
  return time_s - rest - (rest < 0 ? length_s : 0);
}

/// The labels of a series but __name__, as append_label() writes them, in byte order of their names.
struct SentLabels {
  std::string_view encoded{};
  std::size_t name_at = 0;  ///< where in `encoded` the label __name__ belongs
};

/// All series that were sent to one destination, by name, names in the order in which they were sent.
class SentSamples {
 public:
  SentSamples() = default;
  SentSamples(const SentSamples&) = delete;
  SentSamples& operator=(const SentSamples&) = delete;
  virtual ~SentSamples() = default;

  virtual std::size_t names() const = 0;  ///< how many
  virtual std::string_view name(std::size_t name) const = 0;
  virtual std::size_t series(std::size_t name) const = 0;  ///< how many of this name
  virtual SentLabels labels(SeriesAt at) const = 0;
  /// More than any SampleAt::index of the series.
  virtual std::size_t indices(SeriesAt at) const = 0;
  /// Hands over, in time order, what was sent of these windows of one series, without the stale marker.
  virtual void for_each(SeriesAt at, const WindowRange& range,
                        const std::function<void(const SampleAt&)>& each) const = 0;
  /// `labels` as SentLabels::encoded.
  virtual std::optional<SeriesAt> find(std::string_view name, std::string_view labels) const = 0;
};

/// A mark for each sample: one bit.
class SampleMarks {
 public:
  explicit SampleMarks(const SentSamples& sent);

  bool is_marked(SeriesAt at, const SampleAt& sample) const { return m_bits[bit_of(at, sample)]; }
  /// False where it was marked before.
  bool mark(SeriesAt at, const SampleAt& sample);

 private:
  std::size_t bit_of(SeriesAt at, const SampleAt& sample) const {
    return m_first_bits[at.name][at.series] + sample.index;
  }

  std::vector<std::vector<std::size_t>> m_first_bits{};  ///< by name and series
  std::vector<bool> m_bits{};
};

}  // namespace k6apm::providers
