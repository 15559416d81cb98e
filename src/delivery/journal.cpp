// What surprises: a write that a full disk cuts short leaves a part of the line, and what is appended next
// would be one line with it; so that part is cut off at once.
#include "delivery/journal.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "delivery/whole_file.hpp"

namespace k6apm::delivery {
namespace {

constexpr std::size_t k_sum_digits = 16;

std::string checksum(std::string_view line) {
  return fmt::format("{:0{}x}", XXH3_64bits(line.data(), line.size()), k_sum_digits);
}

/// The line behind its checksum; nothing where it is not whole.
std::optional<std::string_view> whole_line(std::string_view text) {
  if (text.size() < k_sum_digits + 1 || text[k_sum_digits] != ' ') return std::nullopt;
  const std::string_view line = text.substr(k_sum_digits + 1);
  if (text.substr(0, k_sum_digits) != checksum(line)) return std::nullopt;
  return line;
}

}  // namespace

Journal::Journal(std::filesystem::path path, const std::function<void(std::string_view line)>& each)
    : m_path(std::move(path)),
      m_file(::open(m_path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  if (m_file < 0) fail_to_write(m_path, errno, k_full_spool_hint);
  try {
    read(each);
  } catch (...) {
    ::close(m_file);
    throw;
  }
}

Journal::~Journal() { ::close(m_file); }

void Journal::read(const std::function<void(std::string_view line)>& each) {
  const std::string text = read_whole(m_path, m_file);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const auto line = whole_line(std::string_view(text).substr(begin, end - begin));
    if (!line) break;
    each(*line);
    begin = end + 1;
  }
  if (begin < text.size() && ::ftruncate(m_file, static_cast<off_t>(begin)) != 0)
    fail_to_write(m_path, errno, k_full_spool_hint);
  m_size = begin;
}

void Journal::reserve(std::size_t bytes) {
  constexpr std::size_t k_step = std::size_t{64} * 1024;  // not a call for every line
  if (m_size + bytes <= m_reserved) return;
  const std::size_t end = m_size + bytes + k_step;
  const int result = ::fallocate(m_file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(end));
  if (result != 0 && (errno == ENOSPC || errno == EDQUOT)) fail_to_write(m_path, errno, k_full_spool_hint);
  m_reserved = end;
}

void Journal::append(std::string_view line) {
  const std::string text = fmt::format("{} {}\n", checksum(line), line);
  const int number = write_all(m_file, text);
  if (number == 0) {
    m_size += text.size();
    return;
  }
  if (::ftruncate(m_file, static_cast<off_t>(m_size)) != 0) fail_to_write(m_path, errno, k_full_spool_hint);
  m_reserved = m_size;  // cut off, too
  fail_to_write(m_path, number, k_full_spool_hint);
}

void Journal::sync() {
  if (::fdatasync(m_file) != 0) fail_to_write(m_path, errno, k_full_spool_hint);
}

}  // namespace k6apm::delivery
