#include "delivery/journal.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../scratch.hpp"
#include "error.hpp"
#include "stored_files.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;
using delivery::Journal;
using Lines = std::vector<std::string>;

void ignore(std::string_view) {}

Lines lines_of(const fs::path& path) {
  Lines lines;
  const Journal journal(path, [&lines](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

void append(const fs::path& path, const Lines& lines) {
  Journal journal(path, ignore);
  for (const std::string& line : lines) journal.append(line);
}

/// What a file holds with these lines.
std::string text_of(const Lines& lines) {
  const Scratch scratch;
  append(scratch.path("journal"), lines);
  return content(scratch.path("journal"));
}

/// A file with this text has these lines, is cut off behind them, and takes more.
void check_reading(const std::string& text, Lines lines) {
  const Scratch scratch;
  const fs::path path = scratch.file("journal", text);
  CHECK(lines_of(path) == lines);
  CHECK(content(path) == text_of(lines));
  append(path, {"new"});
  lines.emplace_back("new");
  CHECK(lines_of(path) == lines);
}

}  // namespace

TEST_CASE("lines of a journal come back in their order, byte for byte") {
  const Scratch scratch;
  const fs::path path = scratch.path("journal");
  const Lines lines{"first",
                    R"({"what":"sent","request":1})",
                    "",
                    " ",
                    std::string("a\0b\r\t", 5),
                    "Gr\xc3\xbc\xc3\x9f \xff",
                    std::string(1'000'000, 'x'),
                    "first"};
  CHECK(lines_of(path).empty());
  append(path, lines);
  CHECK(lines_of(path) == lines);
  append(path, {"later"});
  Lines all = lines;
  all.emplace_back("later");
  CHECK(lines_of(path) == all);
}

TEST_CASE("a last line that is cut off anywhere is none") {
  const std::string before = text_of({"one", "two"});
  const std::string whole = text_of({"one", "two", "three"});
  for (std::size_t size = before.size(); size < whole.size(); ++size) {
    CAPTURE(size);
    check_reading(whole.substr(0, size), {"one", "two"});
  }
  check_reading(whole, {"one", "two", "three"});
}

TEST_CASE("a damaged line ends the reading, and what stands behind it goes") {
  const std::string before = text_of({"one"});
  const std::string text = text_of({"one", "two", "three"});
  for (std::size_t at = before.size(); at < text_of({"one", "two"}).size(); ++at) {
    CAPTURE(at);
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    check_reading(damaged, {"one"});
  }
}

TEST_CASE("garbage behind the last line goes") {
  const std::string text = text_of({"one", "two"});
  for (const std::string& garbage :
       {std::string(4096, '\0'), std::string("\n"), std::string("\n\n\n"), std::string("garbage\n"),
        std::string("0123456789abcdef\n"), std::string("0123456789abcdef \n"), std::string(17, ' ') + "\n",
        std::string("\0\n\0\n", 4), text.substr(1)}) {
    CAPTURE(garbage);
    check_reading(text + garbage, {"one", "two"});
    check_reading(garbage + text, {});
  }
}

TEST_CASE("a line that does not fit leaves nothing behind") {
  const Scratch scratch;
  const fs::path path = scratch.path("journal");
  append(path, {"one"});
  const std::string before = content(path);
  const std::size_t whole = text_of({"one", "the second line"}).size();
  Journal journal(path, ignore);
  for (std::size_t size = before.size(); size < whole; ++size) {
    CAPTURE(size);
    const FileSizeLimit limit(size);
    try {
      journal.append("the second line");
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::unavailable);
      CHECK(error.notice().text == "cannot write " + path.string() + ": File too large");
    }
    CHECK(content(path) == before);
  }
  const FileSizeLimit limit(whole);
  journal.append("the second line");
  CHECK(lines_of(path) == Lines{"one", "the second line"});
}

TEST_CASE("room is reserved and lines are synced without a change to what is read") {
  const Scratch scratch;
  const fs::path path = scratch.path("journal");
  {
    Journal journal(path, ignore);
    journal.reserve(1'000'000);
    CHECK(fs::file_size(path) == 0);
    journal.append("one");
    journal.sync();
    journal.reserve(0);
    journal.append("two");
    journal.sync();
  }
  CHECK(content(path) == text_of({"one", "two"}));
}

TEST_CASE("a journal is private, and no symbolic link") {
  const Scratch scratch;
  const mode_t mask = ::umask(0);
  append(scratch.path("journal"), {"one"});
  ::umask(mask);
  CHECK(mode_of(scratch.path("journal")) == 0600);
  fs::create_symlink("journal", scratch.path("link"));
  fs::create_symlink("nowhere", scratch.path("dangling"));
  for (const char* name : {"link", "dangling", "none/journal", "."}) {
    CAPTURE(std::string(name));
    try {
      append(scratch.path(name), {"two"});
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::unavailable);
      CHECK(error.notice().text.find(scratch.path(name)) != std::string::npos);
    }
  }
  CHECK_FALSE(fs::exists(scratch.path("nowhere")));
  CHECK(lines_of(scratch.path("journal")) == Lines{"one"});
}

TEST_CASE("what the reader of a journal throws gets through, and changes nothing") {
  const Scratch scratch;
  const fs::path path = scratch.file("journal", text_of({"one", "two"}) + "cut off");
  const std::string before = content(path);
  Lines seen;
  const auto throw_at_two = [&seen](std::string_view line) {
    seen.emplace_back(line);
    if (line == "two") throw std::runtime_error("two");
  };
  CHECK_THROWS_WITH_AS(Journal(path, throw_at_two), "two", std::runtime_error);
  CHECK(seen == Lines{"one", "two"});
  CHECK(content(path) == before);
}

}  // namespace k6apm::test
