// The flag for delivery that survives the program.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> spool_flags();

}  // namespace k6apm::cli
