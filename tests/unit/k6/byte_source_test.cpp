#include "k6/byte_source.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "error.hpp"
#include "files.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;

namespace {

/// Text that compresses neither to nothing nor not at all, longer than any buffer inside.
std::string long_text() {
  std::mt19937 random(3);  // NOLINT(cert-msc51-cpp)
  std::string text;
  while (text.size() < 700'000) text += "line " + std::to_string(random() % 100'000) + "\n";
  return text;
}

k6apm::ExitStatus status_of_opening(const std::string& path) {
  try {
    const ByteSource source(path);
  } catch (const k6apm::Error& error) {
    CHECK_FALSE(error.notice().text.empty());
    CHECK(error.notice().where.file == path);
    return error.status();
  }
  return k6apm::ExitStatus::ok;
}

}  // namespace

TEST_CASE("content is told by its first bytes, not by its name") {
  const Scratch scratch;
  const std::string text = "one\ntwo\n";
  CHECK(read_all(scratch.file("a.gz", text)).compression == Compression::none);
  CHECK(read_all(scratch.file("a", gzip(text))).compression == Compression::gzip);
  CHECK(read_all(scratch.file("a.json", zstd(text))).compression == Compression::zstd);
  CHECK(name_of(Compression::none) == "none");
  CHECK(name_of(Compression::gzip) == "gzip");
  CHECK(name_of(Compression::zstd) == "zstd");
}

TEST_CASE("files of 0 to 4 bytes are read whole") {
  const Scratch scratch;
  for (const std::string text : {"", "a", "ab", "\x1f", "\x28\xb5\x2f", "abcd"}) {
    const Content content = read_all(scratch.file("a", text), 1);
    CHECK(content.text == text);
    CHECK(content.damage.empty());
    CHECK(content.bytes == text.size());
  }
}

TEST_CASE("every compression gives the same bytes, however many are asked for at once") {
  const Scratch scratch;
  const std::string text = long_text();
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    const std::string path = scratch.file("a", packed);
    for (const std::size_t at_once : {std::size_t{7}, std::size_t{4096}, std::size_t{1} << 20U}) {
      const Content content = read_all(path, at_once);
      CHECK((content.text == text));
      CHECK(content.damage.empty());
      CHECK(content.bytes == packed.size());
    }
  }
}

TEST_CASE("several gzip members and zstd frames are one input, and zeros may follow gzip") {
  const Scratch scratch;
  const std::vector<std::string> files = {
      gzip("one\n") + gzip("two\n"), gzip("one\n") + gzip("") + gzip("two\n"),
      gzip("one\n") + gzip("two\n") + std::string(512, '\0'),
      gzip("one\n") + std::string(3, '\0') + gzip("two\n"), gzip("one\ntwo\n") + std::string(300'000, '\0'),
      zstd("one\n") + zstd("two\n"), zstd("one\n") + zstd("") + zstd("two\n"),
      // A skippable frame (RFC 8878, section 3.1.2) of four bytes between the two.
      std::string("\x5f\x2a\x4d\x18\x04\0\0\0abcd", 12) + zstd("one\ntwo\n"),
      zstd("one\n") + std::string("\x50\x2a\x4d\x18\x04\0\0\0abcd", 12) + zstd("two\n")};
  for (std::size_t i = 0; i < files.size(); ++i) {
    CAPTURE(i);
    for (const std::size_t at_once : {1U, 5U, 4096U}) {
      const Content content = read_all(scratch.file("a", files[i]), at_once);
      CHECK(content.text == "one\ntwo\n");
      CHECK(content.damage == "");
    }
  }
}

TEST_CASE("an empty gzip or zstd file is empty and whole") {
  const Scratch scratch;
  for (const std::string& packed : {gzip(""), zstd("")}) {
    const Content content = read_all(scratch.file("a", packed));
    CHECK(content.text.empty());
    CHECK(content.damage.empty());
  }
}

TEST_CASE("a compressed file cut anywhere gives a prefix and says that it ends too early") {
  const Scratch scratch;
  const std::string text = long_text().substr(0, 3000);
  for (const std::string& packed :
       {gzip(text), zstd(text), gzip("x\n") + gzip(text), zstd("x\n") + zstd(text)}) {
    const bool two = packed.size() > zstd(text).size() && read_all(scratch.file("w", packed)).text != text;
    const std::string all = two ? "x\n" + text : text;
    const std::size_t first_ends = !two                         ? 0
                                   : packed.starts_with('\x1f') ? gzip("x\n").size()
                                                                : zstd("x\n").size();
    for (std::size_t length = 4; length < packed.size(); ++length) {
      if (length == first_ends) continue;
      CAPTURE(length);
      const Content content = read_all(scratch.file("a", packed.substr(0, length)));
      REQUIRE(all.starts_with(content.text));
      REQUIRE(content.damage.find("ends too early") != std::string::npos);
      REQUIRE(content.truncated);
    }
  }
}

TEST_CASE("a damaged checksum is said and what was read is kept") {
  const Scratch scratch;
  const std::string text = long_text().substr(0, 3000);
  std::string packed = gzip(text);
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
  const Content checksum = read_all(scratch.file("a", packed));
  CHECK(checksum.text == text);
  CHECK(checksum.damage == "the gzip checksum is wrong");
  packed = zstd(text);
  packed.back() = static_cast<char>(packed.back() ^ 1);
  CHECK(read_all(scratch.file("a", packed)).damage == "the zstd data is damaged");
  const Content garbage = read_all(scratch.file("a", gzip("one\n") + "this is no gzip data"));
  CHECK(garbage.text == "one\n");
  CHECK_FALSE(garbage.truncated);
  CHECK(checksum.truncated);
  CHECK(garbage.damage == "what follows the gzip data is no gzip data");
  CHECK(read_all(scratch.file("a", zstd("one\n") + "no zstd")).text == "one\n");
}

TEST_CASE("damaged bytes anywhere never crash and never give more than they may") {
  const Scratch scratch;
  const std::string text = long_text().substr(0, 2000);
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    for (std::size_t at = 4; at < packed.size(); at += 3) {
      std::string damaged = packed;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      const Content content = read_all(scratch.file("a", damaged));
      CHECK((content.text == text || !content.damage.empty()));
    }
  }
}

TEST_CASE("a missing file and a directory are input errors that name the path") {
  const Scratch scratch;
  CHECK(status_of_opening(scratch.path("nothing")) == k6apm::ExitStatus::input);
  CHECK(status_of_opening(scratch.path("")) == k6apm::ExitStatus::input);
  CHECK(status_of_opening(scratch.file("a", "x")) == k6apm::ExitStatus::ok);
}

TEST_CASE("a plain file can be read at any place, and gone on with from there") {
  const Scratch scratch;
  const std::string text = long_text();
  ByteSource source(scratch.file("a", text));
  CHECK_FALSE(source.is_plain_file());  // nothing is known of it yet
  CHECK(source.is_whole_file());
  CHECK(source.first_bytes(10) == text.substr(0, 10));
  CHECK((source.first_bytes(2'000'000) == text));
  std::string bytes(1000, ' ');
  while (source.bytes() < bytes.size()) CHECK(source.read(bytes.data(), bytes.size()) > 0);
  CHECK(source.is_plain_file());
  for (const std::size_t offset : {std::size_t{0}, std::size_t{4}, std::size_t{5'000}, text.size() - 1000}) {
    CHECK(source.read_at(offset, bytes.data(), bytes.size()) == bytes.size());
    CHECK(bytes == text.substr(offset, bytes.size()));
    CHECK(source.read_cached(offset, bytes.data(), bytes.size()) <= bytes.size());
  }
  CHECK(source.read_at(text.size() - 10, bytes.data(), bytes.size()) == 10);
  CHECK(source.read_at(text.size(), bytes.data(), bytes.size()) == 0);
  CHECK(source.read_cached(text.size() + 10, bytes.data(), bytes.size()) == 0);
  source.go_on_at(100'000);
  CHECK(source.bytes() == 100'000);
  const Content rest = read_all(source, 4096);
  CHECK((rest.text == text.substr(100'000)));
  CHECK(rest.bytes == text.size());
}

TEST_CASE("of standard input, only what nobody has read before counts") {
  const Scratch scratch;
  const std::string text = long_text();
  const std::string path = scratch.file("a", text);
  const int kept = dup(STDIN_FILENO);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  CHECK(lseek(file, 5, SEEK_SET) == 5);
  CHECK(dup2(file, STDIN_FILENO) == STDIN_FILENO);
  close(file);
  ByteSource source("-");
  CHECK_FALSE(source.is_whole_file());
  std::string bytes(1000, ' ');
  CHECK(source.read(bytes.data(), 4) == 4);
  CHECK(source.is_plain_file());
  CHECK(source.read_at(10, bytes.data(), bytes.size()) == bytes.size());
  CHECK(bytes == text.substr(15, bytes.size()));
  source.go_on_at(20);
  CHECK((read_all(source, 4096).text == text.substr(25)));
  CHECK(source.bytes() == text.size() - 5);
  dup2(kept, STDIN_FILENO);
  close(kept);
}

TEST_CASE("what has to be inflated, and what is no file, is not read at any place") {
  const Scratch scratch;
  for (const std::string& packed : {gzip(long_text()), zstd(long_text())}) {
    ByteSource source(scratch.file("a", packed));
    char byte = 0;
    CHECK(source.read(&byte, 1) == 1);
    CHECK_FALSE(source.is_plain_file());
  }
  ByteSource device("/dev/zero");
  char byte = 0;
  CHECK(device.read(&byte, 1) == 1);
  CHECK_FALSE(device.is_whole_file());
  CHECK_FALSE(device.is_plain_file());
}
