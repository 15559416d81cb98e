// What a Sender takes up once more at the end.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "sender_run.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;

/// Bodies a, b, c, d with 1, 2, 4, 8 points, each of a slice of its own.
std::vector<providers::Payload> four() {
  return {payload("a", 1, 0), payload("b", 2, 1), payload("c", 4, 2), payload("d", 8, 3)};
}

/// One connection, and hardly any time for retries.
Delivery hurried(std::vector<providers::Payload> payloads, double retry_time_s = 0,
                 std::size_t connections = 1, const providers::Provider& provider = that_takes_late()) {
  return {ScriptedExport(std::move(payloads)), provider, {5, retry_time_s, connections}};
}

/// A receiver whose answer may change between the passes, and what it was sent in each.
struct Receiver {
  std::function<Answer(const Request&)> first;
  std::function<Answer(const Request&, std::size_t number)> second;
  std::vector<std::string> sent_first{};
  std::vector<std::string> sent_second{};
  std::atomic<bool> later{false};

  LoopbackServer::Script script() {
    return [this](const Request& request, std::size_t) {
      (later ? sent_second : sent_first).push_back(request.body);
      return later ? second(request, sent_second.size() - 1) : first(request);
    };
  }
  Outcome serve(Delivery& delivery) {
    LoopbackServer server(script());
    return delivery.run_twice(server.url(), [this] { later = true; });
  }
};

std::string joined(const std::vector<std::string>& bodies) {
  std::string text;
  for (const std::string& body : bodies) text += body;
  return text;
}

Answer take(const Request&, std::size_t) { return answer(204); }

}  // namespace

TEST_CASE("the second pass sends what was given up and what was not sent for it, in time order") {
  for (const std::size_t connections : {std::size_t{1}, std::size_t{3}}) {
    CAPTURE(connections);
    Receiver receiver{[](const Request&) { return answer(503); }, take};
    Delivery delivery = hurried(four(), 0, connections);
    const Outcome outcome = receiver.serve(delivery);
    CHECK(joined(receiver.sent_first) == "ab");
    CHECK(joined(receiver.sent_second) == "abcd");
    CHECK(outcome.points_delivered == 15);
    CHECK(outcome.points_kept == 0);
    CHECK_FALSE(outcome.unavailable);
    CHECK(outcome.error.empty());
    REQUIRE(outcome.notices.size() == 1);
    CHECK(outcome.notices[0].severity == Severity::note);
    CHECK(outcome.notices[0].text ==
          "some requests were sent again at the end, after: 503 Service Unavailable (after 1 attempt in 0 "
          "s)");
    CHECK_FALSE(outcome.about_kept);
  }
}

TEST_CASE("a request that costs only itself is taken up alone") {
  Receiver receiver{[](const Request& request) { return answer(request.body == "b" ? 503 : 204); }, take};
  Delivery delivery = hurried(four());
  const Outcome outcome = receiver.serve(delivery);
  CHECK(joined(receiver.sent_first) == "abcd");
  CHECK(joined(receiver.sent_second) == "b");
  CHECK(outcome.points_delivered == 15);
  CHECK_FALSE(outcome.unavailable);
}

TEST_CASE("a receiver that refuses what comes late is sent nothing after what was given up") {
  const providers::Provider& prometheus = *providers::find_provider(apm::ProviderKind::prometheus);
  SUBCASE("and everything in the second pass") {
    Receiver receiver{[](const Request& request) { return answer(request.body == "b" ? 503 : 204); }, take};
    Delivery delivery = hurried(four(), 0, 1, prometheus);
    const Outcome outcome = receiver.serve(delivery);
    CHECK(joined(receiver.sent_first) == "ab");
    CHECK(joined(receiver.sent_second) == "bcd");
    CHECK(outcome.points_delivered == 15);
  }
  SUBCASE("there it is left behind where only later ones are taken") {
    Receiver receiver{
        [](const Request& request) { return answer(request.body == "b" ? 503 : 204); },
        [](const Request& request, std::size_t) { return answer(request.body == "b" ? 503 : 204); }};
    Delivery delivery = hurried(four(), 0, 1, prometheus);
    const Outcome outcome = receiver.serve(delivery);
    CHECK(joined(receiver.sent_second) == "bcd");
    CHECK(outcome.points_delivered == 13);
    CHECK(outcome.points_kept == 2);
    CHECK(outcome.unavailable);
  }
  SUBCASE("with two that fail in a row it is away") {
    Receiver receiver{[](const Request&) { return answer(503); },
                      [](const Request&, std::size_t) { return answer(503); }};
    Delivery delivery = hurried(four(), 0, 1, prometheus);
    CHECK(receiver.serve(delivery).points_kept == 15);
    CHECK(joined(receiver.sent_first) == "a");
    CHECK(joined(receiver.sent_second) == "ab");
  }
}

TEST_CASE("the first request of the second pass is tried once") {
  Receiver receiver{[](const Request&) { return answer(503); },
                    [](const Request&, std::size_t) { return answer(500, "still down"); }};
  Delivery delivery = hurried(four(), 0.3);
  const Outcome outcome = receiver.serve(delivery);
  CHECK(receiver.sent_first.size() >= 3);
  CHECK(joined(receiver.sent_second) == "a");
  CHECK(outcome.unavailable);
  CHECK(outcome.points_kept == 15);
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.about_kept == std::size_t{0});
  CHECK(outcome.error.find("15 points could not be delivered: 503 Service Unavailable (after ") == 0);
}

TEST_CASE("once that is answered the others are tried as in the first pass") {
  SUBCASE("until they are taken") {
    Receiver receiver{[](const Request&) { return answer(503); },
                      [](const Request&, std::size_t number) {
                        return answer(number == 1 || number == 2 ? 503 : number == 0 ? 400 : 204, "no");
                      }};
    Delivery delivery = hurried(four(), 1);
    const Outcome outcome = receiver.serve(delivery);
    CHECK(joined(receiver.sent_second) == "abbbcd");
    CHECK(outcome.points_refused == 1);
    CHECK(outcome.points_delivered == 14);
  }
  SUBCASE("and the destination is given up with the next that fails") {
    Receiver receiver{[](const Request&) { return answer(503); },
                      [](const Request&, std::size_t number) { return answer(number == 0 ? 204 : 503); }};
    Delivery delivery = hurried(four());
    const Outcome outcome = receiver.serve(delivery);
    CHECK(joined(receiver.sent_second) == "abc");
    CHECK(outcome.points_delivered == 1);
    CHECK(outcome.points_kept == 14);
    CHECK(outcome.unavailable);
  }
}

TEST_CASE("a second pass is only for what it may deliver") {
  struct Case {
    const char* name;
    int status;  ///< of the answer to b
    bool has_left;
  };
  for (const Case& one : {Case{"delivered", 204, false}, Case{"refused", 400, false},
                          Case{"refused for all", 401, false}, Case{"given up", 503, true}}) {
    CAPTURE(std::string(one.name));
    LoopbackServer server(
        [&](const Request& request, std::size_t) { return answer(request.body == "b" ? one.status : 204); });
    Delivery delivery = hurried(four());
    delivery.payloads.set_untimely(16);
    delivery.run(server.url());
    CHECK(delivery.has_left == one.has_left);
  }
  SUBCASE("not where nothing was to be sent") {
    Delivery delivery = hurried({});
    delivery.payloads.set_untimely(16);
    CHECK(delivery.run("http://127.0.0.1:1/").points_refused == 16);
    CHECK_FALSE(delivery.has_left);
  }
  SUBCASE("not after a failure that lasts") {
    Delivery delivery = hurried(four());
    const Outcome outcome = delivery.run("file:///nowhere");
    CHECK(outcome.unavailable);
    CHECK(outcome.points_kept == 15);
    CHECK(outcome.error ==
          "15 points could not be delivered: the URL is malformed or neither http nor https");
    CHECK_FALSE(delivery.has_left);
  }
  SUBCASE("not after an interruption") {
    Delivery delivery = hurried(four());
    LoopbackServer server([&delivery](const Request&, std::size_t number) {
      if (number == 1) delivery.interrupted = true;
      return answer(number == 1 ? 503 : 204);
    });
    CHECK(delivery.run(server.url()).points_kept == 14);
    CHECK_FALSE(delivery.has_left);
  }
  SUBCASE("not after one in which the last request was given up and answered in the second") {
    Receiver receiver{[](const Request& request) { return answer(request.body == "d" ? 503 : 204); },
                      [](const Request&, std::size_t) { return answer(401, "no"); }};
    Delivery delivery = hurried(four());
    const Outcome outcome = receiver.serve(delivery);
    CHECK(outcome.stopped);
    CHECK(outcome.points_refused == 8);
    CHECK(outcome.points_delivered == 7);
    CHECK(outcome.points_kept == 0);
    CHECK(delivery.payloads.refused_points() == 8);
  }
}

TEST_CASE("parts that were given up are taken up as they are") {
  const providers::Payload whole = written_series(8);
  const auto halves = halves_of_written(whole, false);
  const auto quarters = halves_of_written(halves->second, false);
  const auto script = [&](const Request& request) {
    if (request.body == whole.body || request.body == halves->second.body) return answer(413);
    return answer(request.body == quarters->first.body ? 503 : 204);
  };
  Receiver receiver{script, take};
  Delivery delivery{ScriptedExport({whole, written_series(1, 0, 1)}), written_provider(), {5, 0, 1, true}};
  const Outcome outcome = receiver.serve(delivery);
  CHECK(receiver.sent_first == std::vector<std::string>{whole.body, halves->first.body, halves->second.body,
                                                        quarters->first.body, quarters->second.body, "s0@0"});
  CHECK(receiver.sent_second == std::vector<std::string>{quarters->first.body});
  CHECK(outcome.points_delivered == 9);
}

TEST_CASE("what is left for the second pass is bounded") {
  const std::size_t size = std::size_t{33} * 1024 * 1024;
  const std::string large = "Content-Length: " + std::to_string(size);
  std::string sent;
  constexpr bool k_early = true;  // the bodies are not read
  LoopbackServer server(
      [&](const Request& request, std::size_t) {
        const bool is_large = request.head.find(large) != std::string::npos;
        sent += is_large ? "L" : "s";
        Answer reply = answer(is_large ? 503 : 204, "", "Connection: close\r\n");
        reply.close = !is_large;
        return reply;
      },
      k_early);
  Delivery delivery = hurried({payload(std::string(size, 'A'), 1, 0), payload("b", 2, 1),
                               payload(std::string(size, 'C'), 4, 2), payload("d", 8, 3)});
  const Outcome outcome = delivery.run(server.url());
  static_cast<void>(server.requests());  // waits for what the receiver notes
  CHECK(sent == "LsL");  // the last one would be tried if less were left
  CHECK(outcome.unavailable);
  CHECK(outcome.points_delivered == 2);
  CHECK(outcome.points_kept == 13);
  CHECK(delivery.has_left);
}

TEST_CASE("an interruption ends the second pass, too") {
  Delivery delivery = hurried(four());
  Receiver receiver{[](const Request&) { return answer(503); },
                    [&delivery](const Request&, std::size_t number) {
                      if (number == 1) delivery.interrupted = true;
                      return answer(number == 1 ? 503 : 204);
                    }};
  const Outcome outcome = receiver.serve(delivery);
  CHECK(joined(receiver.sent_second) == "ab");
  CHECK(outcome.points_delivered == 1);
  CHECK(outcome.points_kept == 14);
}

TEST_CASE("whatever fails in two passes, every point is taken once or kept, and no series goes back in one") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<providers::Payload> payloads;
    for (std::uint64_t slice = 0; slice < 8; ++slice) {
      for (int n = 0; n < 3; ++n)
        payloads.push_back(written("s" + std::to_string(n) + "@" + std::to_string(slice), slice));
    }
    std::map<std::string, int> taken;
    std::size_t slice = 0;
    const auto serve = [&](const Request& request, unsigned of_ten) {
      const auto now = static_cast<std::size_t>(read_points(request.body)[0].time_ms);
      CHECK(now >= slice);
      slice = now;
      if (random() % 10 < of_ten) return answer(503);
      ++taken[request.body];
      return answer(204);
    };
    Receiver receiver{[&](const Request& request) { return serve(request, 4); },
                      [&](const Request& request, std::size_t) { return serve(request, 1); }};
    Delivery delivery{ScriptedExport(std::move(payloads)), written_provider(), {5, 0, 3, true}};
    LoopbackServer server(receiver.script());
    const Outcome outcome = delivery.run_twice(server.url(), [&] {
      receiver.later = true;
      slice = 0;
    });
    CHECK(taken.size() == outcome.points_delivered);
    CHECK(outcome.points_delivered + outcome.points_kept == 24);
    CHECK(std::all_of(taken.begin(), taken.end(), [](const auto& one) { return one.second == 1; }));
  }
}

TEST_CASE("a request counts once, whichever pass it is sent in") {
  Receiver receiver{[](const Request&) { return answer(503); }, take};
  Delivery delivery = hurried(four());
  const Outcome outcome = receiver.serve(delivery);
  CHECK(outcome.requests == 4);
  CHECK(outcome.bytes == 4);
  CHECK(outcome.retries == 2);
}

}  // namespace k6apm::test
