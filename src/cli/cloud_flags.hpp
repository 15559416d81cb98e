// Flags of k6 cloud as a destination.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> cloud_flags();

}  // namespace k6apm::cli
