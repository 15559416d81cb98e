// Files that a test writes.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace k6apm::test {

/// A directory that goes away with everything in it.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "k6apm-unit-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    m_path = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(m_path); }

  std::string path(const std::string& name) const { return (m_path / name).string(); }

  /// Writes a file and returns its path.
  std::string file(const std::string& name, std::string_view content) const {
    std::ofstream(m_path / name, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    return path(name);
  }

  /// Writes a program that the shell runs and returns its path.
  std::string program(const std::string& name, const std::string& content) const {
    file(name, "#!/bin/sh\n" + content);
    std::filesystem::permissions(m_path / name, std::filesystem::perms::owner_all);
    return path(name);
  }

 private:
  std::filesystem::path m_path;
};

}  // namespace k6apm::test
