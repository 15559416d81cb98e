// The bytes of one input, inflated: plain, gzip (RFC 1952) or zstd (RFC 8878), told by the first bytes.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "k6/kept_input.hpp"

namespace k6apm::k6 {

enum class Compression { none, gzip, zstd };

/// What messages call an input: `-` is standard input.
std::string shown(const std::string& path);

/// `none`, `gzip` or `zstd`.
std::string_view name_of(Compression compression);

/// As the first bytes of a file tell.
Compression told_by(std::string_view first_bytes);

/// What tells a file from another, however it is named.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool regular = false;
  std::uint64_t size = 0;  ///< bytes, for regular files
};

/// Opens `path` (`-` is standard input) for reading and closes it in the end. For one thread; the counter may
/// be read from others.
class ByteSource {
 public:
  /// Throws Error(ExitStatus::input) where the file cannot be opened or is a directory. When `interrupt`,
  /// which outlives the object, becomes true, a pipe that gives nothing ends as if it were closed. An input
  /// that is read more than once has its `kept`, which outlives the object too.
  explicit ByteSource(const std::string& path, const std::atomic<bool>* interrupt = nullptr,
                      KeptInput* kept = nullptr);
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ~ByteSource();

  /// Reads up to `size` bytes (at least 1): how many, 0 at the end. Throws Error where reading fails.
  std::size_t read(char* to, std::size_t size);

  /// Whether this is a regular file that nobody had begun to read.
  bool is_whole_file() const { return m_identity.regular && m_begin == 0; }

  /// The first bytes of a regular file as they are on disk, at most `size`; they are still to be read.
  std::string first_bytes(std::size_t size) const;

  /// Whether the content is that of a regular file as it is: it can be read at any place then. Not before the
  /// first bytes were read.
  bool is_plain_file() const;

  /// Reads what a plain file has at `offset`, as much of `size` bytes as there is: how many. For any thread.
  std::size_t read_at(std::uint64_t offset, char* to, std::size_t size) const;

  /// The same, but less, or nothing, where it would have to wait for a device: there the system reads ahead
  /// of who reads in order.
  std::size_t read_cached(std::uint64_t offset, char* to, std::size_t size) const;

  /// Lets read() go on at `offset` in a plain file; what stands before counts as taken.
  void go_on_at(std::uint64_t offset);

  Compression compression() const { return m_compression; }
  const FileIdentity& identity() const { return m_identity; }

  /// Bytes taken from the file so far, as they are on disk.
  std::uint64_t bytes() const { return m_bytes.load(std::memory_order_relaxed); }

  /// After the end: what is wrong with the compressed data, or empty. What came before was returned by
  /// read().
  const std::string& damage() const { return m_damage; }

  /// After the end: whether compressed data is missing.
  bool truncated() const { return m_truncated; }

 private:
  struct Gzip;
  struct Zstd;

  bool wait_for_bytes() const;
  std::size_t read_file(char* to, std::size_t size);
  bool refill();
  void tell_compression();
  bool begin_gzip_member();
  std::size_t end(std::size_t count, std::string damage, bool truncated);
  std::size_t read_gzip(char* to, std::size_t size);
  std::size_t read_zstd(char* to, std::size_t size);
  std::size_t inflate_zstd(char* to);

  std::string m_path;
  const std::atomic<bool>* m_interrupt;
  KeptInput* m_kept = nullptr;  ///< where the bytes go that come only once
  int m_fd = -1;
  off_t m_begin = -1;  ///< where in the file reading began; standard input may have been read before
  FileIdentity m_identity{};
  Compression m_compression = Compression::none;
  std::string m_raw{};         ///< bytes of the file that wait to be inflated or returned
  std::size_t m_raw_used = 0;  ///< how many of them are done
  bool m_file_ended = false;
  bool m_started = false;
  bool m_ended = false;
  std::atomic<std::uint64_t> m_bytes{0};
  std::string m_damage{};
  bool m_truncated = false;
  std::unique_ptr<Gzip> m_gzip;
  std::unique_ptr<Zstd> m_zstd;
};

}  // namespace k6apm::k6
