// The flags about how receivers are reached.
#pragma once

#include <vector>

#include "cli/flags.hpp"

namespace k6apm::cli {

std::vector<Flag> connection_flags();

}  // namespace k6apm::cli
