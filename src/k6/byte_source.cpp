// Surprising facts: a gzip file may hold several members, and some writers pad it with zeros; k6 killed by
// SIGKILL leaves a .gz without trailer (measured on k6 2.2.0). Both inflaters return what they have before
// they complain.
#include "k6/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "error.hpp"

namespace k6apm::k6 {
namespace {

constexpr std::size_t k_raw_bytes = std::size_t{128} * 1024;  ///< read from a compressed file at once
constexpr std::size_t k_magic_bytes = 4;
/// What everybody may ask for (pipe(7)), where a pipe has 64 KiB: the two ends wake each other less often.
constexpr int k_pipe_bytes = 1024 * 1024;
/// The room that libzstd always gets: with room for a whole frame it takes a short cut that overlooks damage
/// which it finds otherwise (1.5.4), and what is found must not depend on how much the caller asks for.
constexpr std::size_t k_zstd_room = std::size_t{128} * 1024;

std::string reason(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe)

Error cannot_be_read(int error, const std::string& path) {
  return {ExitStatus::input, fmt::format("cannot be read: {}", reason(error)), "", {path}};
}

/// A frame, or a skippable one, with which pzstd begins its files (RFC 8878, sections 3.1.1 and 3.1.2).
bool begins_zstd(std::string_view bytes) {
  if (bytes == "\x28\xb5\x2f\xfd") return true;
  return bytes.size() == k_magic_bytes && (static_cast<unsigned char>(bytes[0]) & 0xf0U) == 0x50U &&
         bytes.substr(1) == "\x2a\x4d\x18";
}

/// Why there may be no file of this name.
std::string hint_for_missing(const std::string& path) {
  if (path == "-") return {};
  if (path.find_first_of("*?[") != std::string::npos)
    return "the shell found no file for this pattern: look at the directory and the name";
  const bool drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  if (drive || path.find('\\') != std::string::npos)
    return "this is a path of Windows: here it is written with /, in WSL as /mnt/c/...";
  return "a file that k6 wrote with --out json=FILE or --out csv=FILE is needed";
}

}  // namespace

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    default:
      return "none";
  }
}

Compression told_by(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return Compression::gzip;
  return begins_zstd(first_bytes.substr(0, k_magic_bytes)) ? Compression::zstd : Compression::none;
}

struct ByteSource::Gzip {
  inflate_state state{};
  bool in_member = true;

  Gzip() { start(); }
  void start() {
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    in_member = true;
  }

  /// The thread before may have run on another core: fetching its tables all at once takes a fraction of what
  /// fetching each line of them takes when it is wanted.
  void fetch() {
    constexpr std::size_t k_line_bytes = 64;
    const char* const bytes = reinterpret_cast<const char*>(&state);
    for (std::size_t at = 0; at < sizeof(state); at += k_line_bytes) __builtin_prefetch(bytes + at, 1);
  }
};

struct ByteSource::Zstd {
  ZSTD_DStream* stream = ZSTD_createDStream();
  bool in_frame = true;
  std::vector<char> kept = std::vector<char>(k_zstd_room);  ///< inflated bytes for a caller with less room
  std::size_t kept_used = 0;
  std::size_t kept_size = 0;

  Zstd() = default;
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() { ZSTD_freeDStream(stream); }
};

ByteSource::ByteSource(const std::string& path, const std::atomic<bool>* interrupt, KeptInput* kept)
    : m_path(shown(path)), m_interrupt(interrupt) {
  if (kept != nullptr) m_fd = kept->reopen();
  const bool first_reading = m_fd < 0;
  if (first_reading) m_fd = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (m_fd < 0) {
    const int error = errno;
    throw Error(ExitStatus::input, fmt::format("cannot open: {}", reason(error)),
                error == ENOENT ? hint_for_missing(path) : "", {m_path});
  }
  struct stat status {};
  if (fstat(m_fd, &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      close(m_fd);
      throw Error(ExitStatus::input, "is a directory", "name the result files in it", {m_path});
    }
    m_identity = {status.st_dev, status.st_ino, S_ISREG(status.st_mode),
                  static_cast<std::uint64_t>(status.st_size)};
    (void)posix_fadvise(m_fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    m_begin = lseek(m_fd, 0, SEEK_CUR);
    if (S_ISFIFO(status.st_mode)) (void)fcntl(m_fd, F_SETPIPE_SZ, k_pipe_bytes);
  }
  if (kept == nullptr || !first_reading) return;
  if (!m_identity.regular) {
    m_kept = kept;
    kept->begin_copy(m_path);
  } else if (path == "-") {
    kept->remember_standard_input();
  }
}

ByteSource::~ByteSource() { close(m_fd); }

/// Waits until there is something to read, or the end; false when interrupted. Files never keep anybody
/// waiting.
bool ByteSource::wait_for_bytes() const {
  constexpr int k_look_every_ms = 100;
  if (m_interrupt == nullptr || m_identity.regular) return true;
  pollfd waiting{m_fd, POLLIN, 0};
  while (!m_interrupt->load(std::memory_order_relaxed)) {
    if (poll(&waiting, 1, k_look_every_ms) != 0 && waiting.revents != 0) return true;
  }
  return false;
}

std::size_t ByteSource::read_file(char* to, std::size_t size) {
  while (!m_file_ended) {
    if (!wait_for_bytes()) return 0;
    const ssize_t count = ::read(m_fd, to, size);
    if (count >= 0) {
      m_file_ended = count == 0 && size > 0;  // a terminal would go on after it
      if (m_kept != nullptr) m_kept->append(to, static_cast<std::size_t>(count));
      m_bytes.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) throw cannot_be_read(errno, m_path);
  }
  return 0;
}

std::string ByteSource::first_bytes(std::size_t size) const {
  std::string bytes(size, '\0');
  bytes.resize(read_at(0, bytes.data(), size));
  return bytes;
}

bool ByteSource::is_plain_file() const {
  return m_started && m_compression == Compression::none && m_raw_used == m_raw.size() &&
         m_identity.regular && m_begin >= 0 && m_kept == nullptr;
}

std::size_t ByteSource::read_at(std::uint64_t offset, char* to, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(m_fd, to + done, size - done, m_begin + static_cast<off_t>(offset + done));
    if (count == 0) break;
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      throw cannot_be_read(errno, m_path);
    }
  }
  return done;
}

std::size_t ByteSource::read_cached(std::uint64_t offset, char* to, std::size_t size) const {
  const iovec place{to, size};
  const ssize_t count = preadv2(m_fd, &place, 1, m_begin + static_cast<off_t>(offset), RWF_NOWAIT);
  if (count >= 0) return static_cast<std::size_t>(count);
  return errno == EAGAIN ? 0 : read_at(offset, to, size);  // not every file system can tell
}

void ByteSource::go_on_at(std::uint64_t offset) {
  if (lseek(m_fd, m_begin + static_cast<off_t>(offset), SEEK_SET) < 0) throw cannot_be_read(errno, m_path);
  m_bytes.store(offset, std::memory_order_relaxed);
}

/// Makes sure that raw bytes are waiting; false at the end of the file.
bool ByteSource::refill() {
  if (m_raw_used < m_raw.size()) return true;
  m_raw.resize(k_raw_bytes);
  m_raw_used = 0;
  const std::size_t count = read_file(m_raw.data(), m_raw.size());
  m_raw.resize(count);
  return count > 0;
}

void ByteSource::tell_compression() {
  m_started = true;
  m_raw.resize(k_magic_bytes);
  std::size_t count = 0;
  while (count < k_magic_bytes) {
    const std::size_t more = read_file(m_raw.data() + count, k_magic_bytes - count);
    if (more == 0) break;
    count += more;
  }
  m_raw.resize(count);
  m_compression = told_by(m_raw);
  if (m_compression == Compression::gzip) m_gzip = std::make_unique<Gzip>();
  if (m_compression == Compression::zstd) m_zstd = std::make_unique<Zstd>();
}

std::size_t ByteSource::read(char* to, std::size_t size) {
  if (!m_started) tell_compression();
  switch (m_compression) {
    case Compression::gzip:
      return m_ended ? 0 : read_gzip(to, size);
    case Compression::zstd:
      return read_zstd(to, size);
    default:
      break;
  }
  if (m_raw_used == m_raw.size()) return read_file(to, size);
  const std::size_t count = std::min(size, m_raw.size() - m_raw_used);
  std::memcpy(to, m_raw.data() + m_raw_used, count);
  m_raw_used += count;
  return count;
}

/// Nothing more will come; `count` bytes are still returned.
std::size_t ByteSource::end(std::size_t count, std::string damage, bool truncated) {
  m_ended = true;
  m_damage = std::move(damage);
  m_truncated = truncated;
  return count;
}

/// Between two members; false where there is no further one.
bool ByteSource::begin_gzip_member() {
  while (refill() && m_raw[m_raw_used] == '\0') ++m_raw_used;
  if (!refill()) return false;
  if (m_raw[m_raw_used] != '\x1f') {
    end(0, "what follows the gzip data is no gzip data", false);
    return false;
  }
  m_gzip->start();
  return true;
}

std::size_t ByteSource::read_gzip(char* to, std::size_t size) {
  inflate_state& state = m_gzip->state;
  m_gzip->fetch();
  while (true) {
    if (!m_gzip->in_member && !begin_gzip_member()) {
      m_ended = true;
      return 0;
    }
    const bool more = refill();
    state.next_in = reinterpret_cast<std::uint8_t*>(m_raw.data()) + m_raw_used;
    state.avail_in = static_cast<std::uint32_t>(m_raw.size() - m_raw_used);
    state.next_out = reinterpret_cast<std::uint8_t*>(to);
    state.avail_out = static_cast<std::uint32_t>(size);
    const int result = isal_inflate(&state);
    m_raw_used = m_raw.size() - state.avail_in;
    const std::size_t count = size - state.avail_out;
    if (state.block_state == ISAL_BLOCK_FINISH && result == ISAL_DECOMP_OK) m_gzip->in_member = false;
    if (result == ISAL_INCORRECT_CHECKSUM) return end(count, "the gzip checksum is wrong", true);
    if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT)
      return end(count, "the gzip data is damaged", true);
    if (!more && m_gzip->in_member && count == 0) return end(0, "the gzip data ends too early", true);
    if (count > 0) return count;
  }
}

std::size_t ByteSource::read_zstd(char* to, std::size_t size) {
  Zstd& zstd = *m_zstd;
  if (size >= k_zstd_room && zstd.kept_used == zstd.kept_size) return inflate_zstd(to);
  if (zstd.kept_used == zstd.kept_size) {
    zstd.kept_used = 0;
    zstd.kept_size = inflate_zstd(zstd.kept.data());
  }
  const std::size_t count = std::min(size, zstd.kept_size - zstd.kept_used);
  std::memcpy(to, zstd.kept.data() + zstd.kept_used, count);
  zstd.kept_used += count;
  return count;
}

/// Inflates up to k_zstd_room bytes; 0 at the end.
std::size_t ByteSource::inflate_zstd(char* to) {
  while (!m_ended) {
    const bool more = refill();
    ZSTD_inBuffer in{m_raw.data(), m_raw.size(), m_raw_used};
    ZSTD_outBuffer out{to, k_zstd_room, 0};
    const std::size_t result = ZSTD_decompressStream(m_zstd->stream, &out, &in);
    m_raw_used = in.pos;
    if (ZSTD_isError(result) != 0U) return end(out.pos, "the zstd data is damaged", true);
    if (!more && out.pos == 0)
      return end(0, m_zstd->in_frame ? "the zstd data ends too early" : "", m_zstd->in_frame);
    m_zstd->in_frame = result != 0;
    if (out.pos > 0) return out.pos;
  }
  return 0;
}

}  // namespace k6apm::k6
