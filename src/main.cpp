// Arguments -> Job -> run -> exit status. The only catch-all, and the signals.
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
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
#include "heap.hpp"
#include "interruption.hpp"
#include "run.hpp"

namespace {

k6apm::Interruption interruption;
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first signal asks the run to end; the second ends it at once.
void on_signal(int number) {
  interruption.by_terminate.store(number == SIGTERM);
  interruption.set.store(true);
}

void set_up_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: a call that waits has to return
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a reader of standard output that goes away is found by the write
}

/// Whether standard output is a pipe that nobody reads any more: `k6apm ... | head` has had enough.
bool reader_is_gone() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/// Every input is opened before the first is read; a run may have more files than the usual limit.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
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
    return static_cast<int>(k6apm::run(job, console, interruption));
  } catch (const k6apm::Error& error) {
    console.error(error.notice());
    const k6apm::ExitStatus status = interruption.status(error.status());
    if (job.json) {
      k6apm::cli::Report report;
      report.exit_status = status;
      report.notices.push_back(error.notice());
      k6apm::cli::write_json(report, std::cout);
    }
    return static_cast<int>(status);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using k6apm::cli::Wish;
  set_up_signals();
  allow_many_files();
  k6apm::keep_freed_memory();
  k6apm::use_huge_pages();
  try {
    const int status = run_main({argv + 1, argv + argc});
    if (std::cout.flush() || reader_is_gone()) return status;
    std::cerr << "k6apm: error: standard output cannot be written\n";
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
