// The flags that say how results are read; a part of the table in flags.cpp.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

/// In the order in which they are shown.
std::vector<Flag> input_flags();

}  // namespace k6apm::cli
