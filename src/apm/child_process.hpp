// Runs one other program without a shell, with limits on its time and output.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace k6apm::apm {

struct ChildCommand {
  std::string program{};                   ///< its path
  std::vector<std::string> arguments{};    ///< the first is the name that it is called by
  std::vector<std::string> environment{};  ///< NAME=VALUE, all that it gets
};

struct ChildLimits {
  std::chrono::milliseconds time{};
  std::chrono::milliseconds grace{1000};  ///< from SIGTERM, which a time limit sends first, to SIGKILL
  std::size_t out_bytes = 0;              ///< of standard output; more ends it
  std::size_t err_bytes = 0;              ///< of standard error; of more the last are kept
};

struct ChildResult {
  enum class End { exited, killed, not_started, timed_out, too_much_output, interrupted };
  End end = End::not_started;
  int code = 0;  ///< exited: the exit status; killed: the signal; not_started: errno
  std::string out{};
  std::string err{};
  bool err_is_cut = false;  ///< the start of `err` is missing
};

/// Runs it to its end in a process group of its own, with nothing on its standard input, and waits.
/// Afterwards nothing of the group runs any more, however it ended. `interrupted` may be null. No thread is
/// started; not for several threads at once where one of them changes the environment.
ChildResult run_child(const ChildCommand& command, const ChildLimits& limits,
                      const std::atomic<bool>* interrupted);

}  // namespace k6apm::apm
