// k6 archives: real ones, packed in every way, damaged, and such as nobody should send.
#include "apm/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <fstream>
#include <iterator>

#include "../scratch.hpp"
#include "reading.hpp"

using k6apm::apm::FileStart;
using k6apm::apm::is_archive;
using k6apm::apm::metadata_of_archive;
using reading::contains;

namespace {

struct Item {
  std::string name;
  std::string content;
  unsigned type = AE_IFREG;
};

/// A tar with these entries.
std::string packed(const std::vector<Item>& items, int filter = ARCHIVE_FILTER_NONE) {
  std::string out(std::size_t{128} * 1024 * 1024, '\0');
  std::size_t used = 0;
  struct archive* writer = archive_write_new();
  archive_write_add_filter(writer, filter);
  archive_write_set_format_pax_restricted(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const Item& item : items) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(item.content.size()));
    archive_entry_set_filetype(entry, item.type);
    if (item.type == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, item.content.data(), item.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

FileStart file_of(std::string bytes, bool is_cut = false) {
  FileStart file;
  file.bytes = std::move(bytes);
  file.is_cut = is_cut;
  return file;
}

/// The metadata, or what the Error says.
std::string read(const FileStart& file) {
  REQUIRE(is_archive(file.bytes));
  try {
    return metadata_of_archive(file, "a.tar");
  } catch (const k6apm::Error& error) {
    CHECK(error.status() == k6apm::ExitStatus::usage);
    CHECK(error.notice().where.file == "a.tar");
    return "error: " + error.notice().text;
  }
}

std::string source(const std::string& name) {
  const std::string path = std::string(K6APM_SOURCE_DIR) + "/testdata/" + name;
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<int> filters = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};

}  // namespace

TEST_CASE("the archives of two versions of k6 have the block of the script") {
  const k6apm::test::Scratch scratch;
  const auto read_file = [](const std::string& path) {
    return k6apm::apm::read_options_file(path, {reading::environment({})});
  };
  const std::string root = std::string(K6APM_SOURCE_DIR) + "/testdata/";
  const auto script = read_file(root + "scripts/shop.js");
  for (const std::string name : {"v0.33.0-shop.tar", "v2.2.0-shop.tar"}) {
    const std::string path = root + "archive/" + name;
    const auto block = read_file(path);
    REQUIRE(block.destinations.size() == 2);
    CHECK(block.origin == script.origin);
    CHECK(block.destinations[0].password.reveal() == "not-a-real-one");
    CHECK(block.destinations[0].where.file == path + ":metadata.json");
    CHECK(block.destinations[0].where.line > 100);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(reading::entries_of(block.destinations[i]) == reading::entries_of(script.destinations[i]));
    }
    const std::string metadata = metadata_of_archive(file_of(source("archive/" + name)), name);
    CHECK(read_file(scratch.file("metadata.json", metadata)).json == block.json);
    for (const int filter : filters) {
      const std::string again = packed({{"data", "export default 1"}, {"./metadata.json", metadata}}, filter);
      CHECK(read_file(scratch.file("a.js", again)).json == block.json);
    }
  }
}

TEST_CASE("the first metadata.json counts, wherever it is") {
  for (const int filter : filters) {
    CAPTURE(filter);
    CHECK(read(file_of(packed({{"metadata.json", "one"}, {"metadata.json", "two"}}, filter))) == "one");
    CHECK(read(file_of(packed(
              {{"d", "", AE_IFDIR}, {"a", std::string(100000, 'a')}, {"metadata.json", "one"}}, filter))) ==
          "one");
    CHECK(read(file_of(packed({{"sub/metadata.json", "other"},
                               {"../metadata.json", "other"},
                               {"/metadata.json", "x"},
                               {std::string(300, 'n'), ""},
                               {"\xc3\xa4\xff", ""},
                               {"metadata.json", "one"}},
                              filter))) == "one");
    CHECK(read(file_of(packed({{"metadata.json", ""}}, filter))).empty());
  }
  // What follows does not matter: k6 puts it first, and files that the script opens may be large.
  CHECK(read(file_of(packed({{"metadata.json", "one"}, {"file", std::string(3000, 'x')}}).substr(0, 2048),
                     true)) == "one");
}

TEST_CASE("archives without metadata.json are told") {
  for (const int filter : filters) {
    CAPTURE(filter);
    CHECK(read(file_of(packed({{"script.js", "export const options = {}"}}, filter))) ==
          "error: is an archive without metadata.json");
    CHECK(read(file_of(packed({{"metadata.json", "", AE_IFLNK}}, filter))) ==
          "error: metadata.json in the archive is no file");
    // The name of a directory ends in a slash.
    CHECK(read(file_of(packed({{"metadata.json", "", AE_IFDIR}, {"metadata.json", "x"}}, filter))) == "x");
  }
  CHECK(contains(read(file_of(packed({{"a", std::string(10000, 'a')}}).substr(0, 4096), true)),
                 "without metadata.json in its first 16 MiB"));
}

TEST_CASE("compressed files that are no archive, and damaged ones, are told") {
  const std::string gzip = packed({{"metadata.json", std::string(50000, 'x')}}, ARCHIVE_FILTER_GZIP);
  const std::string zstd = packed({{"metadata.json", std::string(50000, 'x')}}, ARCHIVE_FILTER_ZSTD);
  const std::string tar = packed({{"metadata.json", std::string(50000, 'x')}});
  for (const std::string& whole : {gzip, zstd, tar}) {
    for (const double share : {0.3, 0.6, 0.8}) {
      const auto size = std::max<std::size_t>(
          whole == tar ? 600 : 4,
          static_cast<std::size_t>(static_cast<double>(std::min<std::size_t>(whole.size(), 50000)) * share));
      CAPTURE(size);
      const std::string said = read(file_of(whole.substr(0, size)));
      CHECK((contains(said, "error: is no k6 archive, or one that is damaged or cut off") ||
             contains(said, "error: is compressed, and damaged or cut off")));
    }
  }
  CHECK(contains(read(file_of("\x1f\x8b")), "error: "));
  CHECK(contains(read(file_of("\x1f\x8bnothing of the kind, but long enough to look at")), "error: "));
  CHECK(contains(read(file_of("\x28\xb5\x2f\xfd")), "error: "));
}

TEST_CASE("an archive that inflates to very much is not read on") {
  const std::string zeros(std::size_t{70} * 1024 * 1024, '\0');
  for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD}) {
    CAPTURE(filter);
    CHECK(contains(read(file_of(packed({{"data", zeros}, {"metadata.json", "one"}}, filter))),
                   "without metadata.json in its first 64 MiB after inflating"));
    CHECK(contains(
        read(file_of(packed({{"metadata.json", zeros.substr(0, std::size_t{17} * 1024 * 1024)}}, filter))),
        "metadata.json in the archive is larger than 16 MiB"));
  }
  std::vector<Item> many(10'000, {"a", ""});
  many.push_back({"metadata.json", "one"});
  CHECK(contains(read(file_of(packed(many))), "without metadata.json among its first 10000 entries"));
}

TEST_CASE("a script or a JSON text is no archive") {
  for (const std::string text : {"", "x", "{}", "export const options = {};"}) CHECK(!is_archive(text));
  CHECK(!is_archive(std::string(600, ' ')));
}
