// The directory that --spool names: made, locked, and either empty or with one whole run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace k6apm::delivery {

/// Holds an outbox for each destination, and `run.json`, which tells of them; that file is written last, so a
/// spool without it is one that was never sent from. Only the owner can read it (0700, files 0600), whatever
/// the directory was before. For one thread.
class SpoolDirectory {
 public:
  /// Makes the directory where it is missing, and locks it until the end of the object. Throws Error(usage)
  /// where it is locked by another run, holds something else, belongs to somebody else or cannot be written,
  /// Error(unavailable) where the disk is full.
  explicit SpoolDirectory(std::filesystem::path path);
  ~SpoolDirectory();
  SpoolDirectory(const SpoolDirectory&) = delete;
  SpoolDirectory& operator=(const SpoolDirectory&) = delete;

  const std::filesystem::path& path() const { return m_path; }

  /// What commit() was given; nothing where no run is in it. Throws Error(unavailable) where it cannot be
  /// read.
  std::optional<std::string> run() const;

  /// Throws away what is left of a run that was ended before commit().
  void clear();
  /// From now on the spool holds a run. Throws Error(unavailable).
  void commit(std::string_view run);

 private:
  void adopt();

  std::filesystem::path m_path;
  int m_lock = -1;
};

}  // namespace k6apm::delivery
