// Specification: Prometheus, "HTTP API", instant queries (docs/querying/api.md); Mimir, "HTTP API", for the
// paths. What surprises: only an instant query for a range selector gives samples as they were stored, with
// their own times (query_range resamples); the range is open at its left end in VictoriaMetrics and, since
// 3.0, in Prometheus; a query names no series exactly, for a selector also matches series with more labels.
#include "providers/prometheus_query.hpp"

#include <array>

#include <fmt/format.h>

#include "providers/login.hpp"
#include "text/percent.hpp"
#include "text/promql.hpp"

namespace k6apm::providers {
namespace {

/// The last part of the path of a write URL, and of the query API beside it.
struct Paths {
  std::string_view write;
  std::string_view query;
};

constexpr std::string_view k_query_path = "/api/v1/query";
constexpr std::array<Paths, 3> k_paths{
    {{"/api/v1/write", k_query_path},                 // Prometheus, VictoriaMetrics, Mimir's alias
     {"/api/v1/push", "/prometheus/api/v1/query"},    // Mimir, Cortex
     {"/api/prom/push", "/api/prom/api/v1/query"}}};  // Grafana Cloud

/// Without a slash at the end, and without the part that is added.
std::string_view base_of(std::string_view url) {
  const auto cut = [&url](std::string_view end) {
    if (url.ends_with(end)) url.remove_suffix(end.size());
  };
  cut("/");
  cut(k_query_path);
  cut("/api/v1");
  cut("/");
  return url;
}

}  // namespace

std::optional<Endpoint> query_endpoint(const apm::Destination& destination, std::string_view query_url,
                                       std::string_view user_agent) {
  Endpoint endpoint;
  endpoint.url = destination.remote_write_url;
  endpoint.headers = {{"Accept", "application/json", false},
                      {"Content-Type", "application/x-www-form-urlencoded", false},
                      {"User-Agent", std::string(user_agent), false}};
  add_login(destination, "Prometheus", endpoint);
  const std::size_t mark = std::min(endpoint.url.find('?'), endpoint.url.size());
  const std::string write_url = endpoint.url.substr(0, mark);
  const std::string query_string = endpoint.url.substr(mark);
  if (!query_url.empty()) {
    endpoint.url = fmt::format("{}{}{}", base_of(query_url), k_query_path, query_string);
    return endpoint;
  }
  for (const Paths& paths : k_paths) {
    if (!write_url.ends_with(paths.write)) continue;
    const std::string_view base(write_url.data(), write_url.size() - paths.write.size());
    endpoint.url = fmt::format("{}{}{}", base, paths.query, query_string);
    return endpoint;
  }
  return std::nullopt;
}

Call range_query(Endpoint endpoint, const Labels& labels, std::int64_t first_ms, std::int64_t last_ms) {
  std::string matchers;
  for (const auto& [name, value] : labels)
    matchers += fmt::format("{}{}={}", matchers.empty() ? "" : ",", name, text::promql_string(value));
  const std::string query = fmt::format("{{{}}}[{}ms]", matchers, last_ms - first_ms + 1);
  Call call;
  call.method = "POST";
  call.endpoint = std::move(endpoint);
  call.body = fmt::format("query={}&time={:.3f}", text::percent_encoded(query),
                          static_cast<double>(last_ms) / k_ms_per_s);
  return call;
}

}  // namespace k6apm::providers
