// What surprises: a lock of flock(2) goes with the last descriptor of the file, so that it ends with the
// program, however that ends.
#include "delivery/spool_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "delivery/whole_file.hpp"
#include "error.hpp"

namespace k6apm::delivery {
namespace {

namespace fs = std::filesystem;

constexpr auto* k_run = "run.json";
/// Tells a spool from other directories, and is what is locked.
constexpr auto* k_mark = "k6apm-spool";
/// What a file system puts into its own root.
constexpr auto* k_lost_and_found = "lost+found";

[[noreturn]] void refuse(const fs::path& path, const std::string& why, const std::string& hint) {
  throw Error(ExitStatus::usage, fmt::format("the spool {} {}", path.string(), why), hint);
}

[[noreturn]] void refuse_errno(const fs::path& path, int number) {
  if (number == ENOSPC || number == EDQUOT) fail_to_write(path, number, k_full_spool_hint);
  refuse(path, fmt::format("cannot be written: {}", std::generic_category().message(number)),
         "name a directory that you can write to, or one that can be made");
}

bool holds_other_files(const fs::path& path) {
  std::error_code error;
  fs::directory_iterator it(path, error);
  if (error) refuse_errno(path, error.value());
  return std::any_of(begin(it), end(it),
                     [](const auto& entry) { return entry.path().filename() != k_lost_and_found; });
}

}  // namespace

SpoolDirectory::SpoolDirectory(fs::path path) : m_path(std::move(path)) {
  std::error_code error;
  if (m_path.has_parent_path()) fs::create_directories(m_path.parent_path(), error);
  if (error) refuse_errno(m_path, error.value());
  if (::mkdir(m_path.c_str(), 0700) != 0 && errno != EEXIST) refuse_errno(m_path, errno);
  adopt();
  m_lock = ::open((m_path / k_mark).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, k_private);
  if (m_lock < 0) refuse_errno(m_path, errno);
  if (::flock(m_lock, LOCK_EX | LOCK_NB) == 0) return;
  const int number = errno;
  ::close(m_lock);
  if (number == EWOULDBLOCK) refuse(m_path, "is in use by another run", "wait until that has ended");
  refuse_errno(m_path, number);
}

SpoolDirectory::~SpoolDirectory() { ::close(m_lock); }

/// A directory that was there before has to be a spool, or empty.
void SpoolDirectory::adopt() {
  struct stat status {};
  if (::stat(m_path.c_str(), &status) != 0) refuse_errno(m_path, errno);
  if (!S_ISDIR(status.st_mode))
    refuse(m_path, "is no directory", "name a directory, or one that can be made");
  if (status.st_uid != ::geteuid()) {
    refuse(m_path, "belongs to another user, who could change what is sent", "name a directory of your own");
  }
  std::error_code error;
  if (!fs::exists(m_path / k_mark, error) && holds_other_files(m_path)) {
    refuse(m_path, "holds other files and is no spool of k6apm",
           "name an empty directory, or one that can be made");
  }
  if ((status.st_mode & 0077U) != 0 && ::chmod(m_path.c_str(), 0700) != 0) refuse_errno(m_path, errno);
}

std::optional<std::string> SpoolDirectory::run() const {
  std::error_code error;
  if (fs::symlink_status(m_path / k_run, error).type() == fs::file_type::not_found) return std::nullopt;
  return read_whole(m_path / k_run);
}

void SpoolDirectory::clear() {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator it(m_path, error), end; !error && it != end; it.increment(error)) {
    const fs::path name = it->path().filename();
    if (name != k_mark && name != k_lost_and_found) old.push_back(it->path());
  }
  if (error) fail_to_write(m_path, error.value(), k_full_spool_hint);
  for (const fs::path& path : old) {
    fs::remove_all(path, error);
    if (error) fail_to_write(path, error.value(), k_full_spool_hint);
  }
}

void SpoolDirectory::commit(std::string_view run) {
  WholeFile file(m_path / k_run, k_private, k_full_spool_hint);
  file.write(run);
  file.finish();
  sync_directory(m_path);
}

}  // namespace k6apm::delivery
