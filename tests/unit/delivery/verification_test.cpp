#include "delivery/verification.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "loopback_server.hpp"
#include "scripted_export.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::Verification;
using providers::Call;

/// Points of series s0, s1 ..., one each; a query asks for one series, and its answer is the points held.
class ScriptedReadBack final : public providers::ReadBack {
 public:
  ScriptedReadBack(int series, std::string url) : m_url(std::move(url)) {
    for (const WrittenPoint& point : read_points(written_series(series).body)) m_missing.insert(point.series);
  }

  void begin() override {
    ++m_rounds;
    m_round.assign(m_missing.begin(), m_missing.end());
    m_at = 0;
  }
  bool next(Call& query) override {
    CHECK_FALSE(m_open);
    if (m_at == m_round.size()) return false;
    query = {"GET", {m_url + "?series=" + m_round[m_at], {}, {"hidden"}}, {}, "k6." + m_round[m_at]};
    ++m_at;
    m_open = true;
    return true;
  }
  void take(std::string_view answer) override {
    CHECK(m_open);
    m_open = false;
    if (answer == "odd") throw std::runtime_error("no points in \"odd\x1b hidden\"");
    for (const WrittenPoint& point : read_points(std::string(answer))) m_missing.erase(point.series);
  }
  std::uint64_t missing() const override { return m_missing.size(); }
  std::unique_ptr<providers::Export> missing_points() override {
    std::vector<WrittenPoint> points;
    for (const std::string& series : m_missing) points.push_back({series, 0});
    return std::make_unique<ScriptedExport>(std::vector{write_points(points)});
  }

  int rounds() const { return m_rounds; }

 private:
  std::string m_url;
  std::set<std::string> m_missing{};
  std::vector<std::string> m_round{};
  std::size_t m_at = 0;
  bool m_open = false;
  int m_rounds = 0;
};

/// A receiver: "/query?series=S" is answered by `query`, anything else by `write`.
struct Receiver {
  std::set<std::string> held{};
  std::map<std::string, int> asked{};
  std::function<Answer(const std::string& series, int times)> query{};
  std::function<Answer(const Request&)> write{};
  int writes = 0;

  Answer operator()(const Request& request) {
    const std::string mark = "series=";
    const std::size_t at = request.head.find(mark);
    if (at == std::string::npos) {
      ++writes;
      if (write) return write(request);
      for (const WrittenPoint& point : read_points(request.body)) held.insert(point.series);
      return answer(202);
    }
    const std::size_t begin = at + mark.size();
    const std::string series = request.head.substr(begin, request.head.find(' ', begin) - begin);
    const int times = ++asked[series];
    if (query) {
      const Answer scripted = query(series, times);
      if (!scripted.bytes.empty()) return scripted;
    }
    return answer(200, held.count(series) > 0 ? series + "@0" : "");
  }
};

struct Check {
  LoopbackServer server;
  ScriptedReadBack read_back;
  std::atomic<bool> interrupted{false};
  double retry_time_s = 5;

  Check(Receiver& receiver, int series)
      : server([&receiver](const Request& request, std::size_t) { return receiver(request); }),
        read_back(series, server.url("/query")) {}

  Verification run(double patience_s) {
    return delivery::verify(read_back, written_provider(), {server.url("/write"), {}}, judge_written,
                            {5, retry_time_s, 4, false, [] { return 0; }}, patience_s, interrupted);
  }
};

}  // namespace

TEST_CASE("all is there: each is asked for once") {
  Receiver receiver{{"s0", "s1", "s2"}};
  Check check(receiver, 3);
  const Verification found = check.run(5);
  CHECK(found.held == 3);
  CHECK(found.missing_at_first == 0);
  CHECK(found.still_missing == 0);
  CHECK(found.error.empty());
  CHECK(check.server.requests().size() == 3);
}

TEST_CASE("what shows late is waited for, and only that is asked for again") {
  Receiver receiver{{"s0", "s1", "s2"}};
  receiver.query = [](const std::string& series, int times) {
    return series == "s1" && times < 3 ? answer(200, "") : Answer{};
  };
  Check check(receiver, 3);
  const auto begin = std::chrono::steady_clock::now();
  const Verification found = check.run(10);
  CHECK(std::chrono::steady_clock::now() - begin >= 1500ms);
  CHECK(found.held == 3);
  CHECK(found.missing_at_first == 0);
  CHECK(receiver.asked["s0"] == 1);
  CHECK(receiver.asked["s1"] == 3);
  CHECK(receiver.writes == 0);
}

TEST_CASE("what is missing is sent again and asked for again") {
  Receiver receiver{{"s0", "s2"}};
  Check check(receiver, 5);
  const Verification found = check.run(0);
  CHECK(receiver.writes == 1);
  CHECK(found.held == 5);
  CHECK(found.missing_at_first == 3);
  CHECK(found.sent_again == 3);
  CHECK(found.still_missing == 0);
  CHECK(found.resend.points_delivered == 3);
  CHECK(check.read_back.rounds() == 2);
  CHECK(receiver.asked["s0"] == 1);
  CHECK(receiver.asked["s1"] == 2);
}

TEST_CASE("what never shows is asked for as long as the patience lasts, before and after") {
  Receiver receiver{{"s0"}};
  receiver.query = [](const std::string& series, int) { return series == "s1" ? answer(200, "") : Answer{}; };
  Check check(receiver, 2);
  const Verification found = check.run(0.6);
  CHECK(receiver.writes == 1);
  CHECK(receiver.asked["s1"] == 6);  // at 0 s, 0.5 s and 0.6 s, twice
  CHECK(found.held == 1);
  CHECK(found.missing_at_first == 1);
  CHECK(found.sent_again == 1);
  CHECK(found.still_missing == 1);
  CHECK(found.error.empty());
}

TEST_CASE("what is refused when it is sent again stays missing") {
  Receiver receiver{{"s0", "s1"}};
  receiver.write = [](const Request&) { return answer(400, "bad"); };
  Check check(receiver, 4);
  const Verification found = check.run(0);
  CHECK(found.held == 2);
  CHECK(found.sent_again == 0);
  CHECK(found.still_missing == 2);
  CHECK(found.resend.points_refused == 2);
  CHECK(found.resend.error.find("400 bad") != std::string::npos);
  CHECK(check.read_back.rounds() == 1);
}

TEST_CASE("a query that gets no points ends the verification, and nothing is sent again") {
  struct Case {
    Answer answer;
    const char* error;
    bool may_not_ask = false;
  };
  for (const Case& one : {Case{answer(403, "needs another key, not hidden"),
                               "the query for k6.s1 was refused: 403 needs another key, not ***", true},
                          Case{answer(400, "bad query"), "the query for k6.s1 was refused: 400 bad query"},
                          Case{answer(503, "busy"), "the query for k6.s1 was not answered: 503 busy (after "},
                          Case{answer(200, "odd"),
                               "the answer to the query for k6.s1 cannot be read: no points in \"odd ***\""},
                          Case{{"", true, {}}, "the query for k6.s1 was not answered: 127.0.0.1"}}) {
    CAPTURE(one.error);
    Receiver receiver{{"s0"}};
    Answer broken = one.answer;
    if (broken.bytes.empty()) broken.bytes = "\r";  // no answer in HTTP either
    receiver.query = [&broken](const std::string& series, int) { return series == "s1" ? broken : Answer{}; };
    Check check(receiver, 3);
    check.retry_time_s = 0.2;
    const Verification found = check.run(5);
    CHECK(found.error.find(one.error) == 0);
    CHECK(found.may_not_ask == one.may_not_ask);
    CHECK(found.held == 1);
    CHECK(found.still_missing == 2);
    CHECK(receiver.writes == 0);
    CHECK(receiver.asked["s2"] == 0);
    CHECK_FALSE(found.interrupted);
  }
}

TEST_CASE("a query that may pass is asked again") {
  Receiver receiver{{"s0", "s1"}};
  receiver.query = [](const std::string& series, int times) {
    return series == "s1" && times == 1 ? answer(429) : Answer{};
  };
  Check check(receiver, 2);
  const Verification found = check.run(0);
  CHECK(found.held == 2);
  CHECK(found.error.empty());
}

TEST_CASE("a signal ends the verification while it waits") {
  Receiver receiver{};
  Check check(receiver, 1);
  std::thread signal([&check] {
    while (check.server.requests().empty()) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(50ms);
    check.interrupted = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  const Verification found = check.run(60);
  signal.join();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(found.interrupted);
  CHECK(found.still_missing == 1);
  CHECK(receiver.writes == 0);
}

}  // namespace k6apm::test
