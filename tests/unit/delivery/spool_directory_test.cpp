#include "delivery/spool_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "../scratch.hpp"
#include "error.hpp"
#include "stored_files.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;
using delivery::SpoolDirectory;
using Names = std::set<std::string>;

constexpr const char* k_mark = "k6apm-spool";

/// What is said against a directory; fails where it is taken.
std::string refusal(const std::string& path) {
  try {
    const SpoolDirectory spool(path);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    CHECK_FALSE(error.notice().hint.empty());
    return error.notice().text;
  }
  FAIL("taken");
  return {};
}

}  // namespace

TEST_CASE("a spool is made where it is missing, and private") {
  const Scratch scratch;
  const mode_t mask = ::umask(0);
  {
    SpoolDirectory spool(scratch.path("deep/er/spool"));
    spool.commit("{}");
    CHECK(spool.path() == scratch.path("deep/er/spool"));
  }
  fs::create_directory(scratch.path("open"));
  REQUIRE(mode_of(scratch.path("open")) == 0777);
  { const SpoolDirectory spool(scratch.path("open")); }
  { const SpoolDirectory spool(scratch.path("slash/")); }
  ::umask(mask);
  CHECK(mode_of(scratch.path("deep/er/spool")) == 0700);
  CHECK(mode_of(scratch.path("deep/er/spool/run.json")) == 0600);
  CHECK(mode_of(scratch.path("deep/er/spool") + "/" + k_mark) == 0600);
  CHECK(mode_of(scratch.path("open")) == 0700);
  CHECK(mode_of(scratch.path("slash")) == 0700);
  CHECK(names_in(scratch.path("deep/er/spool")) == Names{k_mark, "run.json"});
}

TEST_CASE("a spool is for one run at a time") {
  const Scratch scratch;
  const std::string path = scratch.path("spool");
  {
    const SpoolDirectory spool(path);
    CHECK(refusal(path) == "the spool " + path + " is in use by another run");
    CHECK(refusal(path) == "the spool " + path + " is in use by another run");
  }
  { const SpoolDirectory spool(path); }
  // The lock of a program that is killed goes with it.
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);  // whatever becomes of the test
    const SpoolDirectory spool(path);
    if (::write(ready[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  ::close(ready[0]);
  ::close(ready[1]);
  CHECK(refusal(path) == "the spool " + path + " is in use by another run");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const SpoolDirectory spool(path);
  CHECK_FALSE(spool.run());
}

TEST_CASE("what holds something else is no spool, and stays as it is") {
  const Scratch scratch;
  fs::create_directory(scratch.path("other"));
  scratch.file("other/notes.txt", "mine");
  fs::permissions(scratch.path("other"), fs::perms(0755));
  CHECK(refusal(scratch.path("other")) ==
        "the spool " + scratch.path("other") + " holds other files and is no spool of k6apm");
  CHECK(mode_of(scratch.path("other")) == 0755);
  CHECK(names_in(scratch.path("other")) == Names{"notes.txt"});

  scratch.file("file", "mine");
  CHECK(refusal(scratch.path("file")) == "the spool " + scratch.path("file") + " is no directory");
  CHECK(refusal(scratch.path("file/spool")).find("the spool " + scratch.path("file/spool")) == 0);
  CHECK(content(scratch.path("file")) == "mine");

  fs::create_directory(scratch.path("linked"));
  fs::create_symlink("../file", scratch.path("linked/") + k_mark);
  CHECK(refusal(scratch.path("linked")) ==
        "the spool " + scratch.path("linked") + " cannot be written: Too many levels of symbolic links");
  CHECK(content(scratch.path("file")) == "mine");
}

TEST_CASE("the root of a file system may be a spool") {
  const Scratch scratch;
  fs::create_directories(scratch.path("spool/lost+found"));
  SpoolDirectory spool(scratch.path("spool"));
  scratch.file("spool/rest", "x");
  spool.clear();
  CHECK(names_in(scratch.path("spool")) == Names{k_mark, "lost+found"});
}

TEST_CASE("clearing leaves the mark alone") {
  const Scratch scratch;
  const std::string path = scratch.path("spool");
  {
    SpoolDirectory spool(path);
    spool.clear();
    fs::create_directories(path + "/00-prometheus/deep");
    for (int i = 0; i < 300; ++i) scratch.file("spool/00-prometheus/" + std::to_string(i), "x");
    for (int i = 0; i < 300; ++i) scratch.file("spool/" + std::to_string(i), "x");
    scratch.file("outside", "x");
    fs::create_symlink("../outside", path + "/link");
    spool.clear();
    CHECK(names_in(path) == Names{k_mark});
    CHECK(content(scratch.path("outside")) == "x");
    CHECK(refusal(path) == "the spool " + path + " is in use by another run");
  }
  { const SpoolDirectory spool(path); }
}

TEST_CASE("a run is in a spool from the commit on") {
  const Scratch scratch;
  const std::string path = scratch.path("spool");
  const std::string run("{\"text\": \"\0\xff\"}\n", 16);
  {
    SpoolDirectory spool(path);
    CHECK_FALSE(spool.run());
    fs::create_directory(path + "/00-prometheus");
    CHECK_FALSE(spool.run());
    scratch.file("spool/run.json.part", "half");
    CHECK_FALSE(spool.run());
    spool.commit(run);
    CHECK(spool.run() == run);
  }
  CHECK(names_in(path) == Names{k_mark, "00-prometheus", "run.json"});
  SpoolDirectory spool(path);
  CHECK(spool.run() == run);
  const FileSizeLimit limit(4);
  CHECK_THROWS_AS(spool.commit("another run"), Error);
  CHECK(spool.run() == run);
}

TEST_CASE("a run that is there and cannot be read is not taken for none") {
  const Scratch scratch;
  const std::string path = scratch.path("spool");
  const SpoolDirectory spool(path);
  std::string why;
  SUBCASE("a dangling symbolic link") {
    fs::create_symlink("nowhere", path + "/run.json");
    why = "Too many levels of symbolic links";
  }
  SUBCASE("a circle") {
    fs::create_symlink("run.json", path + "/run.json");
    why = "Too many levels of symbolic links";
  }
  SUBCASE("a directory") {
    fs::create_directory(path + "/run.json");
    why = "Is a directory";
  }
  try {
    spool.run();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::unavailable);
    CHECK(error.notice().text == "cannot read " + path + "/run.json: " + why);
  }
}

}  // namespace k6apm::test
