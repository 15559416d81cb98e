// Lines that are added to a file one by one, and read again after whatever has ended the program.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace k6apm::delivery {

/// Each line stands behind its checksum. What a crash or a power cut has left behind the last whole line is
/// cut off when the file is opened, for it was never relied on. For one thread at a time.
class Journal {
 public:
  /// Opens the file, made where it is missing (0600), and hands over its lines in their order. Throws
  /// Error(unavailable) where it cannot be read or written, and whatever `each` throws.
  Journal(std::filesystem::path path, const std::function<void(std::string_view line)>& each);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Has room on the disk for so many bytes more, where the file system can keep it free: a disk that fills
  /// up later does not matter then. Throws Error(unavailable) where there is none.
  void reserve(std::size_t bytes);

  /// Adds a line, which holds no line end. After a crash of the program it is there; after a power cut once
  /// sync() has returned. Throws Error(unavailable).
  void append(std::string_view line);
  void sync();

 private:
  void read(const std::function<void(std::string_view line)>& each);

  std::filesystem::path m_path;
  int m_file = -1;
  std::size_t m_size = 0;
  std::size_t m_reserved = 0;  ///< up to here
};

}  // namespace k6apm::delivery
