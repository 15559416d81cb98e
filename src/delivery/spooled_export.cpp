#include "delivery/spooled_export.hpp"

#include <utility>

namespace k6apm::delivery {
namespace {

using providers::Call;

std::vector<Call> without_endpoints(std::vector<Call> calls) {
  for (Call& call : calls) call.endpoint = {};
  return calls;
}

}  // namespace

ExportFacts facts_of(const providers::Export& series, const apm::Destination& destination,
                     std::string_view user_agent) {
  return {.series = series.series(),
          .points = series.points(),
          .untimely = series.untimely(),
          .untimely_notice = series.untimely_notice(),
          .metrics = series.metrics(),
          .notices = series.notices(),
          .enabling = without_endpoints(series.enabling_calls(destination, user_agent)),
          .describing = without_endpoints(series.describing_calls(destination, user_agent))};
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
