// The flags that say what is exported.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> selection_flags();

}  // namespace k6apm::cli
