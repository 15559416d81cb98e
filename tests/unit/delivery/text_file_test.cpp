#include "delivery/text_file.hpp"
#include "delivery/output_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "../scratch.hpp"
#include "error.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;

/// Three pieces of text.
class Text final : public providers::Export {
 public:
  const std::vector<providers::MetricSummary>& metrics() const override { return m_metrics; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return 1; }
  std::uint64_t points() const override { return 7; }
  bool next(providers::Payload&) override { return false; }
  bool write_open_metrics(const providers::TextSink& put) const override {
    return put("one ") && put("two ") && put("three");
  }

 private:
  std::vector<providers::MetricSummary> m_metrics{};
  std::vector<Notice> m_notices{};
};

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal(const fs::path& path, bool force) {
  try {
    delivery::check_output_file(path.string(), force, "--openmetrics");
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.notice().text;
  }
  return "taken";
}

const std::atomic<bool> k_never{false};

}  // namespace

TEST_CASE("the text is whole, and every point delivered in no request") {
  const Scratch scratch;
  const fs::path path = scratch.path("run.om");
  std::ofstream(path) << "old";
  const delivery::Outcome outcome = delivery::write_text_file(Text{}, path.string(), k_never);
  CHECK(content(path) == "one two three");
  CHECK(outcome.points_delivered == 7);
  CHECK(outcome.points_kept == 0);
  CHECK(outcome.requests == 0);
  CHECK(outcome.bytes == 13);
  CHECK_FALSE(fs::exists(path.string() + ".part"));
}

TEST_CASE("interrupted or failed, nothing is left and what was there stays") {
  const Scratch scratch;
  const fs::path path = scratch.path("run.om");
  std::ofstream(path) << "old";
  const std::atomic<bool> interrupted{true};
  delivery::Outcome outcome = delivery::write_text_file(Text{}, path.string(), interrupted);
  CHECK(outcome.interrupted);
  CHECK(outcome.points_kept == 7);
  CHECK(content(path) == "old");
  CHECK_FALSE(fs::exists(path.string() + ".part"));

  outcome = delivery::write_text_file(Text{}, scratch.path("none/run.om"), k_never);
  CHECK(outcome.unavailable);
  CHECK(outcome.points_kept == 7);
  CHECK(outcome.error.find("No such file or directory") != std::string::npos);
  outcome = delivery::write_text_file(Text{}, "/dev/full", k_never);
  CHECK(outcome.unavailable);
  CHECK(outcome.error.find("No space left") != std::string::npos);
}

TEST_CASE("what may become the text") {
  const Scratch scratch;
  const fs::path path = scratch.path("run.om");
  CHECK(refusal(path, false) == "taken");
  std::ofstream(path) << "old";
  CHECK(refusal(path, false) == "is there already");
  CHECK(refusal(path, true) == "taken");
  CHECK(refusal(scratch.path(""), true).find("is a directory") == 0);
  CHECK(refusal(scratch.path("none/x"), true).find("cannot write into directory") == 0);
  CHECK(refusal("/dev/null", false) == "taken");
  CHECK(refusal("-", false) == "taken");
  fs::create_symlink("nowhere", scratch.path("link"));
  CHECK(refusal(scratch.path("link"), false) == "is there already");
}

TEST_CASE("a named pipe is written as it is") {
  const Scratch scratch;
  const fs::path path = scratch.path("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(refusal(path, false) == "taken");
  std::string read;
  std::thread reader([&] { read = content(path); });
  const delivery::Outcome outcome = delivery::write_text_file(Text{}, path.string(), k_never);
  reader.join();
  CHECK(read == "one two three");
  CHECK(outcome.points_delivered == 7);
  CHECK(fs::is_fifo(path));
}

}  // namespace k6apm::test
