// The table of receivers.
#include "providers/prometheus.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

const std::vector<Provider>& providers() {
  static const std::vector<Provider> table{prometheus()};
  return table;
}

const Provider* find_provider(apm::ProviderKind kind) {
  for (const Provider& provider : providers()) {
    if (provider.kind == kind) return &provider;
  }
  return nullptr;
}

}  // namespace k6apm::providers
