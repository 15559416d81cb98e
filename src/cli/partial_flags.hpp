// The flag for results that are reduced in one place and delivered from another.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> partial_flags();

}  // namespace k6apm::cli
