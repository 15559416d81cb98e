// Another program: its output, its end, and that nothing of it is left.
#include "apm/child_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <csignal>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>

#include "../scratch.hpp"

using namespace k6apm::apm;
using End = ChildResult::End;
using namespace std::chrono_literals;

namespace {

ChildLimits limits() {
  ChildLimits some;
  some.time = 20s;
  some.grace = 100ms;
  some.out_bytes = 1 << 20;
  some.err_bytes = 1000;
  return some;
}

ChildResult shell(const std::string& script, const ChildLimits& some = limits(),
                  const std::atomic<bool>* interrupted = nullptr) {
  const ChildResult result =
      run_child({"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin", "A=b c"}}, some, interrupted);
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // no child is left
  CHECK(errno == ECHILD);
  return result;
}

/// Waits for the number of a process in the file and then for its end.
bool is_gone(const std::string& path) {
  for (int i = 0; i < 500; ++i) {
    std::ifstream in(path);
    pid_t pid = 0;
    if (in >> pid && kill(pid, 0) != 0 && errno == ESRCH) return true;
    // Adopted by a process that does not wait, it may stay a zombie, which does nothing any more.
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string word;
    if (pid > 0 && stat >> word >> word >> word && word == "Z") return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("both outputs and the status come back; the environment is what was given") {
  const ChildResult result = shell("echo out; echo err >&2; printf \"$A\"; cat; env | wc -l >&2; exit 7");
  CHECK(result.end == End::exited);
  CHECK(result.code == 7);
  CHECK(result.out == "out\nb c");
  CHECK(result.err.find("err\n") == 0);
  CHECK(!result.err_is_cut);
}

TEST_CASE("long outputs are taken whole up to the limit; of messages the last are kept") {
  const ChildResult fits = shell("head -c 1048576 /dev/zero; head -c 5000 /dev/zero >&2; printf end >&2");
  CHECK(fits.end == End::exited);
  CHECK(fits.code == 0);
  CHECK(fits.out.size() == 1 << 20);
  CHECK(fits.err.size() == 1000);
  CHECK(fits.err.substr(997) == "end");
  CHECK(fits.err_is_cut);
  CHECK(shell("head -c 1048577 /dev/zero").end == End::too_much_output);
  CHECK(shell("cat /dev/zero").end == End::too_much_output);
}

TEST_CASE("a program that cannot be started says why") {
  const ChildResult result = run_child({"/no/such/program", {"x"}, {}}, limits(), nullptr);
  CHECK(result.end == End::not_started);
  CHECK(result.code == ENOENT);
}

TEST_CASE("a signal that ends it is told; an ignored SIGPIPE is not handed on") {
  const ChildResult result = shell("kill -KILL $$");
  CHECK(result.end == End::killed);
  CHECK(result.code == SIGKILL);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const ChildResult piped = shell("kill -PIPE $$; exit 3");
  CHECK(piped.end == End::killed);
  CHECK(piped.code == SIGPIPE);
  std::signal(SIGPIPE, before);
}

TEST_CASE("after the time limit nothing of the group runs, even where SIGTERM is ignored") {
  const k6apm::test::Scratch scratch;
  const std::string pid = scratch.path("pid");
  ChildLimits some = limits();
  some.time = 300ms;
  for (const std::string end : {"wait", "exec >&- 2>&-; wait"}) {
    const auto start = std::chrono::steady_clock::now();
    const ChildResult result = shell("trap '' TERM; sleep 100 & echo $! > " + pid + "; " + end, some);
    CHECK(result.end == End::timed_out);
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK(is_gone(pid));
  }
  CHECK(shell("sleep 100", some).end == End::timed_out);
}

TEST_CASE("what it leaves in the background ends with it") {
  const k6apm::test::Scratch scratch;
  const std::string pid = scratch.path("pid");
  const auto start = std::chrono::steady_clock::now();
  const ChildResult result = shell("sleep 100 & echo $! > " + pid + "; echo done");
  CHECK(result.end == End::exited);
  CHECK(result.out == "done\n");
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  CHECK(is_gone(pid));
}

TEST_CASE("an interruption ends it at once") {
  const std::atomic<bool> interrupted{true};
  const auto start = std::chrono::steady_clock::now();
  CHECK(shell("trap '' TERM INT; sleep 100", limits(), &interrupted).end == End::interrupted);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
}
