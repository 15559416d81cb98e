// Flags about the names and values of Prometheus series.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> prometheus_names_flags();

}  // namespace k6apm::cli
