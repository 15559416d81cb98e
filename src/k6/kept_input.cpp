#include "k6/kept_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "error.hpp"

namespace k6apm::k6 {
namespace {

[[noreturn]] void fail(const std::string& name, int error) {
  throw Error(
      ExitStatus::input,
      fmt::format("comes only once, is needed twice and cannot be kept in {}: {}", KeptInput::directory(),
                  std::strerror(error)),  // NOLINT(concurrency-mt-unsafe)
      "set TMPDIR to a directory with room, or give the result as a file", {name});
}

/// A file that only this process can find, and that is gone when it is closed; negative where none can be
/// made.
int open_nameless(const std::string& directory) {
  const int fd = open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  // Not every file system has O_TMPFILE; what is wrong with the directory shows here too.
  std::string path = directory + "/k6apm-XXXXXX";
  const int named = mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) unlink(path.c_str());
  return named;
}

}  // namespace

std::string KeptInput::directory() {
  const char* chosen = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
  return chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
}

KeptInput::~KeptInput() {
  if (m_copy && m_fd >= 0) close(m_fd);
}

int KeptInput::reopen() const {
  if (m_fd < 0) return -1;
  const int fd = fcntl(m_fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0 || lseek(fd, m_begin, SEEK_SET) < 0) fail(m_name, errno);
  return fd;
}

void KeptInput::begin_copy(std::string name) {
  m_copy = true;
  m_name = std::move(name);
}

void KeptInput::append(const char* bytes, std::size_t count) {
  if (m_fd < 0) m_fd = open_nameless(directory());
  if (m_fd < 0) fail(m_name, errno);
  m_bytes += count;
  while (count > 0) {
    const ssize_t written = write(m_fd, bytes, count);
    if (written < 0 && errno != EINTR) fail(m_name, errno);
    if (written < 0) continue;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
}

void KeptInput::remember_standard_input() {
  m_fd = STDIN_FILENO;
  m_begin = lseek(m_fd, 0, SEEK_CUR);
}

}  // namespace k6apm::k6
