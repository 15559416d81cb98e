// The functions of libarchive that are used, with the types of its headers.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "shared_library.hpp"

namespace k6apm::apm {

/// Called as in libarchive's manual, without the prefix: libarchive().read_new().
class LibArchive : private SharedLibrary {
 public:
  LibArchive() : SharedLibrary("libarchive.so.13", "reading a k6 archive", "libarchive13") {}

  decltype(&archive_entry_filetype) entry_filetype = function("archive_entry_filetype");
  decltype(&archive_entry_hardlink) entry_hardlink = function("archive_entry_hardlink");
  decltype(&archive_entry_pathname) entry_pathname = function("archive_entry_pathname");
  decltype(&archive_filter_bytes) filter_bytes = function("archive_filter_bytes");
  decltype(&archive_read_append_filter) read_append_filter = function("archive_read_append_filter");
  decltype(&archive_read_data_block) read_data_block = function("archive_read_data_block");
  decltype(&archive_read_free) read_free = function("archive_read_free");
  decltype(&archive_read_new) read_new = function("archive_read_new");
  decltype(&archive_read_next_header) read_next_header = function("archive_read_next_header");
  decltype(&archive_read_open_memory) read_open_memory = function("archive_read_open_memory");
  decltype(&archive_read_support_format_raw) read_support_format_raw =
      function("archive_read_support_format_raw");
  decltype(&archive_read_support_format_tar) read_support_format_tar =
      function("archive_read_support_format_tar");
  decltype(&archive_version_number) version_number = function("archive_version_number");
};

/// Loads it on the first call; from any thread. Throws Error(usage) where it cannot be loaded, until it can.
const LibArchive& libarchive();

}  // namespace k6apm::apm
