// Arguments -> Job -> run -> exit status. The only catch-all, and the signals.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <atomic>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "cli/help.hpp"
#include "cli/report.hpp"
#include "error.hpp"
#include "run.hpp"

namespace {

std::atomic<bool> interrupted{false};
std::atomic<int> caught_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

/// The first signal asks the run to end; the second ends it at once.
void on_signal(int number) {
  caught_signal.store(number);
  interrupted.store(true);
  std::signal(number, SIG_DFL);
}

void set_up_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a reader of standard output that goes away is found by the write
}

int status_of(k6apm::ExitStatus status) {
  if (!interrupted.load()) return static_cast<int>(status);
  return static_cast<int>(caught_signal.load() == SIGTERM ? k6apm::ExitStatus::terminated
                                                          : k6apm::ExitStatus::interrupted);
}

int answer(k6apm::cli::Request request) {
  using k6apm::cli::Request;
  switch (request) {
    case Request::short_help:
      std::cout << k6apm::cli::short_help();
      return 0;
    case Request::long_help:
      std::cout << k6apm::cli::long_help();
      return 0;
    case Request::version:
      std::cout << k6apm::cli::version_text();
      return 0;
    default:
      std::cerr << k6apm::cli::usage();
      return static_cast<int>(k6apm::ExitStatus::usage);
  }
}

int run_main(const std::vector<std::string>& words) {
  const k6apm::cli::Arguments arguments = k6apm::cli::parse_arguments(words);
  if (arguments.request != k6apm::cli::Request::job) return answer(arguments.request);
  const k6apm::cli::Job& job = arguments.job;
  k6apm::cli::Console console(job.color, job.progress, job.quiet, job.verbose);
  try {
    return status_of(k6apm::run(job, console, interrupted));
  } catch (const k6apm::Error& error) {
    console.error(error.notice());
    if (job.json) {
      k6apm::cli::Report report;
      report.exit_status = error.status();
      report.notices.push_back(error.notice());
      k6apm::cli::write_json(report, std::cout);
    }
    return status_of(error.status());
  }
}

}  // namespace

int main(int argc, char** argv) {
  using k6apm::cli::Wish;
  set_up_signals();
  try {
    const int status = run_main({argv + 1, argv + argc});
    errno = 0;
    if (std::cout.flush() || errno == EPIPE) return status;
    std::cerr << "k6apm: error: standard output cannot be written: " << std::strerror(errno) << '\n';
    return std::max(status, static_cast<int>(k6apm::ExitStatus::left_out));
  } catch (const k6apm::Error& error) {
    k6apm::cli::Console(Wish::automatic, Wish::never, false, false).error(error.notice());
    return static_cast<int>(error.status());
  } catch (const std::bad_alloc&) {
    std::cerr << "k6apm: error: out of memory\n";
  } catch (const std::exception& bug) {
    std::cerr << "k6apm: error: unexpected: " << bug.what()
              << "\n  hint: this is a defect of k6apm: please report it\n";
  }
  return static_cast<int>(k6apm::ExitStatus::input);
}
