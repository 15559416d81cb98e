#include "k6/kept_input.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agreement.hpp"
#include "error.hpp"
#include "files.hpp"
#include "k6/gather.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::ExitStatus;

namespace {

/// TMPDIR for as long as the object lives.
class TemporaryDirectoryIs {
 public:
  explicit TemporaryDirectoryIs(const std::string& path) {
    const char* const was = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
    if (was != nullptr) m_was = was;
    setenv("TMPDIR", path.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  TemporaryDirectoryIs(const TemporaryDirectoryIs&) = delete;
  TemporaryDirectoryIs& operator=(const TemporaryDirectoryIs&) = delete;
  ~TemporaryDirectoryIs() {
    if (m_was) {
      setenv("TMPDIR", m_was->c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    } else {
      unsetenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
    }
  }

 private:
  std::optional<std::string> m_was{};
};

/// A FIFO, and somebody who writes `bytes` into it once.
class Pipe {
 public:
  Pipe(const Scratch& scratch, const std::string& name, std::string bytes)
      : m_path(scratch.path(name)), m_bytes(std::move(bytes)) {
    REQUIRE(mkfifo(m_path.c_str(), 0600) == 0);
    m_writer = std::thread([this] {
      const int fd = open(m_path.c_str(), O_WRONLY | O_CLOEXEC);
      for (std::size_t at = 0; at < m_bytes.size();) {
        const ssize_t count =
            write(fd, m_bytes.data() + at, std::min<std::size_t>(m_bytes.size() - at, 5000));
        if (count <= 0) break;
        at += static_cast<std::size_t>(count);
      }
      close(fd);
    });
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { m_writer.join(); }

  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
  std::string m_bytes;
  std::thread m_writer{};
};

Content content_of(const std::string& path, KeptInput& kept) {
  ByteSource source(path, nullptr, &kept);
  return read_all(source, 3000);
}

std::string run_text() { return testdata("v2.2.0/plain/results.json"); }

}  // namespace

TEST_CASE("a pipe can be read again and again, whatever it carries") {
  const Scratch scratch;
  const std::string text = run_text();
  const std::string cut = gzip(text).substr(0, 5000);
  int number = 0;
  for (const std::string& bytes : {text, gzip(text), zstd(text), cut, gzip("a\n") + "tail", std::string()}) {
    const Content expected = read_all(scratch.file("plain", bytes));
    const Pipe pipe(scratch, "pipe" + std::to_string(++number), bytes);
    KeptInput kept;
    for (int reading = 0; reading < 3; ++reading) {
      CAPTURE(reading);
      const Content found = content_of(pipe.path(), kept);
      CHECK((found.text == expected.text));
      CHECK(found.damage == expected.damage);
      CHECK(found.truncated == expected.truncated);
      CHECK(found.compression == expected.compression);
      CHECK(found.bytes == expected.bytes);
    }
    CHECK(kept.is_copy());
    CHECK(kept.bytes() == bytes.size());
    CHECK(kept.name() == pipe.path());
  }
}

TEST_CASE("a file is read again by its name and is not copied") {
  const Scratch scratch;
  const std::string path = scratch.file("a", "one\n");
  KeptInput kept;
  for (int reading = 0; reading < 2; ++reading) CHECK(content_of(path, kept).text == "one\n");
  CHECK_FALSE(kept.is_copy());
  CHECK(kept.bytes() == 0);
}

TEST_CASE("the copy is in TMPDIR, has no name and is nobody else's") {
  const Scratch scratch;
  const Scratch temporary;
  const TemporaryDirectoryIs here(temporary.path(""));
  CHECK(KeptInput::directory() == temporary.path(""));
  const Pipe pipe(scratch, "pipe", "one\n");
  KeptInput kept;
  CHECK(content_of(pipe.path(), kept).text == "one\n");
  CHECK(std::filesystem::is_empty(temporary.path("")));
  const int fd = kept.reopen();
  struct stat status {};
  struct stat of_directory {};
  REQUIRE(fstat(fd, &status) == 0);
  REQUIRE(stat(temporary.path("").c_str(), &of_directory) == 0);
  CHECK(status.st_dev == of_directory.st_dev);
  CHECK(status.st_nlink == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK((static_cast<unsigned>(fcntl(fd, F_GETFD)) & static_cast<unsigned>(FD_CLOEXEC)) != 0);
  close(fd);
}

TEST_CASE("without TMPDIR it is /tmp") {
  const TemporaryDirectoryIs nowhere("");
  CHECK(KeptInput::directory() == "/tmp");
}

TEST_CASE("a copy that cannot be made is an input error with a way out") {
  const Scratch scratch;
  const TemporaryDirectoryIs nowhere(scratch.path("nothing"));
  const Pipe pipe(scratch, "pipe", "one\n");
  KeptInput kept;
  try {
    content_of(pipe.path(), kept);
    FAIL("no error");
  } catch (const k6apm::Error& error) {
    CHECK(error.status() == ExitStatus::input);
    CHECK(error.notice().where.file == pipe.path());
    CHECK(error.notice().text.find(scratch.path("nothing")) != std::string::npos);
    CHECK(error.notice().hint.find("TMPDIR") != std::string::npos);
  }
}

TEST_CASE("a run from a pipe is gathered twice as it is from a file") {
  const Scratch scratch;
  const std::string packed = gzip(run_text());
  const std::string file = scratch.file("file", packed);
  const Pipe pipe(scratch, "pipe", packed);
  const std::atomic<bool> interrupt{false};
  const std::vector rules{rule_for_everything()};
  GatherSettings settings;
  settings.paths = {file};
  settings.threads = 2;
  const Gathered expected = gather(settings, rules, interrupt);
  std::vector<KeptInput> kept(1);
  settings.paths = {pipe.path()};
  settings.kept = kept;
  settings.times_only = true;
  const Gathered times = gather(settings, rules, interrupt);
  CHECK(times.first_ns == expected.first_ns);
  CHECK(times.last_ns == expected.last_ns);
  settings.times_only = false;
  settings.range.move_ns = -times.first_ns;
  const Gathered found = gather(settings, rules, interrupt);
  CHECK(found.first_ns == 0);
  CHECK(found.last_ns == expected.last_ns - expected.first_ns);
  CHECK(found.test_run_id == expected.test_run_id);
  CHECK(found.series.size() == expected.series.size());
  REQUIRE(found.inputs.size() == 1);
  CHECK(found.inputs[0].path == pipe.path());
  CHECK(found.inputs[0].bytes == packed.size());
  CHECK(found.inputs[0].lines == expected.inputs[0].lines);
  CHECK(found.inputs[0].points == expected.inputs[0].points);
  CHECK(found.inputs[0].compression == Compression::gzip);
}

TEST_CASE("an interrupted first reading ends as if the pipe were closed") {
  const Scratch scratch;
  const std::string path = scratch.path("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const int writer = open(path.c_str(), O_RDWR | O_CLOEXEC);  // it stays open and gives nothing
  const std::atomic<bool> interrupt{true};
  std::vector<KeptInput> kept(1);
  GatherSettings settings;
  settings.paths = {path};
  settings.kept = kept;
  CHECK(gather(settings, std::vector{rule_for_everything()}, interrupt).interrupted);
  close(writer);
}
