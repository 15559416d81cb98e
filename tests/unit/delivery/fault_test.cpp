// What a Sender does with a request that comes back with one and the same server error, with bad points of
// one series, and with a refusal after an attempt without an answer.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "sender_run.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using delivery::Dividing;
using delivery::Outcome;

Delivery to_pointed(std::vector<providers::Payload> payloads, double retry_s = 5) {
  return {ScriptedExport(std::move(payloads)), pointed_provider(), {5, retry_s, 1}};
}

/// Series s0 to s(n-1) with `points` points each, one payload.
providers::Payload block_of(int n, int points) {
  std::vector<WrittenPoint> all;
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < points; ++k) all.push_back({"s" + std::to_string(i), k});
  }
  return write_points(all);
}

using IsBad = std::function<bool(const WrittenPoint&)>;

/// Answers `status` where a point is bad, and remembers what it took.
struct Receiver {
  int status = 400;
  IsBad bad;
  std::map<std::string, std::vector<std::int64_t>> taken{};

  Answer operator()(const Request& request) {
    const auto points = read_points(request.body);
    if (std::any_of(points.begin(), points.end(), bad)) return answer(status, "bad sample");
    for (const WrittenPoint& point : points) {
      auto& times = taken[point.series];
      CHECK((times.empty() || times.back() < point.time_ms));  // no series goes back
      times.push_back(point.time_ms);
    }
    return answer(204);
  }
  std::size_t points() const {
    std::size_t n = 0;
    for (const auto& [series, times] : taken) n += times.size();
    return n;
  }
};

struct Run {
  Outcome outcome{};
  std::vector<std::string> bodies{};

  Run(const LoopbackServer::Script& script, Delivery&& delivery) {
    LoopbackServer server(script);
    outcome = delivery.run(server.url());
    for (const Request& request : server.requests()) bodies.push_back(request.body);
    CHECK(outcome.points_refused - outcome.points_in_doubt == delivery.payloads.refused_points());
    CHECK(outcome.requests + outcome.retries == bodies.size());
  }
  std::set<std::string> distinct() const { return {bodies.begin(), bodies.end()}; }
};

LoopbackServer::Script by(Receiver& receiver) {
  return [&receiver](const Request& request, std::size_t) { return receiver(request); };
}

}  // namespace

TEST_CASE("a bad point is found among many series and points, and costs nothing else") {
  for (const int status : {400, 500}) {
    CAPTURE(status);
    Receiver receiver{status, [](const auto& p) { return p.series == "s37" && p.time_ms == 11; }};
    const Run run(by(receiver), to_pointed({block_of(64, 50)}));
    CHECK(run.outcome.points_refused == 1);
    CHECK(run.outcome.points_delivered == 64 * 50 - 1);
    CHECK(receiver.points() == 64 * 50 - 1);
    CHECK(run.outcome.error ==
          "the receiver refused 1 point of k6.s37: " + std::to_string(status) + " bad sample");
    CHECK(run.bodies.size() < 32);
    CHECK(run.outcome.retries == (status == 400 ? 0 : 4));
  }
}

TEST_CASE("several bad points of one series") {
  Receiver receiver{400, [](const auto& p) { return p.series == "s1" && p.time_ms < 25; }};
  const Run run(by(receiver), to_pointed({block_of(3, 50)}));
  CHECK(run.outcome.points_refused == 25);
  CHECK(receiver.points() == 125);
}

TEST_CASE("a provider whose bad parts are series keeps to them") {
  Receiver receiver{400, [](const auto& p) { return p.series == "s1" && p.time_ms == 0; }};
  Delivery delivery{ScriptedExport({block_of(2, 10)}), written_provider(), {5, 5, 1, true}};
  const Run run(by(receiver), std::move(delivery));
  CHECK(run.outcome.points_refused == 10);
  CHECK(run.outcome.points_delivered == 10);
}

TEST_CASE("where every point is bad the requests are bounded") {
  SUBCASE("from the first") {
    Receiver receiver{400, [](const auto&) { return true; }};
    const Run run(by(receiver), to_pointed({block_of(1000, 50), block_of(1000, 50)}));
    CHECK(run.bodies.size() == Dividing::k_max_bad_points_first + Dividing::k_max_fruitless + 1);
    CHECK(run.outcome.points_refused == 100'000);
  }
  SUBCASE("after something was taken") {
    Receiver receiver{400, [](const auto& p) { return p.series != "s0"; }};
    std::vector<providers::Payload> payloads{written("s0@0")};
    for (int i = 0; i < 20; ++i) payloads.push_back(block_of(1000, 50));
    for (auto& payload : payloads) payload.slice = static_cast<std::uint64_t>(&payload - payloads.data());
    payloads[20] = written("s0@1 s0@2", 20);  // is still tried, and hope comes back
    const Run run(
        [&](const Request& request, std::size_t) {
          const auto points = read_points(request.body);
          return points.size() > 3 || points[0].series != "s0" ? answer(400, "bad sample") : answer(204);
        },
        to_pointed(std::move(payloads)));
    CHECK(run.bodies.size() < Dividing::k_max_fruitless_later + 128);
    CHECK(run.outcome.points_delivered >= 3);
    bool said = false;
    for (const Notice& notice : run.outcome.notices)
      said = said || notice.text.find("the receiver took nothing of 1024 requests in a row, so") == 0;
    CHECK(said);
  }
  SUBCASE("one bad point in each of many series") {
    Receiver receiver{400, [](const auto& p) { return p.time_ms == 49; }};
    const Run run(by(receiver), to_pointed({block_of(200, 50)}));
    CHECK(run.bodies.size() < 3 * Dividing::k_max_bad_points);
    CHECK(run.outcome.points_delivered > 49 * 50);
    CHECK(run.outcome.points_delivered + run.outcome.points_refused == 10'000);
  }
}

TEST_CASE("an outage is not divided but once, and the whole is sent again byte for byte") {
  const providers::Payload payload = block_of(8, 2);
  const auto halves = halves_of_written(payload, true);
  SUBCASE("that passes") {
    const Run run([](const Request&,
                     std::size_t number) { return number < 8 ? answer(500, "disk full") : answer(204); },
                  to_pointed({payload}, 30));
    CHECK(run.outcome.points_delivered == 16);
    CHECK(run.distinct() == std::set<std::string>{payload.body, halves->first.body, halves->second.body});
    CHECK(run.bodies.size() == 9);
    CHECK(run.bodies.back() == payload.body);
  }
  SUBCASE("that lasts") {
    const Run run([](const Request&, std::size_t) { return answer(500, "disk full"); },
                  to_pointed({payload}, 1.5));
    CHECK(run.outcome.points_kept == 16);
    CHECK(run.outcome.unavailable);
    CHECK(std::count(run.bodies.begin(), run.bodies.end(), halves->first.body) == 1);
    CHECK(std::count(run.bodies.begin(), run.bodies.end(), halves->second.body) == 1);
    CHECK(run.distinct().size() == 3);
  }
}

TEST_CASE("what may pass is not suspected") {
  const auto script = [](const char* kind) {
    return [kind](const Request&, std::size_t number) {
      const std::string text = kind;
      if (number >= (text == "after" ? 3 : 4)) return answer(204);
      if (text == "words") return answer(500, "request " + std::to_string(number));
      if (text == "after") return answer(500, "busy", "Retry-After: 1\r\n");
      if (text == "close") return Answer{"", true, {}};
      return answer(std::stoi(text), "busy");
    };
  };
  for (const char* kind : {"503", "502", "words", "after", "close"}) {
    CAPTURE(std::string(kind));
    const Run run(script(kind), to_pointed({block_of(8, 2)}, 30));
    CHECK(run.distinct().size() == 1);
    CHECK(run.outcome.points_delivered == 16);
  }
}

TEST_CASE("one series that is stuck is divided by its points, in time order") {
  for (const int bad : {3, 12}) {
    CAPTURE(bad);
    Receiver receiver{500, [bad](const auto& p) { return p.time_ms == bad; }};
    const Run run(by(receiver), to_pointed({block_of(1, 20)}));
    // Of the left half nothing can follow once the right one was taken.
    CHECK(run.outcome.points_refused == (bad < 10 ? 10 : 1));
    CHECK(receiver.points() == (bad < 10 ? 10 : 19));
  }
}

TEST_CASE("a fault in the left half, and the right one fails otherwise: the whole is tried again") {
  const Run run(
      [](const Request& request, std::size_t number) {
        const bool whole = read_points(request.body).size() == 16;
        if (whole) return number < 6 ? answer(500, "no") : answer(204);
        return answer(read_points(request.body)[0].series == "s0" ? 500 : 503, "no");
      },
      to_pointed({block_of(8, 2)}, 30));
  CHECK(run.outcome.points_delivered == 16);
  CHECK(run.outcome.points_refused == 0);
}

TEST_CASE("refused after an attempt without an answer: in doubt, and not divided") {
  for (const int before : {0, 502, 504, 500, 429}) {
    CAPTURE(before);
    const bool in_doubt = before != 500 && before != 429;
    Receiver receiver{400, [](const auto& p) { return p.series == "s0"; }};
    const Run run(
        [&](const Request& request, std::size_t number) {
          if (number == 0) return before == 0 ? Answer{"", true, {}} : answer(before, "?");
          return receiver(request);
        },
        to_pointed({block_of(4, 1), written("s0@5 s1@5", 1)}, 30));
    if (in_doubt) {
      CHECK(run.bodies.size() == 2 + 3);
      CHECK(run.outcome.points_in_doubt == 4);
      CHECK(run.outcome.points_refused == 5);
      REQUIRE(run.outcome.doubts.size() == 1);
      CHECK(run.outcome.doubts[0].text ==
            "the receiver refused 4 points that it may have taken before, without an answer: 400 bad sample");
      CHECK(run.outcome.notices.size() == 1);
    } else {
      CHECK(run.outcome.points_in_doubt == 0);
      CHECK(run.outcome.points_refused == 2);
      CHECK(run.outcome.doubts.empty());
    }
  }
}

TEST_CASE("a receiver that takes doubles is not doubted") {
  Receiver receiver{400, [](const auto& p) { return p.series == "s0"; }};
  Delivery delivery{ScriptedExport({block_of(4, 1)}), written_provider(), {5, 30, 1, true}};
  const Run run(
      [&](const Request& request, std::size_t number) {
        return number == 0 ? Answer{"", true, {}} : receiver(request);
      },
      std::move(delivery));
  CHECK(run.outcome.points_in_doubt == 0);
  CHECK(run.outcome.points_refused == 1);
}

}  // namespace k6apm::test
