// What an outbox hands out, before and after it is opened anew.
#include "delivery/outbox.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "filled_outbox.hpp"
#include "stored_files.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;
using delivery::Outbox;
using providers::Payload;

std::vector<Payload> four() {
  return {payload("a", 1, 0), payload("b", 2, 0), payload("c", 4, 1), payload("d", 8, 2)};
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(5);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

void check_same(const Payload& a, const Payload& b) {
  CHECK((a.body == b.body));
  CHECK(a.series == b.series);
  CHECK(a.points == b.points);
  CHECK(a.samples == b.samples);
  CHECK(a.histograms == b.histograms);
  CHECK(a.first_ms == b.first_ms);
  CHECK(a.last_ms == b.last_ms);
  CHECK(a.slice == b.slice);
}

/// An export that is interrupted while it makes its payload of that number.
class Interrupted final : public providers::Export {
 public:
  Interrupted(std::size_t at, std::atomic<bool>& interrupted) : m_at(at), m_interrupted(interrupted) {}
  const std::vector<providers::MetricSummary>& metrics() const override { return m_metrics; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return 1; }
  std::uint64_t points() const override { return 9; }
  bool next(Payload& one) override {
    if (++m_made > 9) return false;
    if (m_made == m_at) m_interrupted = true;
    one = payload("old " + std::to_string(m_made), 1, m_made);
    return true;
  }
  std::size_t made() const { return m_made; }

 private:
  std::size_t m_at;
  std::size_t m_made = 0;
  std::atomic<bool>& m_interrupted;
  std::vector<providers::MetricSummary> m_metrics{};
  std::vector<Notice> m_notices{};
};

}  // namespace

TEST_CASE("requests come out of an outbox in their order, byte for byte, each once in a pass") {
  std::vector<Payload> payloads{payload(random_bytes(1'000'000), 1, 0), payload("", 0, 0),
                                payload(std::string("a\0b\n", 4), 3, 1)};
  payloads[0].series = 77;
  payloads[0].points = 1ULL << 60U;
  payloads[0].samples = 5;
  payloads[0].histograms = 6;
  payloads[0].first_ms = -1'600'000'000'123;
  payloads[0].last_ms = 1'760'000'000'456;
  payloads[2].slice = ~std::uint64_t{0};
  const FilledOutbox filled(payloads);
  CHECK(names_in(filled.directory()) ==
        std::set<std::string>{"000001.body", "000002.body", "000003.body", "requests"});
  for (int again = 0; again < 2; ++again) {
    Outbox outbox(filled.directory());
    CHECK(outbox.open_requests() == 3);
    CHECK_FALSE(outbox.ended());
    for (int pass = 0; pass < 2; ++pass) {
      const std::vector<Payload> all = rest_of(outbox);
      REQUIRE(all.size() == 3);
      for (std::size_t i = 0; i < 3; ++i) {
        check_same(all[i], payloads[i]);
        CHECK(all[i].request == i + 1);
        CHECK_FALSE(all[i].attempted);
      }
      Payload none;
      CHECK_FALSE(outbox.next(none));
      outbox.begin_again();
    }
  }
}

TEST_CASE("an outbox is private") {
  const FilledOutbox filled(four());
  Outbox outbox(filled.directory());
  std::vector<Payload> all = rest_of(outbox);
  outbox.divide(all[0], std::array{&all[2], &all[3]});
  CHECK(mode_of(filled.directory()) == 0700);
  CHECK(names_in(filled.directory()).size() == 8);
  for (const std::string& name : names_in(filled.directory())) {
    CAPTURE(name);
    CHECK(mode_of(filled.file(name)) == 0600);
  }
}

TEST_CASE("what is answered for good is not handed out again") {
  const FilledOutbox filled(four());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    outbox.settle(all[1], {.delivered = 2});
    outbox.settle(all[3], {.refused = 8, .why = {.words = "400 no"}});
    CHECK(outbox.open_requests() == 2);
    outbox.begin_again();
    CHECK(told(rest_of(outbox)) == "1:a 3:c");
  }
  CHECK(reopened(filled) == "1:a 3:c");
}

TEST_CASE("a request that left is marked until it came back") {
  const FilledOutbox filled(four());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    CHECK(outbox.leaves(all[0]));
    CHECK_FALSE(outbox.leaves(all[0]));
    CHECK(outbox.leaves(all[1]));
    outbox.comes_back(all[1]);
    CHECK(outbox.leaves(all[2]));
    outbox.comes_back(all[2]);
    CHECK_FALSE(outbox.leaves(all[2]));
    outbox.begin_again();
    const std::vector<Payload> again = rest_of(outbox);
    CHECK(again[0].attempted);
    CHECK_FALSE(again[1].attempted);
    CHECK(again[2].attempted);
    CHECK_FALSE(again[3].attempted);
  }
  Outbox outbox(filled.directory());
  const std::vector<Payload> all = rest_of(outbox);
  REQUIRE(all.size() == 4);
  CHECK(all[0].attempted);
  CHECK_FALSE(all[1].attempted);
  CHECK(all[2].attempted);
  CHECK_FALSE(all[3].attempted);
  CHECK(outbox.account().so_far().requests == 3);
  CHECK_FALSE(outbox.leaves(all[1]));  // an earlier program sent it
  CHECK(outbox.leaves(all[3]));
  CHECK(outbox.account().so_far().requests == 4);
}

TEST_CASE("an outbox is filled whole or not at all") {
  const Scratch scratch;
  const fs::path directory = scratch.path("00-written");
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{9}}) {
    CAPTURE(at);
    std::atomic<bool> interrupted{at == 0};
    Interrupted payloads(at, interrupted);
    CHECK_FALSE(Outbox::fill(directory, payloads, interrupted));
    CHECK(payloads.made() == at);
    CHECK_FALSE(fs::exists(directory / "requests"));
    CHECK(failure([&] { const Outbox outbox(directory); }) ==
          "cannot read " + (directory / "requests").string() + ": No such file or directory");
  }
  REQUIRE(fs::exists(directory / "000009.body"));
  write(directory / "journal", "of another run");
  fs::create_directory(directory / "deeper");
  ScriptedExport payloads(four());
  CHECK(Outbox::fill(directory, payloads, k_not_interrupted));
  CHECK(names_in(directory) ==
        std::set<std::string>{"000001.body", "000002.body", "000003.body", "000004.body", "requests"});
  Outbox outbox(directory);
  CHECK(told(rest_of(outbox)) == "1:a 2:b 3:c 4:d");
}

TEST_CASE("an outbox without requests is filled, too") {
  const FilledOutbox filled({});
  Outbox outbox(filled.directory());
  CHECK(outbox.open_requests() == 0);
  CHECK(rest_of(outbox).empty());
  CHECK(outbox.held().empty());
}

TEST_CASE("what does not fit on the disk is not filled") {
  const Scratch scratch;
  const fs::path directory = scratch.path("00-written");
  {
    ScriptedExport payloads({payload("fits", 1, 0), payload(std::string(5000, 'x'), 1, 0)});
    const FileSizeLimit limit(4096);
    CHECK(failure([&] { Outbox::fill(directory, payloads, k_not_interrupted); }) ==
          "cannot write " + (directory / "000002.body").string() + ": File too large");
  }
  CHECK_FALSE(fs::exists(directory / "requests"));
  {
    ScriptedExport payloads(std::vector<Payload>(100, payload("fits", 1, 0)));
    const FileSizeLimit limit(4096);
    CHECK(failure([&] { Outbox::fill(directory, payloads, k_not_interrupted); }) ==
          "cannot write " + (directory / "requests.part").string() + ": File too large");
  }
  CHECK_FALSE(fs::exists(directory / "requests"));
  CHECK_FALSE(fs::exists(directory / "requests.part"));
}

TEST_CASE("a body that is not what was written is not sent") {
  const FilledOutbox filled({payload("first", 1, 0), payload("second", 1, 1)});
  const fs::path path = filled.body(1);
  std::string error = path.string() + " is not what was written";
  SUBCASE("changed") { write(path, "firsT"); }
  SUBCASE("shorter") { write(path, "firs"); }
  SUBCASE("longer") { write(path, "first "); }
  SUBCASE("empty") { write(path, ""); }
  SUBCASE("missing") {
    fs::remove(path);
    error = "cannot read " + path.string() + ": No such file or directory";
  }
  SUBCASE("a symbolic link") {
    fs::rename(path, filled.file("elsewhere"));
    fs::create_symlink("elsewhere", path);
    error = "cannot read " + path.string() + ": Too many levels of symbolic links";
  }
  Outbox outbox(filled.directory());
  Payload one;
  CHECK(failure([&] { outbox.next(one); }) == error);
  CHECK(failure([&] { outbox.read(1); }) == error);
  CHECK(outbox.read(2).body == "second");
  CHECK(outbox.open_requests() == 2);
}

TEST_CASE("an outbox that is damaged is not opened") {
  const FilledOutbox filled(four());
  const std::string requests = content(filled.file("requests"));
  const auto opened = [&filled] { const Outbox outbox(filled.directory()); };
  const std::string damaged = filled.file("requests").string() + " is damaged";
  for (const std::string& text : {std::string("{\n"), requests + "x", requests + "{}\n", requests + "\n",
                                  "[1]\n" + requests, requests.substr(0, requests.size() - 3)}) {
    CAPTURE(text);
    write(filled.file("requests"), text);
    CHECK(failure(opened) == damaged);
  }
  write(filled.file("requests"), requests);
  for (const char* line :
       {"no JSON", "7", "{}", R"({"what":"sent"})", R"({"what":"sent","request":5})",
        R"({"what":"sent","request":"1"})", R"({"what":7,"request":1})", R"({"what":"divided","request":1})",
        R"({"what":"divided","request":1,"parts":["{"]})",
        R"({"what":"settled","request":1,"delivered":"many"})", R"({"ended":7})"}) {
    CAPTURE(std::string(line));
    fs::remove(filled.file("journal"));
    delivery::Journal(filled.file("journal"), [](std::string_view) {}).append(line);
    CHECK(failure(opened) == filled.file("journal").string() + " is damaged");
  }
}

TEST_CASE("an outbox serves several threads at once") {
  constexpr std::size_t k_requests = 200;
  std::vector<Payload> payloads;
  for (std::size_t i = 0; i < k_requests; ++i) payloads.push_back(payload(std::to_string(i), 1, i));
  const FilledOutbox filled(payloads);
  std::mutex mutex;
  std::multiset<std::string> bodies;
  Outbox outbox(filled.directory());
  const auto work = [&] {
    for (Payload one; outbox.next(one);) {
      const bool first = outbox.leaves(one);
      if (one.request % 4 == 0) {
        Payload left = payload("l", 0, one.slice);
        Payload right = payload(one.body, 1, one.slice);
        outbox.divide(one, std::array{&left, &right});
        outbox.settle(left, {});
        outbox.leaves(right);
        outbox.settle(right, {.delivered = 1});
      } else if (one.request % 4 == 1) {
        outbox.comes_back(one);
      } else {
        outbox.settle(one, {.delivered = 1});
      }
      const std::scoped_lock lock(mutex);
      CHECK(first);
      bodies.insert(one.body);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(bodies.size() == k_requests);
  CHECK(std::set<std::string>(bodies.begin(), bodies.end()).size() == k_requests);
  const auto check = [](Outbox& box) {
    CHECK(box.open_requests() == k_requests / 4);
    CHECK(box.account().so_far().points_delivered == k_requests * 3 / 4);
    CHECK(box.account().so_far().requests == k_requests * 5 / 4);
    CHECK(box.held().size() == k_requests * 3 / 4);
    for (const Payload& one : rest_of(box)) CHECK(one.request % 4 == 1);
  };
  outbox.begin_again();
  check(outbox);
  Outbox again(filled.directory());
  check(again);
}

}  // namespace k6apm::test
