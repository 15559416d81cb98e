// What comes out of the merge: one series per exported metric and set of kept tags, cut into windows.
// Neutral: no foreign name, unit or limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "series/buckets.hpp"
#include "series/exact_sum.hpp"

namespace k6apm::series {

/// The kind of a metric, k6's own four.
enum class MetricType { counter, gauge, rate, trend };

/// `counter`, `gauge`, `rate` or `trend`.
std::string_view name_of(MetricType type);

/// How the Gauges of several inputs become one: their latest values added up, the value with the latest time,
/// or the largest.
enum class MergeGauges { sum, last, max };

/// What a metric's values mean: k6's `contains`. `time` is in milliseconds, `data` in bytes.
enum class Contains { plain, time, data };

/// Tags sorted by name in byte order, each name once, valid UTF-8. Empty values are there only where a rule
/// keeps them (Rule::keep_empty_tags). Where a receiver's rules
/// were applied to them (Rule::normalised) a name may have several values and a value may be empty.
using Tags = std::vector<std::pair<std::string, std::string>>;

/// The value of a tag, empty where it is not there.
std::string_view find_tag(const Tags& tags, std::string_view name);

/// One window of a series. Which members mean something depends on the type.
struct Window {
  std::int64_t start_s = 0;         ///< Unix time of the window's start, a multiple of its length
  std::uint64_t count = 0;          ///< Rate, Trend, Gauge: the points in the window
  std::uint64_t nonzero = 0;        ///< Rate: those that are not zero
  double last = 0;                  ///< Gauge: the value with the latest time
  ExactSum sum{};                   ///< Counter, Trend, Gauge: the sum of the values
  double min = 0;                   ///< Trend, Gauge
  double max = 0;                   ///< Trend, Gauge
  std::vector<double> quantiles{};  ///< Trend: in the order they were asked for
};

/// A metric as a rule selects it.
struct Selected {
  std::size_t rule = 0;  ///< which rule (exported entry of a destination)
  std::string metric{};  ///< k6's name
  bool operator==(const Selected&) const = default;
  bool operator<(const Selected& other) const {
    return std::tie(rule, metric) < std::tie(other.rule, other.metric);
  }
};

/// Unix times at which the first and the last window of a series start.
struct WindowSpan {
  std::int64_t first_s = 0;
  std::int64_t last_s = 0;
};

/// Takes windows one after the other, ascending in time. Each is to be changed at will, and gone afterwards.
using TakeWindow = std::function<void(Window& window)>;

/// What the windows of a series are made from when they are wanted.
class WindowSource {
 public:
  WindowSource() = default;
  WindowSource(const WindowSource&) = delete;
  WindowSource& operator=(const WindowSource&) = delete;
  virtual ~WindowSource() = default;

  virtual WindowSpan span() const = 0;

  /// Hands out all windows, and adds those of `Series::buckets`; called once. For different sources from
  /// several threads at once.
  virtual void hand_out(const TakeWindow& take, std::vector<Buckets>& buckets) = 0;
};

/// One series. Windows without points are not there; the others ascend in time.
struct Series {
  std::size_t rule = 0;  ///< which rule it belongs to
  std::string metric{};  ///< k6's name
  MetricType type = MetricType::counter;
  Contains contains = Contains::plain;
  Tags tags{};                             ///< the kept tags
  std::shared_ptr<WindowSource> source{};  ///< until the windows are made; copies share it
  std::vector<Window> windows{};
  std::vector<Selected> joined{};  ///< what else is part of its metric, because the receiver gives it the
                                   ///< same name (Rule::name_of)
  std::vector<Buckets> buckets{};  ///< of a Trend whose rule asks for them: one for each window; else none

  /// Nothing where there is no window.
  std::optional<WindowSpan> span() const;

  /// Makes the windows, which take several times the memory of their source: series by series where there are
  /// many.
  void make_windows();

  /// Hands out the windows, made or not, instead of keeping them. The buckets stay.
  void take_windows(const TakeWindow& take);
};

}  // namespace k6apm::series
