#include "apm/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "apm/libarchive.hpp"
#include "apm/options_bytes.hpp"
#include "script/source.hpp"

namespace k6apm::apm {

namespace {

// Where the magic number of a tar header stands, and what it is (POSIX.1-2017, pax, ustar Interchange
// Format).
constexpr std::size_t tar_magic_offset = 257;
constexpr std::string_view tar_magic = "ustar";
constexpr std::string_view gzip_magic = "\x1f\x8b";          // RFC 1952, 2.3.1
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";  // RFC 8878, 3.1.1

/// The largest metadata.json, in bytes: that of an options file.
constexpr std::size_t max_metadata = script::Source::max_bytes;
/// How much may be in front of the end of metadata.json, in bytes after inflating, and how many entries. k6
/// writes it first; somebody may have packed the archive again.
constexpr std::size_t max_inflated = 64 * bytes_in_mib;
constexpr std::size_t max_entries = 10'000;
/// The largest archive that is sent on, in bytes: our own bound.
constexpr std::size_t max_archive = 256 * bytes_in_mib;

struct Free {
  void operator()(struct archive* one) const { libarchive().read_free(one); }
};

bool is_tar(std::string_view bytes) {
  return bytes.size() > tar_magic_offset && bytes.substr(tar_magic_offset, tar_magic.size()) == tar_magic;
}

using Handle = std::unique_ptr<struct archive, Free>;

/// One filter and no guessing: libarchive would look for compressed data inside compressed data.
int filter_of(std::string_view bytes) {
  return bytes.starts_with(gzip_magic)   ? ARCHIVE_FILTER_GZIP
         : bytes.starts_with(zstd_magic) ? ARCHIVE_FILTER_ZSTD
                                         : ARCHIVE_FILTER_NONE;
}

/// The beginning of what a compressed file holds, whatever that is; empty where it cannot be inflated.
std::string inflated_start(std::string_view bytes) {
  const Handle raw(libarchive().read_new());
  struct archive_entry* entry = nullptr;
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const bool is_there = libarchive().read_append_filter(raw.get(), filter_of(bytes)) == ARCHIVE_OK &&
                        libarchive().read_support_format_raw(raw.get()) == ARCHIVE_OK &&
                        libarchive().read_open_memory(raw.get(), bytes.data(), bytes.size()) == ARCHIVE_OK &&
                        libarchive().read_next_header(raw.get(), &entry) == ARCHIVE_OK &&
                        libarchive().read_data_block(raw.get(), &block, &size, &offset) == ARCHIVE_OK;
  return is_there ? std::string(static_cast<const char*>(block), std::min<std::size_t>(size, 1024)) : "";
}

class Reader {
 public:
  Reader(const FileStart& file, const std::string& path)
      : m_file(file), m_path(path), m_archive(libarchive().read_new()) {
    check(libarchive().read_append_filter(m_archive.get(), filter_of(file.bytes)));
    check(libarchive().read_support_format_tar(m_archive.get()));
    const int opened = libarchive().read_open_memory(m_archive.get(), file.bytes.data(), file.bytes.size());
    if (opened == ARCHIVE_FATAL) refuse_other_content();
    check(opened);
  }

  std::string metadata() {
    for (std::size_t i = 0; i < max_entries; ++i) {
      struct archive_entry* entry = nullptr;
      const int result = libarchive().read_next_header(m_archive.get(), &entry);
      if (result == ARCHIVE_EOF) refuse("is an archive without metadata.json", k_hint);
      check(result);
      const char* name = libarchive().entry_pathname(entry);  // null where the locale cannot spell it
      const std::string_view shown = name == nullptr ? std::string_view() : std::string_view(name);
      if (shown != "metadata.json" && shown != "./metadata.json") {
        read_data(nullptr);
        continue;
      }
      if (libarchive().entry_filetype(entry) != AE_IFREG || libarchive().entry_hardlink(entry) != nullptr)
        refuse("metadata.json in the archive is no file", k_hint);
      std::string text;
      read_data(&text);
      return text;
    }
    refuse(fmt::format("is an archive without metadata.json among its first {} entries", max_entries),
           k_hint);
  }

 private:
  static constexpr auto* k_hint = "a k6 archive is what `k6 archive SCRIPT` writes";

  [[noreturn]] void refuse(std::string text, std::string hint = {}) const {
    throw Error(ExitStatus::usage, std::move(text), std::move(hint), Location{m_path, 0, 0});
  }

  /// What is compressed may be something else.
  void refuse_other_content() const {
    const std::string start = inflated_start(m_file.bytes);
    if (start.empty()) refuse("is compressed, and damaged or cut off", k_hint);
    if (is_tar(start)) return;
    refuse_mistaken(start, m_path);
    refuse("is compressed, and what it holds is no k6 archive",
           "a script and JSON are given as they are, not compressed");
  }

  /// Goes on where libarchive is content or only warns.
  void check(int result) const {
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) return;
    if (m_file.is_cut) {
      refuse(fmt::format("is an archive without metadata.json in its first {} MiB",
                         script::Source::max_bytes / bytes_in_mib),
             k_hint);
    }
    refuse("is no k6 archive, or one that is damaged or cut off", k_hint);
  }

  /// Reads what the entry holds, into `text` where that is given. Passing over it would be up to libarchive,
  /// which knows no limit.
  void read_data(std::string* text) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    while (true) {
      const int result = libarchive().read_data_block(m_archive.get(), &block, &size, &offset);
      if (result == ARCHIVE_EOF) return;
      check(result);
      if (static_cast<std::size_t>(libarchive().filter_bytes(m_archive.get(), 0)) > max_inflated) {
        refuse(fmt::format("is an archive without metadata.json in its first {} MiB after inflating",
                           max_inflated / bytes_in_mib),
               k_hint);
      }
      if (text == nullptr || size == 0) continue;
      if (offset != static_cast<la_int64_t>(text->size()))
        refuse("metadata.json in the archive has holes", k_hint);
      if (size > max_metadata - text->size()) {
        refuse(fmt::format("metadata.json in the archive is larger than {} MiB, which none is",
                           max_metadata / bytes_in_mib));
      }
      text->append(static_cast<const char*>(block), size);
    }
  }

  const FileStart& m_file;
  const std::string& m_path;
  Handle m_archive;
};

}  // namespace

bool is_archive(std::string_view bytes) {
  return is_tar(bytes) || bytes.substr(0, gzip_magic.size()) == gzip_magic ||
         bytes.substr(0, zstd_magic.size()) == zstd_magic;
}

WholeArchive read_whole_archive(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {{}, "it comes only once, and was read already"};
  if (std::filesystem::file_size(path, error) > max_archive || error)
    return {{}, fmt::format("it is larger than {} MiB", max_archive / bytes_in_mib)};
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return {{}, "it cannot be read"};
  if (is_tar(bytes)) return {std::move(bytes), {}};
  return {{}, is_archive(bytes) ? "it is compressed, and k6 cloud takes a plain tar" : "it is no k6 archive"};
}

std::string metadata_of_archive(const FileStart& file, const std::string& path) {
  return Reader(file, path).metadata();
}

}  // namespace k6apm::apm
