// The Datadog provider: its row in the table.
#pragma once

#include "providers/provider.hpp"

namespace k6apm::providers {

/// Datadog's series API v2, of any site or a proxy before it.
Provider datadog();

}  // namespace k6apm::providers
