// The open windows of one series. They stay open until the whole input is read, so no point is ever late.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "series/buckets.hpp"
#include "series/exact_sum.hpp"
#include "series/series.hpp"
#include "series/trend_windows.hpp"

namespace k6apm::series {

/// A value at a time, and where it stands: `file` counts the inputs, `position` ascends within one.
struct Point {
  std::int64_t time_ns = 0;  ///< Unix time
  double value = 0;          ///< finite
  std::uint32_t file = 0;
  std::uint64_t position = 0;
};

struct CounterCell {
  ExactSum sum{};
  void add(const Point& point) { sum.add(point.value); }
  void merge(CounterCell& other) { sum.add(other.sum); }
};

struct RateCell {
  std::uint64_t nonzero = 0;
  std::uint64_t count = 0;
  void add(const Point& point);
  void merge(const RateCell& other);
};

/// The latest point, of equal times the later in its file, and how all points spread. Cells of different
/// files are kept apart.
struct GaugeCell {
  std::int64_t time_ns = std::numeric_limits<std::int64_t>::min();
  std::uint64_t position = 0;
  double value = 0;
  std::uint64_t count = 0;
  ExactSum sum{};
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  void add(const Point& point);
  void merge(const GaugeCell& other);
};

/// Cells by window number (start divided by length). Points come nearly in time order, so most windows are
/// opened at the end of a row; the few that are opened after a later one stand apart until row() is called.
template <class Cell>
class Windows {
 public:
  struct Numbered {
    std::int64_t number = 0;
    Cell cell{};
  };
  using Row = std::vector<Numbered>;

  explicit Windows(std::int64_t window_ns) : m_window_ns(window_ns) {}
  Windows(Windows&& other) noexcept { *this = std::move(other); }
  Windows& operator=(Windows&& other) noexcept;
  Windows(const Windows&) = delete;
  Windows& operator=(const Windows&) = delete;
  ~Windows() = default;

  void add(const Point& point) {
    // The window of the point before is mostly the right one.
    if (point.time_ns < m_begin_ns || point.time_ns >= m_end_ns) open(point.time_ns);
    m_current->add(point);
  }

  void merge(Windows& other);

  /// The cell of a window, made where it is new.
  Cell& at(std::int64_t number) {
    open(number * m_window_ns);
    return *m_current;
  }

  /// All windows in ascending order.
  Row& row();

 private:
  void open(std::int64_t time_ns);

  std::int64_t m_window_ns = 1;
  Row m_row{};
  std::map<std::int64_t, Cell> m_late{};
  Cell* m_current = nullptr;
  std::int64_t m_begin_ns = std::numeric_limits<std::int64_t>::max();  ///< of the current window
  std::int64_t m_end_ns = std::numeric_limits<std::int64_t>::min();
};

/// A gauge's windows, per file.
class GaugeWindows {
 public:
  explicit GaugeWindows(std::int64_t window_ns) : m_window_ns(window_ns) {}
  void add(const Point& point);
  /// Adds what is known of the window in which the latest point of `cell` is.
  void add(std::uint32_t file, const GaugeCell& cell);
  void merge(GaugeWindows& other);
  std::map<std::uint32_t, Windows<GaugeCell>>& files() { return m_files; }

 private:
  std::int64_t m_window_ns;
  std::map<std::uint32_t, Windows<GaugeCell>> m_files{};
  Windows<GaugeCell>* m_current = nullptr;
  std::uint32_t m_current_file = 0;
};

/// What a finished series is made with.
///
/// How the points of a Gauge spread (Window::count, sum, min, max) goes by `merge`, too. last, max: all
/// points of the window, whatever their file. sum: the files' values add up, as Window::last does: `min` is
/// the sum of the files' smallest values, `max` that of their largest, and sum / count that of their means; a
/// file that counts without a point in the window does so with its latest value. `count` is that of the file
/// with most points there.
struct Finish {
  std::vector<double> quantiles{};  ///< of Trends, each 0 to 1
  MergeGauges merge = MergeGauges::last;
  double divisor = 1;                            ///< of values before they are put into exponential buckets
  BucketKind buckets = BucketKind::exponential;  ///< where any are asked for; `none` gives none
};

/// One series of a Partial: takes points of a metric whose type may become known later. For one thread.
class Accumulator {
 public:
  using Counter = Windows<CounterCell>;
  using Rate = Windows<RateCell>;
  using Trend = TrendWindows;
  struct Untyped {
    Counter counter;
    GaugeWindows gauge;
    Rate rate;
    Trend trend;
  };
  /// Untyped apart, as it is large and rare: so what each point needs of a Trend lies close together.
  using State = std::variant<std::unique_ptr<Untyped>, Counter, GaugeWindows, Rate, Trend>;

  /// `window_ns` > 0. Without a type everything that any type needs is kept until set_type. Values of a Trend
  /// go to `room`, if there is one.
  Accumulator(std::int64_t window_ns, std::optional<MetricType> type,
              std::shared_ptr<TrendRoom> room = nullptr);

  void add(const Point& point);

  void set_type(MetricType type);
  std::optional<MetricType> type() const;

  /// Everything that it holds, to be kept elsewhere or filled from there.
  State& state() {
    join_parts();
    return m_state;
  }

  /// Takes over everything in `other`, which had the same window length and the same type, or none as well.
  void merge(Accumulator&& other);

  /// The same, but the windows of the two are joined only when they are needed: that may be done by several
  /// threads, series by series.
  void merge_later(Accumulator&& other);

  /// Nothing where it is empty. The type must be set.
  std::optional<WindowSpan> span();

  /// Hands out all windows; the accumulator is empty afterwards. The type must be set. With `buckets` a Trend
  /// adds those of each window to it.
  void finish(const Finish& how, const TakeWindow& take, std::vector<Buckets>* buckets = nullptr);

 private:
  std::vector<TrendWindows*> trends();
  void join_parts();
  void join(Accumulator& part);

  std::int64_t m_window_ns;
  State m_state;
  std::vector<Accumulator> m_parts{};  ///< of the same type, none of them with parts
};

}  // namespace k6apm::series
