// The variables that a job goes by: of -e, else of the process.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/job.hpp"

namespace k6apm::cli {

/// The value that -e gives, the last one, else that of the process. Before threads start.
std::optional<std::string> variable(const Job& job, std::string_view name);

/// The names of all of them, sorted.
std::vector<std::string> variable_names(const Job& job);

}  // namespace k6apm::cli
