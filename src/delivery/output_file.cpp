// What surprises: `>(command)` of a shell is a pipe with a name, and /dev/stdout a link to whatever is open:
// a file that took its name would stand in /dev.
#include "delivery/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "delivery/whole_file.hpp"
#include "error.hpp"

namespace k6apm::delivery {
namespace {

namespace fs = std::filesystem;

/// Neither file nor directory, such as a pipe, or a name of what is open already: it is written as it is.
bool is_stream(const std::string& path) {
  if (path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/")) return true;
  std::error_code ignored;
  return fs::is_other(fs::status(path, ignored));
}

fs::path directory_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

/// A descriptor that is closed at the end.
class Stream {
 public:
  explicit Stream(const std::string& path)
      : m_path(path),
        m_file(path == "-" ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                           : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)) {
    if (m_file < 0) fail_to_write(name(), errno);
  }
  ~Stream() {
    if (m_file >= 0) ::close(m_file);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// False where nobody reads any more.
  bool write(std::string_view bytes) {
    const int number = write_all(m_file, bytes);
    if (number != 0 && number != EPIPE) fail_to_write(name(), number);
    return number == 0;
  }

  void finish() {
    if (::close(std::exchange(m_file, -1)) != 0) fail_to_write(name(), errno);
  }

 private:
  std::string name() const { return m_path == "-" ? "standard output" : m_path; }

  const std::string& m_path;
  int m_file;
};

}  // namespace

void check_output_file(const std::string& path, bool force, std::string_view flag) {
  if (path == "-" || is_stream(path)) return;
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw Error(ExitStatus::usage, fmt::format("is a directory: {} needs the name of a file", flag), "",
                {path});
  if (!force && fs::exists(fs::symlink_status(path, ignored)))
    throw Error(ExitStatus::usage, "is there already", "-f overwrites it", {path});
  const fs::path directory = directory_of(path);
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return;
  throw Error(ExitStatus::usage, fmt::format("cannot write into directory {}: {}", directory.string(),
                                             std::generic_category().message(errno)));
}

void write_output_file(const std::string& path, const Fill& fill) {
  if (path == "-" || is_stream(path)) {
    Stream stream(path);
    if (fill([&stream](std::string_view piece) { return stream.write(piece); })) stream.finish();
    return;
  }
  WholeFile file(path);
  const auto write = [&file](std::string_view piece) {
    file.write(piece);
    return true;
  };
  if (!fill(write)) return;
  file.finish();
  sync_directory(directory_of(path));
}

}  // namespace k6apm::delivery
