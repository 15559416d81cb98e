// A file that appears whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace k6apm::delivery {

/// Throws Error(unavailable): `path` cannot be written, for the reason of errno `number`.
[[noreturn]] void fail_to_write(const std::filesystem::path& path, int number);

/// Writes everything to a file descriptor; the result is 0, or the errno of what got in the way.
int write_all(int file, std::string_view bytes);

/// Makes the names in a directory last. One that cannot be synced (some network file systems) is no error.
void sync_directory(const std::filesystem::path& directory);

/// Is written beside, as PATH.part, and takes its name in finish(), in the place of a file that has it.
/// Without that nothing is left. Members throw as fail_to_write(); for one thread.
class WholeFile {
 public:
  explicit WholeFile(std::filesystem::path path);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::string_view bytes);
  void finish();

 private:
  std::filesystem::path m_path;
  std::filesystem::path m_part;
  int m_file = -1;
  bool m_finished = false;
};

}  // namespace k6apm::delivery
