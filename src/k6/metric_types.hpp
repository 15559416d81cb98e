// What k6 says about its metrics: the type and unit of each, from the Metric lines of the inputs, or from the
// table of built-in metrics where an input has none.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "series/partial.hpp"

namespace k6apm::k6 {

/// A metric that k6 itself records (k6 v0.20 to v2.2: metrics/builtin.go and the modules), or nothing.
std::optional<series::MetricInfo> builtin_metric(std::string_view name);

/// `counter`, `gauge`, `rate`, `trend`, or nothing.
std::optional<series::MetricType> parse_metric_type(std::string_view text);

/// The declarations of all inputs. Safe to use from several threads at once.
class MetricTypes {
 public:
  /// Takes down a Metric line. Of contradicting declarations none holds: see contradicted().
  void declare(std::string_view name, series::MetricType type, series::Contains contains);

  /// What was declared so far.
  std::optional<series::MetricInfo> declared(std::string_view name) const;

  /// Grows with every new metric declared.
  std::uint64_t version() const { return m_version.load(std::memory_order_acquire); }

  /// When everything is read: what was declared, else the built-in metric; nothing where unknown or
  /// contradicted.
  std::optional<series::MetricInfo> settled(std::string_view name) const;

  /// Metrics declared with different types.
  std::vector<std::string> contradicted() const;

 private:
  struct Declaration {
    series::MetricInfo info{};
    bool contradicted = false;
  };

  mutable std::mutex m_mutex{};
  std::map<std::string, Declaration, std::less<>> m_declared{};
  std::atomic<std::uint64_t> m_version{0};
};

}  // namespace k6apm::k6
