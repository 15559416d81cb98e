// An input that no disk has to hold.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace k6apm::k6::test {

/// An anonymous file, reachable by a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : m_fd(memfd_create("input", 0)) {
    if (m_fd < 0 || write(m_fd, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
      throw std::runtime_error("no anonymous file");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(m_fd); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

 private:
  int m_fd;
};

}  // namespace k6apm::k6::test
