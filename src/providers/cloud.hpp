// The k6 cloud provider: its row in the table.
#pragma once

#include "providers/provider.hpp"

namespace k6apm::providers {

/// Grafana Cloud k6, as k6's own cloud output feeds it: a test run, and metrics in version 2 of its protocol.
Provider cloud();

}  // namespace k6apm::providers
