#include "delivery/file_writer.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "error.hpp"
#include "scripted_export.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;

const std::atomic<bool> never{false};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "k6apm-XXXXXX").string();
    m_path = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { fs::remove_all(m_path); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const fs::path& path() const { return m_path; }

 private:
  fs::path m_path{};
};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::size_t files_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

const providers::Provider& plain() { return *providers::find_provider(apm::ProviderKind::prometheus); }

providers::Endpoint endpoint() {
  return {"http://receiver/write?key=hidden",
          {{"Content-Type", "x", false}, {"Authorization", "Bearer t", true}}};
}

ScriptedExport two() {
  providers::Payload first = payload(std::string("a\0b", 3), 10, 0);
  first.series = 4;
  first.first_ms = 1600000000000;
  first.last_ms = 1600000003456;
  return ScriptedExport({first, payload("second", 5, 1)});
}

}  // namespace

TEST_CASE("each request is a body and a description beside it") {
  const TemporaryDirectory dir;
  ScriptedExport payloads = two();
  const auto outcome =
      delivery::write_files(payloads, plain(), endpoint(), dir.path() / "new", "00-prometheus", false, never);
  CHECK(outcome.points_delivered == 15);
  CHECK(outcome.requests == 2);
  CHECK(outcome.bytes == 9);
  const fs::path to = dir.path() / "new" / "00-prometheus";
  CHECK(files_in(to) == 4);
  CHECK(content(to / "000001.body") == std::string("a\0b", 3));
  CHECK(content(to / "000002.body") == "second");
  CHECK(content(to / "000001.json") ==
        "{\n"
        "  \"method\": \"POST\",\n"
        "  \"url\": \"http://receiver/write?key=***\",\n"
        "  \"headers\": {\n"
        "    \"Content-Type\": \"x\",\n"
        "    \"Authorization\": \"***\"\n"
        "  },\n"
        "  \"series\": 4,\n"
        "  \"points\": 10,\n"
        "  \"first\": \"2020-09-13T12:26:40.000Z\",\n"
        "  \"last\": \"2020-09-13T12:26:43.456Z\"\n"
        "}\n");
}

TEST_CASE("requests of an earlier run stay, or all go with force; other files are left alone") {
  const TemporaryDirectory dir;
  const fs::path to = dir.path() / "00-prometheus";
  fs::create_directories(to);
  for (const char* name : {"000001.body", "000009.json", "0000010.body", "notes.txt", "12.body"})
    write(to / name, "old");
  ScriptedExport payloads = two();
  CHECK_THROWS_AS(delivery::check_files(dir.path(), "00-prometheus", false), Error);
  CHECK_THROWS_AS(
      delivery::write_files(payloads, plain(), endpoint(), dir.path(), "00-prometheus", false, never), Error);
  CHECK(files_in(to) == 5);
  CHECK(content(to / "000001.body") == "old");
  CHECK_NOTHROW(delivery::check_files(dir.path(), "00-prometheus", true));
  CHECK_NOTHROW(delivery::check_files(dir.path(), "01-prometheus", false));
  CHECK(files_in(to) == 5);
  delivery::write_files(payloads, plain(), endpoint(), dir.path(), "00-prometheus", true, never);
  CHECK(files_in(to) == 6);
  CHECK(content(to / "000002.body") == "second");
  CHECK(content(to / "notes.txt") == "old");
  CHECK(content(to / "12.body") == "old");
}

TEST_CASE("what cannot be written is an error that names the place") {
  const TemporaryDirectory dir;
  ScriptedExport payloads = two();
  SUBCASE("a file in the way of the directory") {
    write(dir.path() / "file", "");
    try {
      delivery::write_files(payloads, plain(), endpoint(), dir.path() / "file", "00-prometheus", false,
                            never);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::usage);
      CHECK(std::string(error.what()).find("file/00-prometheus") != std::string::npos);
    }
  }
  SUBCASE("a directory in the way of a file") {
    fs::create_directories(dir.path() / "00-prometheus" / "000001.body.part");
    const delivery::Outcome outcome =
        delivery::write_files(payloads, plain(), endpoint(), dir.path(), "00-prometheus", false, never);
    CHECK(outcome.unavailable);
    CHECK(outcome.error.find("000001.body.part: Is a directory") != std::string::npos);
    CHECK(outcome.points_kept == payloads.points());
    CHECK_FALSE(fs::exists(dir.path() / "00-prometheus" / "000001.body"));
  }
}

TEST_CASE("an interruption ends the writing between two requests") {
  const TemporaryDirectory dir;
  ScriptedExport payloads = two();
  const std::atomic<bool> interrupted{true};
  const delivery::Outcome outcome =
      delivery::write_files(payloads, plain(), endpoint(), dir.path(), "00-prometheus", false, interrupted);
  CHECK(outcome.interrupted);
  CHECK(outcome.points_kept == payloads.points());
  CHECK(files_in(dir.path() / "00-prometheus") == 0);
}

}  // namespace k6apm::test
