// The flags for what is done instead of sending.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> ways_out_flags();

}  // namespace k6apm::cli
