// A file that appears whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace k6apm::delivery {

/// What to do where the disk is full: for files that are written anew, and for a spool, which goes on.
inline constexpr std::string_view k_full_disk_hint = "make room, then run again with -f";
inline constexpr std::string_view k_full_spool_hint = "make room, then run the same command again";

/// Throws Error(unavailable): `path` cannot be written, for the reason of errno `number`.
[[noreturn]] void fail_to_write(const std::filesystem::path& path, int number,
                                std::string_view full_disk_hint = k_full_disk_hint);

/// Everything that is in an open file, from its beginning. Throws Error(unavailable) where it cannot be read.
std::string read_whole(const std::filesystem::path& path, int file);

/// The same by name, where the last part of the name is no symbolic link.
std::string read_whole(const std::filesystem::path& path);

/// Writes everything to a file descriptor; the result is 0, or the errno of what got in the way.
int write_all(int file, std::string_view bytes);

/// Makes the names in a directory last. One that cannot be synced (some network file systems) is no error.
void sync_directory(const std::filesystem::path& directory);

inline constexpr unsigned k_private = 0600;

/// Is written beside, as PATH.part, and takes its name in finish(), in the place of a file that has it.
/// Without that nothing is left. Members throw as fail_to_write(); for one thread.
class WholeFile {
 public:
  /// `mode` as of open(2); with k_private others may not read it.
  explicit WholeFile(std::filesystem::path path, unsigned mode = 0666,
                     std::string_view full_disk_hint = k_full_disk_hint);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::string_view bytes);
  void finish();

 private:
  std::filesystem::path m_path;
  std::filesystem::path m_part;
  int m_file = -1;
  std::string_view m_full_disk_hint;
  bool m_finished = false;
};

}  // namespace k6apm::delivery
