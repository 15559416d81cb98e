// The series of one destination as an outbox has them: requests on disk, and what has to be known beside.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/outbox.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// What an Export tells besides its payloads.
struct ExportFacts {
  std::uint64_t series = 0;
  std::uint64_t points = 0;  ///< the untimely ones among them
  std::uint64_t untimely = 0;
  Notice untimely_notice{};
  std::vector<providers::MetricSummary> metrics{};
  std::vector<Notice> notices{};
  std::vector<providers::Call> enabling{};  ///< without endpoints, which may hold a login
  std::vector<providers::Call> describing{};
};

/// What `series` tells; to be asked for before its payloads are made.
ExportFacts facts_of(const providers::Export& series, apm::Destination destination,
                     std::string_view user_agent);

/// Hands out the requests of an outbox. Everything that is handed in has to outlive the object.
class SpooledExport final : public providers::Export {
 public:
  /// `query_url` as providers::ExportSettings has it; windows are `resample_s` long.
  SpooledExport(ExportFacts facts, Outbox& outbox, const providers::Provider& provider, std::string query_url,
                int resample_s)
      : m_facts(std::move(facts)),
        m_outbox(outbox),
        m_provider(provider),
        m_query_url(std::move(query_url)),
        m_resample_s(resample_s) {}

  const std::vector<providers::MetricSummary>& metrics() const override { return m_facts.metrics; }
  const std::vector<Notice>& notices() const override { return m_facts.notices; }
  std::uint64_t series() const override { return m_facts.series; }
  std::uint64_t points() const override { return m_facts.points; }
  std::uint64_t untimely() const override { return m_facts.untimely; }
  Notice untimely_notice() const override { return m_facts.untimely_notice; }
  bool next(providers::Payload& payload) override { return m_outbox.next(payload); }
  /// Where a point that is still to be sent has grown too old, for all metrics.
  std::vector<providers::Call> enabling_calls(const apm::Destination& destination,
                                              std::string_view user_agent, bool all) const override;
  std::vector<providers::Call> describing_calls(const apm::Destination& destination,
                                                std::string_view user_agent) const override {
    return addressed(m_facts.describing, destination, user_agent);
  }
  /// Of what the outbox says that the receiver may hold.
  std::unique_ptr<providers::ReadBack> read_back(const apm::Destination& destination,
                                                 std::string_view user_agent) override;

 private:
  std::vector<providers::Call> addressed(std::vector<providers::Call> calls,
                                         const apm::Destination& destination,
                                         std::string_view user_agent) const;

  ExportFacts m_facts;
  Outbox& m_outbox;
  const providers::Provider& m_provider;
  std::string m_query_url;
  int m_resample_s;
};

}  // namespace k6apm::delivery
