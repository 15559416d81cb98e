// The flags that cut a run out of time, or move it.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> time_flags();

}  // namespace k6apm::cli
