#include "delivery/spooled_export.hpp"

#include <utility>

#include "delivery/sender.hpp"

namespace k6apm::delivery {
namespace {

using providers::Call;

/// What grows too old within this time is counted as such: it may take as long until it is sent. Our own
/// choice.
constexpr std::int64_t k_soon_s = 1800;

std::vector<Call> without_endpoints(std::vector<Call> calls) {
  for (Call& call : calls) call.endpoint = {};
  return calls;
}

}  // namespace

ExportFacts facts_of(const providers::Export& series, apm::Destination destination,
                     std::string_view user_agent) {
  // The calls are kept without it, and made where somebody gives one later.
  if (destination.app_key.empty()) destination.app_key = apm::Secret("none");
  return {.series = series.series(),
          .points = series.points(),
          .untimely = series.untimely(),
          .untimely_notice = series.untimely_notice(),
          .metrics = series.metrics(),
          .notices = series.notices(),
          .enabling = without_endpoints(series.enabling_calls(destination, user_agent, true)),
          .describing = without_endpoints(series.describing_calls(destination, user_agent))};
}

std::vector<Call> SpooledExport::enabling_calls(const apm::Destination& destination,
                                                std::string_view user_agent, bool all) const {
  const providers::TimeLimits* limits = m_provider.time_limits;
  const std::optional<std::int64_t> first_ms = m_outbox.first_open_ms();
  if (limits == nullptr || !limits->max_age_s || !first_ms) return {};
  if (!all && *first_ms >= system_time_ms() - (*limits->max_age_s - k_soon_s) * 1000) return {};
  return addressed(m_facts.enabling, destination, user_agent);
}

std::unique_ptr<providers::ReadBack> SpooledExport::read_back(const apm::Destination& destination,
                                                              std::string_view user_agent) {
  if (m_provider.read_back_of == nullptr) return nullptr;
  const auto next = [this, numbers = m_outbox.held(),
                     at = std::size_t{0}](providers::Payload& payload) mutable {
    if (at == numbers.size()) return false;
    payload = m_outbox.read(numbers[at++]);
    return true;
  };
  return m_provider.read_back_of(destination, user_agent, m_query_url, m_resample_s, next);
}

std::vector<Call> SpooledExport::addressed(std::vector<Call> calls, const apm::Destination& destination,
                                           std::string_view user_agent) const {
  if (m_provider.address == nullptr || destination.app_key.empty()) return {};
  for (Call& call : calls) m_provider.address(call, destination, user_agent);
  return calls;
}

}  // namespace k6apm::delivery
