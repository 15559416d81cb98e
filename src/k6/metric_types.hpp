// What k6 says about its metrics: the type and unit of each, from the Metric lines of the inputs; where an
// input has none, from --metric-type, the table of built-in metrics or the thresholds of the options file.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "series/partial.hpp"

namespace k6apm::k6 {

/// A metric that k6 itself records (k6 v0.20 to v2.2: metrics/builtin.go and the modules), or nothing.
std::optional<series::MetricInfo> builtin_metric(std::string_view name);

/// `counter`, `gauge`, `rate`, `trend`, or nothing.
std::optional<series::MetricType> parse_metric_type(std::string_view text);

/// The type of a metric as it was told elsewhere, for inputs that do not carry it (CSV).
struct AssumedType {
  std::string metric{};  ///< its whole name, without a selector
  series::MetricType type = series::MetricType::counter;
  bool from_flag = false;  ///< --metric-type says so, else the thresholds of the options do
};

/// What Metric lines say of a metric, all of them together.
struct Declared {
  series::MetricInfo info{};  ///< the first of the types that are said
  bool contradicted = false;  ///< they say different types
};

/// Whether it matters that --metric-type names this metric before inputs are read: it is one of k6's own.
bool is_own_metric(std::string_view name);

/// The declarations of all inputs. Safe to use from several threads at once.
class MetricTypes {
 public:
  MetricTypes() = default;

  /// Of equal metrics in `assumed` the first holds. `may_be_declared` as for may_be_declared().
  MetricTypes(const std::vector<AssumedType>& assumed, bool may_be_declared);

  /// Takes down a Metric line. Of contradicting declarations none holds: see contradicted().
  void declare(std::string_view name, series::MetricType type, series::Contains contains);

  /// The same for what declarations() gave elsewhere.
  void declare(std::string_view name, const Declared& declared);

  /// Takes down the thresholds of a Metric line in an input.
  void note_thresholds(std::string_view name, std::uint32_t file,
                       const std::vector<std::string>& expressions);

  /// Those of all Metric lines, by metric: each once, in the order of the inputs and of the lines.
  std::map<std::string, std::vector<std::string>, std::less<>> thresholds() const;

  /// Everything that was declared.
  std::map<std::string, Declared, std::less<>> declarations() const;

  /// The type that holds whatever further inputs say, unless they contradict it.
  std::optional<series::MetricType> sure(std::string_view name) const;

  /// What was declared so far.
  std::optional<series::MetricInfo> declared(std::string_view name) const;

  /// The type to go by while CSV is read, which declares none. Where another input may declare the metric,
  /// only what is declared or k6's own is sure; else everything that settled() would go by.
  std::optional<series::MetricInfo> for_csv(std::string_view name) const;

  /// The metric has points that were taken as for_csv() said.
  void note_csv(std::string_view name);

  /// Whether the type of a metric is no more than the most likely one.
  bool is_guessed(std::string_view name) const;

  /// Whether an input with Metric lines may be among the inputs.
  bool may_be_declared() const { return m_may_be_declared; }

  /// How many metrics are declared.
  std::uint64_t version() const { return m_version.load(std::memory_order_acquire); }

  /// The metrics that were declared since version() was `version`.
  std::vector<std::pair<std::string, series::MetricType>> declared_since(std::uint64_t version) const;

  /// When everything is read: what was declared, else --metric-type, the built-in metric, the thresholds;
  /// nothing where unknown or contradicted.
  std::optional<series::MetricInfo> settled(std::string_view name) const;

  /// Metrics declared with different types, or with another than one of k6's own that has points in CSV.
  std::vector<std::string> contradicted() const;

 private:
  std::optional<series::MetricInfo> own(std::string_view name) const;
  std::optional<series::MetricInfo> undeclared(std::string_view name) const;
  bool is_contradicted(const std::string& name, const Declared& declaration) const;

  std::map<std::string, AssumedType, std::less<>> m_assumed{};
  bool m_may_be_declared = true;
  mutable std::mutex m_mutex{};
  std::set<std::string, std::less<>> m_in_csv{};
  std::map<std::string, Declared, std::less<>> m_declared{};
  std::map<std::string, std::map<std::uint32_t, std::vector<std::string>>> m_thresholds{};  ///< by input
  std::vector<std::pair<std::string, series::MetricType>>
      m_order{};  ///< the first declarations, as they came
  std::atomic<std::uint64_t> m_version{0};
};

}  // namespace k6apm::k6
