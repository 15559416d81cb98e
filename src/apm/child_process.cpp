#include "apm/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "apm/descriptor.hpp"

namespace k6apm::apm {

namespace {

using Clock = std::chrono::steady_clock;
using End = ChildResult::End;

/// How long one wait is: a signal that comes just before it is seen after so long.
constexpr auto slice = std::chrono::milliseconds(50);
constexpr auto short_slice = std::chrono::milliseconds(2);
constexpr std::size_t pipe_chunk_bytes = std::size_t{64} * 1024;
/// A pipe that nobody fills any more holds 1 MiB at most (pipe(7), /proc/sys/fs/pipe-max-size).
constexpr int reads_of_a_pipe = 16;

struct Pipe {
  Descriptor reads{};
  Descriptor writes{};
};

/// Both ends are closed in a new program; none is one of the three standard descriptors, which the child gets
/// anew.
std::optional<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  const Descriptor low_reads(ends[0]);
  const Descriptor low_writes(ends[1]);
  constexpr int first_free = STDERR_FILENO + 1;
  Pipe pipe{Descriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, first_free)),
            Descriptor(::fcntl(ends[1], F_DUPFD_CLOEXEC, first_free))};
  if (!pipe.reads.is_open() || !pipe.writes.is_open()) return std::nullopt;
  if (::fcntl(pipe.reads.get(), F_SETFL, O_NONBLOCK) != 0) return std::nullopt;
  return pipe;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// Starts it in a process group of its own; 0 or errno.
int spawn(const ChildCommand& command, const Pipe& out, const Pipe& err, pid_t& pid) {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.writes.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.writes.get(), STDERR_FILENO);
  posix_spawnattr_init(&attributes);
  sigset_t none{};
  sigemptyset(&none);
  sigset_t ignored{};  // an ignored signal stays ignored in a new program
  sigemptyset(&ignored);
  sigaddset(&ignored, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &ignored);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const std::vector<char*> arguments = pointers_to(command.arguments);
  const std::vector<char*> environment = pointers_to(command.environment);
  const int error =
      posix_spawn(&pid, command.program.c_str(), &files, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return error;
}

void wait_for(std::chrono::milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

/// The process and its group; ended and waited for at the latest when this goes.
class Child {
 public:
  explicit Child(pid_t pid) : m_pid(pid) {}
  ~Child() {
    if (!m_reaped) end_at_once();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  /// It stays a zombie, so that its number stands for nobody else.
  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == m_pid;
  }

  void signal_group(int number) const { ::kill(-m_pid, number); }

  /// What is left of the group, too. Returns the status of waitpid.
  int end_at_once() {
    signal_group(SIGKILL);
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    m_reaped = true;
    return status;
  }

  void ask_to_end(std::chrono::milliseconds grace) const {
    signal_group(SIGTERM);
    const auto latest = Clock::now() + grace;
    while (!has_ended() && Clock::now() < latest) wait_for(short_slice);
  }

 private:
  pid_t m_pid;
  bool m_reaped = false;
};

/// Both outputs as they come.
class Outputs {
 public:
  Outputs(Descriptor out, Descriptor err, const ChildLimits& limits, ChildResult& result)
      : m_out(std::move(out)), m_err(std::move(err)), m_limits(limits), m_result(result) {}

  bool is_any_open() const { return m_out.is_open() || m_err.is_open(); }

  /// Waits for at most `time` and reads what is there; false where it was too much.
  bool read(std::chrono::milliseconds time) {
    pollfd ends[] = {{m_out.get(), POLLIN, 0}, {m_err.get(), POLLIN, 0}};
    if (::poll(ends, 2, static_cast<int>(time.count())) <= 0) return true;
    if (ends[0].revents != 0) take(m_out, m_result.out);
    if (ends[1].revents != 0) take(m_err, m_result.err);
    if (m_result.err.size() > m_limits.err_bytes) {
      m_result.err.erase(0, m_result.err.size() - m_limits.err_bytes);
      m_result.err_is_cut = true;
    }
    return m_result.out.size() <= m_limits.out_bytes;
  }

 private:
  void take(Descriptor& end, std::string& text) {
    const ssize_t got = ::read(end.get(), m_chunk.data(), m_chunk.size());
    if (got > 0) {
      text.append(m_chunk, 0, static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      end.close();
    }
  }

  Descriptor m_out;
  Descriptor m_err;
  const ChildLimits& m_limits;
  ChildResult& m_result;
  std::string m_chunk = std::string(pipe_chunk_bytes, '\0');
};

/// Why waiting is over.
End follow(const Child& child, Outputs& outputs, const ChildLimits& limits,
           const std::atomic<bool>* interrupted) {
  const auto deadline = Clock::now() + limits.time;
  while (!child.has_ended()) {
    if (interrupted != nullptr && interrupted->load()) return End::interrupted;
    if (Clock::now() >= deadline) return End::timed_out;
    if (!outputs.read(outputs.is_any_open() ? slice : short_slice)) return End::too_much_output;
  }
  return End::exited;
}

}  // namespace

ChildResult run_child(const ChildCommand& command, const ChildLimits& limits,
                      const std::atomic<bool>* interrupted) {
  ChildResult result;
  auto out = make_pipe();
  auto err = make_pipe();
  pid_t pid = 0;
  result.code = out && err ? spawn(command, *out, *err, pid) : errno;
  if (!out || !err || result.code != 0) return result;
  Child child(pid);
  out->writes.close();
  err->writes.close();
  Outputs outputs(std::move(out->reads), std::move(err->reads), limits, result);
  result.end = follow(child, outputs, limits, interrupted);
  if (result.end == End::timed_out) child.ask_to_end(limits.grace);
  const int status = child.end_at_once();
  if (result.end != End::exited) return result;
  for (int i = 0; i < reads_of_a_pipe && outputs.is_any_open(); ++i) {
    if (!outputs.read(std::chrono::milliseconds(0))) result.end = End::too_much_output;
  }
  if (result.end != End::exited) return result;
  if (WIFSIGNALED(status)) result.end = End::killed;
  result.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace k6apm::apm
