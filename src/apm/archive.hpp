// Reads what `k6 archive` writes: a tar whose metadata.json holds the options that k6 made of the script.
// Format: k6 lib/archive.go, Archive.Write (metadata.json is the first entry).
#pragma once

#include <string>
#include <string_view>

#include "apm/options_bytes.hpp"

namespace k6apm::apm {

/// Whether it begins as a tar or something that is compressed, told by its content. What is compressed is
/// taken for an archive: no script is.
bool is_archive(std::string_view bytes);

/// The text of the first metadata.json of an archive: plain, gzip or zstd. Nothing else is looked at, and
/// nothing is written. Throws Error with ExitStatus::usage where there is none, where the archive is damaged
/// or cut before its end, or where more is in front of it than a k6 archive has (bytes that inflate to very
/// many are not read on).
std::string metadata_of_archive(const FileStart& file, const std::string& path);

/// A k6 archive as it goes to k6 cloud, or why the file at a path is none of that kind.
struct WholeArchive {
  std::string bytes{};    ///< the plain tar; empty where there is none
  std::string why_not{};  ///< for people; empty where there is one
};

/// Reads the whole file at `path`; anything but a plain tar in a regular file is none.
WholeArchive read_whole_archive(const std::string& path);

}  // namespace k6apm::apm
