// An export whose payloads are written down in the test.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "providers/provider.hpp"

namespace k6apm::test {

class ScriptedExport final : public providers::Export {
 public:
  ScriptedExport() = default;
  explicit ScriptedExport(std::vector<providers::Payload> payloads) : m_payloads(std::move(payloads)) {}

  const std::vector<providers::MetricSummary>& metrics() const override { return m_metrics; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return 1; }
  std::uint64_t points() const override {
    std::uint64_t points = 0;
    for (const providers::Payload& payload : m_payloads) points += payload.points;
    return points + m_untimely;
  }
  std::uint64_t untimely() const override { return m_untimely; }
  Notice untimely_notice() const override { return {Severity::warning, {}, "points of last week"}; }
  void refused(const providers::Payload& payload) override { m_refused.push_back(payload); }
  bool next(providers::Payload& payload) override {
    if (m_next == m_payloads.size()) return false;
    payload = m_payloads[m_next++];
    return true;
  }

  /// Besides what next() makes.
  void set_untimely(std::uint64_t points) { m_untimely = points; }
  /// What was refused(), in that order.
  const std::vector<providers::Payload>& refused_payloads() const { return m_refused; }
  std::uint64_t refused_points() const {
    std::uint64_t points = 0;
    for (const providers::Payload& payload : m_refused) points += payload.points;
    return points;
  }

 private:
  std::vector<providers::Payload> m_payloads{};
  std::vector<providers::Payload> m_refused{};
  std::uint64_t m_untimely = 0;
  std::vector<providers::MetricSummary> m_metrics{};
  std::vector<Notice> m_notices{};
  std::size_t m_next = 0;
};

inline providers::Payload payload(std::string body, std::uint64_t points, std::uint64_t slice) {
  providers::Payload one;
  one.body = std::move(body);
  one.series = 1;
  one.points = points;
  one.slice = slice;
  return one;
}

}  // namespace k6apm::test
