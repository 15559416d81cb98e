// The bytes of an options file and the text that they are: an editor, PowerShell and k6 each write another
// kind.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "error.hpp"

namespace k6apm::apm {

inline constexpr std::size_t bytes_in_mib = std::size_t{1024} * 1024;

/// The start of a file.
struct FileStart {
  std::string bytes{};
  bool is_cut = false;       ///< the file goes on behind `bytes`
  bool comes_again = false;  ///< a regular file, which can be read a second time; no pipe or device
};

/// Reads the first script::Source::max_bytes of the file at `path`; a pipe is read to its end where it is not
/// longer, a device that never ends no further. Throws Error: ExitStatus::usage where the file cannot be
/// read, ExitStatus::interrupted where `interrupted` (which may be null) was set while it waited.
FileStart read_start(const std::string& path, const std::atomic<bool>* interrupted);

/// Throws Error with ExitStatus::usage where text that begins with `bytes` is what is often given in place of
/// a script: a result of k6, or an HTML page.
void refuse_mistaken(std::string_view bytes, const std::string& path);

/// The whole file as UTF-8. UTF-16 is told by its byte order mark, else by a zero in one of the first two
/// bytes and not in the other; unpaired surrogates become U+FFFD. Throws Error with ExitStatus::usage where
/// the file is longer than was read, is cut inside a UTF-16 unit or holds a zero byte, which no text does.
std::string text_of(FileStart file, const std::string& path);

}  // namespace k6apm::apm
