// The flags that say where the apm block is; a part of the table in flags.cpp.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

/// In the order in which they are shown.
std::vector<Flag> options_file_flags();

}  // namespace k6apm::cli
