#include "k6/block_reader.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"
#include "files.hpp"
#include "parallel.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;

namespace {

constexpr std::size_t k_longest_line = 16 * 1024 * 1024;
const std::vector<std::size_t> k_block_sizes = {1, 7, 64, 1024 * 1024};

struct Cut {
  std::string text{};  ///< all blocks together
  std::vector<std::string> blocks{};
  std::vector<BlockKind> kinds{};
};

/// Reads everything and checks what holds for every block.
Cut cut(const std::vector<std::string>& paths, std::size_t block_bytes) {
  BlockReader reader(paths, block_bytes);
  Cut all;
  Block block;
  std::uint64_t sequence = 0;
  std::uint64_t offset = 0;
  std::uint32_t file = 0;
  while (reader.next(block)) {
    if (block.file != file) offset = 0;
    REQUIRE(block.file >= file);
    file = block.file;
    CHECK(block.sequence == sequence++);
    CHECK(block.offset == offset);
    REQUIRE_FALSE(block.text.empty());
    REQUIRE(block.buffer.size() >= block.lead + block.text.size() + Block::k_padding);
    offset += block.text.size();
    all.text += block.text;
    all.blocks.emplace_back(block.text.substr(0, 100));
    all.kinds.push_back(block.kind);
  }
  CHECK_FALSE(reader.next(block));
  return all;
}

}  // namespace

TEST_CASE("blocks of any size are whole lines and hold every byte once, in order") {
  const Scratch scratch;
  const std::string text = "one\n\nthree is longer than seven bytes\r\n" + std::string(200, 'x') + "\nlast\n";
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    const std::string path = scratch.file("a", packed);
    for (const std::size_t size : k_block_sizes) {
      CAPTURE(size);
      const Cut found = cut({path}, size);
      CHECK(found.text == text);
      for (std::size_t i = 0; i < found.kinds.size(); ++i) CHECK(found.kinds[i] == BlockKind::lines);
    }
  }
}

TEST_CASE("several threads together get every block once") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i) + '\n';
  const std::string other = "plain\n" + text;
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    for (const std::size_t size : {100U, 5'000U, 100'000U}) {
      CAPTURE(size);
      BlockReader reader({scratch.file("a", packed), scratch.file("b", other)}, size);
      std::mutex mutex;
      std::map<std::uint64_t, std::string> found;
      k6apm::run_parallel(4, [&](std::size_t) {
        Block block;
        while (reader.next(block)) {
          const std::scoped_lock lock(mutex);
          found[block.sequence] = block.text;
        }
      });
      std::string all;
      for (const auto& [sequence, part] : found) all += part;
      CHECK(found.size() == found.rbegin()->first + 1);
      CHECK(all == text + other);
    }
  }
}

TEST_CASE("a plain file of JSON that several threads read each for itself is the same in the end") {
  const Scratch scratch;
  const std::string begin =
      R"({"metric":"m","type":"Point","data":{"time":"2026-11-20T07:27:26Z","value":1,"tags":{"n":")";
  std::string text;
  for (std::size_t i = 0; i < 6'000; ++i) {
    // Some lines are longer than a block looks back for a line end.
    text += begin + std::to_string(i) + std::string(i % 500 == 7 ? 20'000 : i % 97, 'x') + "\"}}}\n";
  }
  for (const std::string& content : {text, text + "cut off"}) {
    const std::string path = scratch.file("a", content);
    for (const std::size_t size : {4'095U, 4'096U, 10'000U, 100'000U}) {
      CAPTURE(size);
      BlockReader reader({path}, size);
      std::mutex mutex;
      std::map<std::uint64_t, std::pair<std::uint64_t, std::string>> found;
      k6apm::run_parallel(4, [&](std::size_t) {
        Block block;
        while (reader.next(block)) {
          const std::scoped_lock lock(mutex);
          found[block.sequence] = {block.offset, std::string(block.text)};
          CHECK(block.buffer.size() >= block.lead + block.text.size() + Block::k_padding);
          CHECK(block.kind == BlockKind::lines);
        }
      });
      std::string all;
      for (const auto& [sequence, part] : found) {
        CHECK(part.first == all.size());
        all += part.second;
        CHECK((all.ends_with('\n') || all.size() == content.size()));
      }
      CHECK(found.size() == found.rbegin()->first + 1);
      CHECK((all == content));
      CHECK(reader.inputs()[0].bytes == content.size());
      CHECK(reader.bytes_read() == content.size());
    }
  }
}

TEST_CASE("stop() lets those go that wait") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i) + '\n';
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    BlockReader reader({scratch.file("a", packed)}, 100);
    std::atomic<int> blocks{0};
    k6apm::run_parallel(4, [&](std::size_t) {
      Block block;
      while (reader.next(block)) {
        if (++blocks == 50) reader.stop();
      }
    });
    CHECK(blocks >= 50);
    CHECK(blocks < 100);
  }
}

TEST_CASE("every block ends with a newline, but for a last line without one") {
  const Scratch scratch;
  const std::string path = scratch.file("a", "one\ntwo\nthree");
  for (const std::size_t size : k_block_sizes) {
    const Cut found = cut({path}, size);
    CHECK(found.text == "one\ntwo\nthree");
    for (std::size_t i = 0; i + 1 < found.blocks.size(); ++i) CHECK(found.blocks[i].ends_with('\n'));
    CHECK(found.blocks.back().ends_with("three"));
  }
}

TEST_CASE("lines of one file never continue in the next") {
  const Scratch scratch;
  const std::vector<std::string> paths = {scratch.file("a", "one\ntwo"), scratch.file("b", ""),
                                          scratch.file("c", gzip("three\n"))};
  for (const std::size_t size : k_block_sizes) {
    BlockReader reader(paths, size);
    std::vector<std::string> texts(3);
    Block block;
    while (reader.next(block)) texts.at(block.file) += block.text;
    CHECK(texts == std::vector<std::string>{"one\ntwo", "", "three\n"});
    CHECK(reader.inputs()[0].bytes == 7);
    CHECK(reader.inputs()[0].head == "one\ntwo");
    CHECK(reader.inputs()[2].compression == Compression::gzip);
    CHECK(reader.inputs()[2].head == "three\n");
  }
}

TEST_CASE("an empty input gives no block") {
  const Scratch scratch;
  for (const std::string& content : {std::string(), gzip(""), zstd("")}) {
    CHECK(cut({scratch.file("a", content)}, 64).blocks.empty());
  }
}

TEST_CASE("a line longer than 16 MiB is given up, and the lines around it are read") {
  const Scratch scratch;
  const std::string overlong(k_longest_line + 5'000'000, 'x');
  const std::string path = scratch.file("a", gzip("good 1\n" + overlong + "\ngood 2\ngood 3\n"));
  for (const std::size_t size : {std::size_t{64}, std::size_t{256} * 1024, std::size_t{32} << 20U}) {
    CAPTURE(size);
    const Cut found = cut({path}, size);
    CHECK(found.text.size() == overlong.size() + 22);
    std::string lines;
    int begun = 0;
    for (std::size_t i = 0; i < found.blocks.size(); ++i) {
      if (found.kinds[i] == BlockKind::overlong_begin) ++begun;
      if (found.kinds[i] == BlockKind::lines && found.blocks[i].front() == 'g')
        lines += found.blocks[i].substr(0, 7);
    }
    // A block as long as the line holds it whole: then it is a line like any other.
    CHECK(begun == (size > overlong.size() ? 0 : 1));
    if (begun == 1) CHECK(lines == "good 1\ngood 2\n");
  }
}

TEST_CASE("a line just as long as allowed is read") {
  const Scratch scratch;
  const std::string text = "a\n" + std::string(k_longest_line - 1, 'x') + "\nb\n";
  const Cut found = cut({scratch.file("a", text)}, 1024);
  CHECK((found.text == text));
  for (const BlockKind kind : found.kinds) CHECK(kind == BlockKind::lines);
}

TEST_CASE("an overlong line at the end of a file ends with it") {
  const Scratch scratch;
  const std::string overlong(k_longest_line + 1'000'000, 'x');
  const Cut found = cut({scratch.file("a", overlong), scratch.file("b", "good\n")}, 4096);
  CHECK(found.kinds.front() == BlockKind::overlong_begin);
  CHECK(found.kinds.back() == BlockKind::lines);
  CHECK(found.blocks.back() == "good\n");
}

TEST_CASE("the same file twice is a usage error, under whatever name") {
  const Scratch scratch;
  const std::string path = scratch.file("a", "one\n");
  std::filesystem::create_symlink(path, scratch.path("link"));
  std::filesystem::create_hard_link(path, scratch.path("hard"));
  for (const std::string& other : {path, scratch.path("link"), scratch.path("hard"), scratch.path("./a")}) {
    CAPTURE(other);
    try {
      BlockReader reader({path, scratch.file("b", "one\n"), other}, 64);
      FAIL("not refused");
    } catch (const k6apm::Error& error) {
      CHECK(error.status() == k6apm::ExitStatus::usage);
      CHECK(error.notice().where.file == other);
    }
  }
  CHECK_NOTHROW(BlockReader({path, scratch.file("b", "one\n")}, 64));
}

TEST_CASE("a missing input is found before anything is read") {
  const Scratch scratch;
  CHECK_THROWS_AS(BlockReader({scratch.file("a", "one\n"), scratch.path("nothing")}, 64), k6apm::Error);
}

TEST_CASE("the hash is of the content, whatever the compression and the block size") {
  const Scratch scratch;
  std::string text;
  while (text.size() < 100'000) text += "line " + std::to_string(text.size()) + "\n";
  std::vector<std::uint64_t> hashes;
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    for (const std::size_t size : k_block_sizes) {
      BlockReader reader({scratch.file("a", packed)}, size);
      Block block;
      while (reader.next(block)) {
      }
      hashes.push_back(reader.inputs().front().content_hash);
    }
  }
  for (const std::uint64_t hash : hashes) CHECK(hash == hashes.front());
  text[10] = 'L';
  BlockReader other({scratch.file("a", text)}, 64);
  Block block;
  while (other.next(block)) {
  }
  CHECK(other.inputs().front().content_hash != hashes.front());
}

TEST_CASE("after stop() no block comes any more") {
  const Scratch scratch;
  BlockReader reader({scratch.file("a", "one\ntwo\n")}, 1);
  Block block;
  CHECK(reader.next(block));
  reader.stop();
  CHECK_FALSE(reader.next(block));
}

TEST_CASE("progress counts bytes on disk") {
  const Scratch scratch;
  const std::string packed = gzip(std::string(100'000, 'x'));
  BlockReader reader({scratch.file("a", packed), scratch.file("b", "one\n")}, 64);
  CHECK(reader.bytes_total() == packed.size() + 4);
  Block block;
  while (reader.next(block)) {
  }
  CHECK(reader.bytes_read() == packed.size() + 4);
}
