#include "delivery/calls.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "loopback_server.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::CallsOutcome;
using delivery::Reply;
using providers::Call;
using providers::Verdict;

const std::atomic<bool> k_never{false};

Call call(const LoopbackServer& server, const std::string& method, const std::string& subject) {
  return {method,
          {server.url("/" + subject), {{"X-Key", "hidden", true}}, {"hidden"}},
          "about " + subject,
          subject};
}

std::vector<Call> three(const LoopbackServer& server) {
  return {call(server, "PUT", "a"), call(server, "POST", "b"), call(server, "GET", "c")};
}

CallsOutcome send(const std::vector<Call>& calls, double retry_time_s = 5) {
  return delivery::send_calls(calls, judge_written, {5, retry_time_s}, k_never);
}

std::string first_line(const Request& request) { return request.head.substr(0, request.head.find(" HTTP")); }

}  // namespace

TEST_CASE("calls go in order, on one connection, whatever is refused") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(202) : number == 1 ? answer(404, "no hidden metric\n") : answer(299, "odd");
  });
  const CallsOutcome outcome = send(three(server));
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(first_line(requests[0]) == "PUT /a");
  CHECK(requests[0].body == "about a");
  CHECK(first_line(requests[1]) == "POST /b");
  CHECK(requests[1].body == "about b");
  CHECK(first_line(requests[2]) == "GET /c");
  CHECK(requests[2].body.empty());
  CHECK(requests[2].connection == 0);
  REQUIRE(outcome.answered.size() == 3);
  CHECK(outcome.answered[0].call.subject == "a");
  CHECK(outcome.answered[0].judgement.verdict == Verdict::delivered);
  CHECK(outcome.answered[0].judgement.words.empty());
  CHECK(outcome.answered[1].judgement.verdict == Verdict::refused);
  CHECK(outcome.answered[1].judgement.words == "404 no *** metric");
  CHECK(outcome.answered[2].judgement.verdict == Verdict::delivered);
  CHECK(outcome.answered[2].judgement.words == "299 odd");
  CHECK(outcome.error.empty());
  CHECK(outcome.unsent == 0);
}

TEST_CASE("what holds for all ends the list") {
  LoopbackServer server(
      [](const Request&, std::size_t number) { return number == 0 ? answer(202) : answer(403, "no"); });
  const CallsOutcome outcome = send(three(server));
  CHECK(server.requests().size() == 2);
  REQUIRE(outcome.answered.size() == 2);
  CHECK(outcome.answered[1].judgement.verdict == Verdict::stop);
  CHECK(outcome.answered[1].judgement.words == "403 no");
  CHECK(outcome.unsent == 1);
  CHECK(outcome.error.empty());
}

TEST_CASE("what may pass is sent again, within the budget") {
  SUBCASE("and passes") {
    LoopbackServer server([](const Request&, std::size_t number) {
      if (number == 1) return answer(429, "", "X-RateLimit-Reset: 1\r\n");
      if (number == 2) return Answer{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf", true, {}};
      return answer(202);
    });
    const auto begin = std::chrono::steady_clock::now();
    const CallsOutcome outcome = send(three(server));
    CHECK(std::chrono::steady_clock::now() - begin >= 1s);
    CHECK(outcome.answered.size() == 3);
    CHECK(outcome.error.empty());
    CHECK(server.requests().size() == 5);
  }
  SUBCASE("and does not") {
    LoopbackServer server([](const Request&, std::size_t number) {
      return number == 0 ? answer(202) : answer(503, "busy, hidden");
    });
    const CallsOutcome outcome = send(three(server), 0.3);
    CHECK(outcome.answered.size() == 1);
    CHECK(outcome.unsent == 1);
    CHECK(outcome.error.find("503 busy, *** (after ") == 0);
    CHECK(outcome.error_subject == "b");
    CHECK(server.requests().size() >= 3);
    CHECK_FALSE(outcome.interrupted);
  }
  SUBCASE("without time for it") {
    LoopbackServer server([](const Request&, std::size_t) { return Answer{"", true, {}}; });
    const CallsOutcome outcome = send(three(server), 0);
    CHECK(outcome.answered.empty());
    CHECK(outcome.unsent == 2);
    CHECK(outcome.error.find(" closed the connection without an answer (after 1 attempt in 0 s)") !=
          std::string::npos);
  }
}

TEST_CASE("a signal ends the list, also while it waits") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(503, "", "Retry-After: 60\r\n"); });
  std::atomic<bool> interrupted{false};
  std::thread signal([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(5ms);
    interrupted = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  const CallsOutcome outcome = delivery::send_calls(three(server), judge_written, {5, 300}, interrupted);
  signal.join();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(outcome.interrupted);
  CHECK(outcome.unsent == 2);
}

TEST_CASE("a question is asked once") {
  struct Case {
    Answer answer;
    bool answered;
    Verdict verdict;
    const char* words;
  };
  for (const Case& one : {Case{answer(200), true, Verdict::delivered, ""},
                          Case{answer(403, "bad key hidden"), true, Verdict::stop, "403 bad key ***"},
                          Case{answer(503), true, Verdict::retry, "503 Service Unavailable"},
                          Case{Answer{"", true, {}}, false, Verdict::retry, ""}}) {
    LoopbackServer server([&one](const Request&, std::size_t) { return one.answer; });
    const auto judgement = delivery::ask_once(call(server, "GET", "key"), judge_written, 5, k_never);
    CHECK(server.requests().size() == 1);
    REQUIRE(judgement.has_value() == one.answered);
    if (!judgement) continue;
    CHECK(judgement->verdict == one.verdict);
    CHECK(judgement->words == one.words);
  }
}

TEST_CASE("long answers are kept whole, and only those that count") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return answer(number == 0 ? 200 : 404, std::string(2000000, 'x'));
  });
  delivery::Caller caller(judge_written, {5, 5}, k_never);
  const Reply long_one = caller.ask(call(server, "GET", "q"));
  CHECK(long_one.body.size() == 2000000);
  CHECK(long_one.error.empty());
  const Reply refused = caller.ask(call(server, "GET", "q"));
  CHECK(refused.body.empty());
  CHECK(refused.judgement->words.size() < 400);
}

}  // namespace k6apm::test
