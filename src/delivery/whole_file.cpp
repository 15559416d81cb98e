// What surprises: rename() replaces a file at once or not at all, but only fsync() before it makes sure that
// the bytes are there after a power cut; a full disk may be reported by fsync() or close() only.
#include "delivery/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "error.hpp"

namespace k6apm::delivery {
namespace {

namespace fs = std::filesystem;

fs::path part_of(fs::path path) { return path += ".part"; }

[[noreturn]] void fail_to_read(const fs::path& path, int number) {
  throw Error(ExitStatus::unavailable,
              fmt::format("cannot read {}: {}", path.string(), std::generic_category().message(number)));
}

}  // namespace

void fail_to_write(const fs::path& path, int number, std::string_view full_disk_hint) {
  throw Error(ExitStatus::unavailable,
              fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(number)),
              std::string(number == ENOSPC || number == EDQUOT ? full_disk_hint : ""));
}

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

void sync_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

std::string read_whole(const fs::path& path, int file) {
  std::string text;
  std::size_t size = 0;
  while (true) {
    constexpr std::size_t k_piece = std::size_t{64} * 1024;
    text.resize(size + k_piece);
    const ssize_t n = ::pread(file, text.data() + size, k_piece, static_cast<off_t>(size));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_read(path, errno);
    size += static_cast<std::size_t>(n);
    text.resize(size);
    if (n == 0) return text;
  }
}

std::string read_whole(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) fail_to_read(path, errno);
  try {
    std::string text = read_whole(path, file);
    ::close(file);
    return text;
  } catch (...) {
    ::close(file);
    throw;
  }
}

WholeFile::WholeFile(fs::path path, unsigned mode, std::string_view full_disk_hint)
    : m_path(std::move(path)),
      m_part(part_of(m_path)),
      m_file(::open(m_part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)),
      m_full_disk_hint(full_disk_hint) {
  if (m_file < 0) fail_to_write(m_part, errno, m_full_disk_hint);
}

WholeFile::~WholeFile() {
  if (m_file >= 0) ::close(m_file);
  std::error_code ignored;
  if (!m_finished) fs::remove(m_part, ignored);
}

void WholeFile::write(std::string_view bytes) {
  if (const int number = write_all(m_file, bytes); number != 0)
    fail_to_write(m_part, number, m_full_disk_hint);
}

void WholeFile::finish() {
  if (::fsync(m_file) != 0) fail_to_write(m_part, errno, m_full_disk_hint);
  if (::close(std::exchange(m_file, -1)) != 0) fail_to_write(m_part, errno, m_full_disk_hint);
  if (std::rename(m_part.c_str(), m_path.c_str()) != 0) fail_to_write(m_path, errno, m_full_disk_hint);
  m_finished = true;
}

}  // namespace k6apm::delivery
