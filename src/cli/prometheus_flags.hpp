// Flags that concern Prometheus only.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> prometheus_flags();

}  // namespace k6apm::cli
