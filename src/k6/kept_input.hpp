// An input that is read more than once although it may come only once, as a pipe does.
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <cstdint>
#include <string>

namespace k6apm::k6 {

/// Belongs to one input while it is read again and again. The first reading of a pipe is written along to a
/// temporary file that has no name, so that nothing of it stays whatever happens; further readings are of
/// that file. For one thread at a time.
class KeptInput {
 public:
  KeptInput() = default;
  KeptInput(const KeptInput&) = delete;
  KeptInput& operator=(const KeptInput&) = delete;
  ~KeptInput();

  /// For the next reading: a new descriptor of what was kept, from its beginning, to be closed by the caller.
  /// Negative where nothing was kept, so that the input has to be opened by its name. Throws
  /// Error(ExitStatus::input) where there are no descriptors left.
  int reopen() const;

  /// From now on append() takes what is read, as it is, from the input that messages call `name`.
  void begin_copy(std::string name);

  /// Called for every read of the first reading, also when it gave nothing: then what is kept is an empty
  /// file. Throws Error(ExitStatus::input) where the temporary file cannot be made or has no room.
  void append(const char* bytes, std::size_t count);

  /// Standard input is a file: further readings begin where it stands now.
  void remember_standard_input();

  bool is_copy() const { return m_copy; }
  const std::string& name() const { return m_name; }  ///< of begin_copy()
  std::uint64_t bytes() const { return m_bytes; }     ///< of the copy

  /// Where temporary files are made: $TMPDIR, else /tmp.
  static std::string directory();

 private:
  int m_fd = -1;      ///< the temporary file, which is closed in the end, or standard input
  off_t m_begin = 0;  ///< where in the file the input begins
  bool m_copy = false;
  std::string m_name{};
  std::uint64_t m_bytes = 0;
};

}  // namespace k6apm::k6
