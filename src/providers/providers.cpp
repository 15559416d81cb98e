// The table of receivers. In the order in which they are asked whether a body is theirs: remote write last,
// whose bodies may begin with anything.
#include <utility>

#include "providers/cloud.hpp"
#include "providers/datadog.hpp"
#include "providers/prometheus.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

const std::vector<Provider>& providers() {
  static const std::vector<Provider> table{datadog(), cloud(), prometheus()};
  return table;
}

Endpoint endpoint_for(const Provider& provider, Endpoint endpoint, const Payload& payload) {
  if (provider.headers_of == nullptr) return endpoint;
  for (Header& header : provider.headers_of(payload)) endpoint.headers.push_back(std::move(header));
  return endpoint;
}

const Provider* find_provider(apm::ProviderKind kind) {
  for (const Provider& provider : providers()) {
    if (provider.kind == kind) return &provider;
  }
  return nullptr;
}

}  // namespace k6apm::providers
