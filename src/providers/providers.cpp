// The table of receivers. In the order in which they are asked whether a body is theirs: remote write last,
// whose bodies may begin with anything.
#include "providers/datadog.hpp"
#include "providers/prometheus.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

const std::vector<Provider>& providers() {
  static const std::vector<Provider> table{datadog(), prometheus()};
  return table;
}

const Provider* find_provider(apm::ProviderKind kind) {
  for (const Provider& provider : providers()) {
    if (provider.kind == kind) return &provider;
  }
  return nullptr;
}

}  // namespace k6apm::providers
