// The Prometheus provider: its row in the table.
#pragma once

#include "providers/provider.hpp"

namespace k6apm::providers {

/// Prometheus remote write 1.0 and, as its newer form, 2.0, and what speaks it: Mimir, Thanos, Cortex,
/// VictoriaMetrics, Grafana Cloud.
Provider prometheus();

}  // namespace k6apm::providers
