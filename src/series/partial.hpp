// Everything that one reader has gathered. Partials of any number of readers, in any order, merge into the
// same series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "series/accumulator.hpp"
#include "series/rule.hpp"
#include "series/series.hpp"

namespace k6apm::series {

/// What is known of a metric besides its points.
struct MetricInfo {
  MetricType type = MetricType::counter;
  Contains contains = Contains::plain;
  MergeGauges merge = MergeGauges::last;
};

/// Tells the type of a metric, or nothing where it is not known (yet).
using MetricLookup = std::function<std::optional<MetricInfo>(std::string_view metric)>;

/// The series that a point goes to. Pointers stay valid as long as the Partial lives.
using Route = std::vector<Accumulator*>;

/// Points between `from_ns` and `to_ns`, the latter excluded, and how far these are moved in time. The range
/// is of times before the move, and has to leave out those that no 64 bits could hold after it.
struct TimeRange {
  std::int64_t from_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t move_ns = 0;
};

/// Which series of a Partial.
struct SeriesKey {
  std::size_t rule = 0;
  std::string metric{};
  Tags tags{};  ///< the kept ones
  bool operator==(const SeriesKey&) const = default;
  bool operator<(const SeriesKey& other) const {
    return std::tie(rule, metric, tags) < std::tie(other.rule, other.metric, other.tags);
  }
};

/// For one thread.
class Partial {
 public:
  Partial(std::span<const Rule> rules, TimeRange range) : m_rules(rules), m_range(range) {}

  /// From now on points only count for first_ns() and last_ns().
  void keep_times_only() { m_times_only = true; }

  /// The rules that could select a point of this metric; none where nobody exports it.
  std::vector<std::size_t> rules_of(std::string_view metric) const;

  /// Decides, once per distinct set of tags, to which series of `rule` points of this metric with these tags
  /// go: one or none. `rule` is one of rules_of() of the metric, `tags` as in Series::tags.
  Accumulator* route(std::string_view metric, std::size_t rule, const Tags& tags,
                     std::optional<MetricType> type);

  /// Adds a point to its series, moved in time. False where it lies outside the time range.
  bool add(const Route& route, Point point) {
    if (point.time_ns < m_range.from_ns || point.time_ns >= m_range.to_ns) return false;
    point.time_ns += m_range.move_ns;
    if (point.time_ns < m_first_ns) m_first_ns = point.time_ns;
    if (point.time_ns > m_last_ns) m_last_ns = point.time_ns;
    if (m_times_only) return true;
    for (Accumulator* series : route) series->add(point);
    return true;
  }

  /// The same for series of rules about the whole run; the times of the points do not count for first_ns()
  /// and last_ns().
  void add_whole(const Route& route, Point point) {
    if (point.time_ns < m_range.from_ns || point.time_ns >= m_range.to_ns || m_times_only) return;
    point.time_ns = 0;
    for (Accumulator* series : route) series->add(point);
  }

  /// The metric's type became known: its series keep only what that type needs.
  void set_type(std::string_view metric, MetricType type);

  std::int64_t first_ns() const { return m_first_ns; }  ///< of the points added, moved; the largest when none
  std::int64_t last_ns() const { return m_last_ns; }    ///< the smallest number when none

  /// Takes over everything in `other`, which has the same rules. `lookup` must know every metric with points;
  /// series of metrics it does not know are dropped.
  void merge(Partial&& other, const MetricLookup& lookup);

  /// Adds a series, or a part of one, with windows as long as its rule has them. Where it is there with
  /// another type that stays, and what is added is dropped: nothing of such a metric holds.
  void add(SeriesKey key, Accumulator&& series);

  /// As merge(), while types may still become known: until then their series keep what any type needs.
  void absorb(Partial&& other);

  /// Sets the types that `lookup` knows already; series of other metrics stay as they are.
  void settle_known_types(const std::function<std::optional<MetricType>(std::string_view metric)>& lookup);

  /// Gives up the series of these metrics.
  void leave_out(const std::vector<std::string>& metrics);

  /// Points between these times were added elsewhere.
  void add_times(std::int64_t first_ns, std::int64_t last_ns);

  /// Everything that it holds, ordered by rule, metric and tags.
  std::vector<std::pair<const SeriesKey*, Accumulator*>> in_order();

  std::span<const Rule> rules() const { return m_rules; }

  /// The series ordered by rule, metric and tags. `quantiles` are those of Trends. Metrics of one
  /// destination that have one name (Rule::name_of) and one type become one, called as the first of them by
  /// rule and metric. Windows are yet to be made (Series::make_windows()). Leaves the Partial empty.
  std::vector<Series> finish(const MetricLookup& lookup, const std::vector<double>& quantiles);

 private:
  using Key = SeriesKey;
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  using SeriesMap = std::unordered_map<Key, Accumulator, KeyHash>;

  /// What is joined, and to what.
  using Joins = std::map<Selected, Selected>;

  void settle_types(const MetricLookup& lookup);
  Joins same_names(const MetricLookup& lookup) const;
  void join(const Joins& joins, const MetricLookup& lookup);

  std::span<const Rule> m_rules;
  TimeRange m_range;
  bool m_times_only = false;
  SeriesMap m_series{};
  std::shared_ptr<TrendRoom> m_room = std::make_shared<TrendRoom>();  ///< of series that begin here
  std::unordered_map<std::string, Route> m_untyped{};  ///< by metric: its series, while its type is not known
  std::int64_t m_first_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t m_last_ns = std::numeric_limits<std::int64_t>::min();
};

}  // namespace k6apm::series
