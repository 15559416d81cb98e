// From argv to a Job.
#pragma once

#include <string>
#include <vector>

#include "cli/job.hpp"

namespace k6apm::cli {

/// What the command line wants besides a job.
enum class Request { job, short_help, long_help, version, usage };

struct Arguments {
  Request request = Request::job;
  Job job{};
};

/// Parses the arguments without the program's name. Throws Error(ExitStatus::usage) that names the flag, what
/// is wrong and what is allowed.
Arguments parse_arguments(const std::vector<std::string>& arguments);

}  // namespace k6apm::cli
