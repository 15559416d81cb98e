// A directory for the files of a fuzz target.
#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

/// It goes with the object.
class Scratch {
 public:
  Scratch() {
    const std::filesystem::path in_memory = "/dev/shm";  // nothing has to last
    std::error_code error;
    const bool usable = std::filesystem::is_directory(in_memory, error);
    std::string name =
        ((usable ? in_memory : std::filesystem::temp_directory_path()) / "k6apm-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    m_path = name;
  }
  ~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(m_path, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path{};
};
