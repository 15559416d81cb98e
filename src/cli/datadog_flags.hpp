// Flags that concern Datadog only.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> datadog_flags();

}  // namespace k6apm::cli
