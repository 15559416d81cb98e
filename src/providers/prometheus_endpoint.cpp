#include "providers/prometheus_endpoint.hpp"

#include <string>

#include "providers/login.hpp"

namespace k6apm::providers {

Endpoint prometheus_endpoint(const apm::Destination& destination, std::string_view user_agent,
                             std::string_view content_type, std::string_view version) {
  Endpoint endpoint;
  endpoint.url = destination.remote_write_url;
  endpoint.headers = {{"Content-Encoding", "snappy", false},
                      {"Content-Type", std::string(content_type), false},
                      {"X-Prometheus-Remote-Write-Version", std::string(version), false},
                      {"User-Agent", std::string(user_agent), false}};
  add_login(destination, "Prometheus", endpoint);
  add_headers(destination, endpoint);
  add_tls(destination, endpoint);
  return endpoint;
}

}  // namespace k6apm::providers
