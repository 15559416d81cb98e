#include "evaluation/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace k6apm::evaluation {

namespace {

FileContent none(std::string why) { return {std::nullopt, false, std::move(why)}; }

// Reads what fstat promised, and no more where the file grows meanwhile.
FileContent read_open_file(int file, std::size_t size) {
  std::string text(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file, text.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return none(fmt::format("cannot be read: {}", std::strerror(errno)));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return {std::move(text), false, {}};
}

}  // namespace

FileContent read_local_file(const std::string& path) {
  const int file =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not wait for a writer
  if (file < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return {std::nullopt, missing, fmt::format("cannot be opened: {}", std::strerror(errno))};
  }
  struct stat about {};
  FileContent content;
  if (::fstat(file, &about) != 0) {
    content = none(fmt::format("cannot be read: {}", std::strerror(errno)));
  } else if (!S_ISREG(about.st_mode)) {
    content = none("is no regular file");
  } else if (static_cast<std::size_t>(about.st_size) > max_file_bytes) {
    content = none(fmt::format("is larger than {} MiB", max_file_bytes / 1024 / 1024));
  } else {
    content = read_open_file(file, static_cast<std::size_t>(about.st_size));
  }
  ::close(file);
  return content;
}

}  // namespace k6apm::evaluation
