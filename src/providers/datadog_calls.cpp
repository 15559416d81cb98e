// Specification: datadog-api-client-go, v1 openapi.yaml (AuthenticationApi.Validate,
// MetricsApi.UpdateMetricMetadata, MetricsApi.QueryMetrics) and v2 openapi.yaml (historical metrics
// configurations, in preview since July 2026).
#include "providers/datadog_calls.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_endpoint.hpp"
#include "text/percent.hpp"

namespace k6apm::providers {
namespace {

using OrderedJson = nlohmann::ordered_json;

using text::percent_encoded;

Call call_to(const apm::Destination& destination, std::string path, std::string_view user_agent,
             std::string method = "GET", std::string body = {}) {
  Call call;
  call.method = std::move(method);
  call.body = std::move(body);
  call.path = std::move(path);
  address_datadog_call(call, destination, user_agent);
  return call;
}

}  // namespace

void address_datadog_call(Call& call, const apm::Destination& destination, std::string_view user_agent) {
  call.endpoint = datadog_endpoint(destination, call.path, user_agent, true);
  if (call.method != "GET") call.endpoint.headers.push_back({"Content-Type", "application/json", false});
}

Call validating_call(const apm::Destination& destination, std::string_view user_agent) {
  Call call;
  call.endpoint = datadog_endpoint(destination, "/api/v1/validate", user_agent, false);
  call.subject = site_text(destination);
  return call;
}

Call enabling_call(const apm::Destination& destination, const std::string& metric,
                   std::string_view user_agent) {
  const OrderedJson body = {{"data", {{"id", metric}, {"type", "historical_metrics_configurations"}}}};
  Call call = call_to(destination, "/api/v2/metrics/historical-metrics-configurations", user_agent, "POST",
                      body.dump());
  call.subject = metric;
  return call;
}

Call describing_call(const apm::Destination& destination, const DatadogName& name,
                     std::string_view user_agent) {
  Call call = call_to(destination, "/api/v1/metrics/" + percent_encoded(name.name), user_agent, "PUT",
                      metadata_body(name_of(name.type), name.description));
  call.subject = name.name;
  return call;
}

Call query_call(const apm::Destination& destination, std::string_view query, std::int64_t from_s,
                std::int64_t to_s, std::string_view user_agent) {
  std::string path =
      fmt::format("/api/v1/query?from={}&to={}&query={}", from_s, to_s, percent_encoded(query));
  return call_to(destination, std::move(path), user_agent);
}

}  // namespace k6apm::providers
