// What a Sender does with points that the receiver would drop for their time.
#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "sender_run.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;

constexpr std::int64_t k_now_ms = 1760000000000;

/// "s0@..." as old as this.
std::string aged(std::int64_t seconds, const std::string& series = "s0") {
  return series + "@" + std::to_string(k_now_ms - seconds * 1000);
}

Delivery at(const std::atomic<std::int64_t>& now_ms, std::vector<providers::Payload> payloads,
            std::size_t connections = 1) {
  return {ScriptedExport(std::move(payloads)), written_provider(), {5, 5, connections, false, [&now_ms] {
                                                                      return now_ms.load();
                                                                    }}};
}

constexpr const char* k_too_old =
    " too old by the time they could be sent: the receiver takes points of the last 1 h and drops older ones "
    "in "
    "silence";

}  // namespace

TEST_CASE("what is too old, or nearly, is cut off before it is sent") {
  struct Case {
    std::int64_t age_s;
    bool sent;
  };
  for (const Case& one : {Case{-600, true}, Case{0, true}, Case{3589, true}, Case{3590, true},
                          Case{3591, false}, Case{3700, false}, Case{900000, false}}) {
    CAPTURE(one.age_s);
    const std::atomic<std::int64_t> now_ms{k_now_ms};
    LoopbackServer server([](const Request&, std::size_t) { return answer(202); });
    Delivery delivery = at(now_ms, {written(aged(one.age_s) + " " + aged(0, "s1"))});
    const Outcome outcome = delivery.run(server.url());
    CHECK(outcome.points_delivered == (one.sent ? 2 : 1));
    CHECK(outcome.points_refused == (one.sent ? 0 : 1));
    CHECK(outcome.notices.size() == (one.sent ? 0 : 1));
    CHECK(delivery.payloads.refused_points() == outcome.points_refused);
    CHECK(bodies(server) == (one.sent ? aged(one.age_s) + " " : "") + aged(0, "s1"));
  }
}

TEST_CASE("what becomes too old while it waits is cut off before the next attempt") {
  std::atomic<std::int64_t> now_ms{k_now_ms};
  LoopbackServer server([&now_ms](const Request&, std::size_t number) {
    if (number > 0) return answer(202);
    now_ms = k_now_ms + 100000;
    return answer(503);
  });
  const std::string first = aged(3580) + " " + aged(3500, "s1") + " " + aged(10, "s1");
  Delivery delivery = at(now_ms, {written(first)});
  const Outcome outcome = delivery.run(server.url());
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[0].body == first);
  CHECK(server.requests()[1].body == aged(10, "s1"));
  CHECK(outcome.points_delivered == 1);
  CHECK(outcome.points_refused == 2);
  CHECK(outcome.requests == 2);  // other bytes are another request
  CHECK(outcome.retries == 0);
  CHECK(outcome.bytes == first.size() + aged(10, "s1").size());
  CHECK(outcome.error == std::string("2 points were") + k_too_old);
}

TEST_CASE("what is too old as a whole is not sent any more") {
  std::atomic<std::int64_t> now_ms{k_now_ms};
  LoopbackServer server([&now_ms](const Request&, std::size_t) {
    now_ms = k_now_ms + 4000000;
    return answer(503);
  });
  Delivery delivery = at(now_ms, {written(aged(50) + " " + aged(40)), written(aged(30), 1)});
  const Outcome outcome = delivery.run(server.url());
  CHECK(server.requests().size() == 1);
  CHECK(outcome.requests == 1);
  CHECK(outcome.points_refused == 3);
  CHECK(outcome.points_kept == 0);
  CHECK_FALSE(outcome.unavailable);
  CHECK(outcome.error == std::string("3 points were") + k_too_old);
}

TEST_CASE("untimely points are refused from the beginning") {
  const std::atomic<std::int64_t> now_ms{k_now_ms};
  LoopbackServer server([](const Request&, std::size_t) { return answer(202); });
  SUBCASE("beside others") {
    Delivery delivery = at(now_ms, {written(aged(1))});
    delivery.payloads.set_untimely(7);
    const Outcome outcome = delivery.run(server.url());
    CHECK(outcome.points_delivered == 1);
    CHECK(outcome.points_refused == 7);
    REQUIRE(outcome.notices.size() == 1);
    CHECK(outcome.notices[0].text == "points of last week");
  }
  SUBCASE("alone") {
    Delivery delivery = at(now_ms, {}, 3);
    delivery.payloads.set_untimely(7);
    const Outcome outcome = delivery.run(server.url());
    CHECK(outcome.points_delivered == 0);
    CHECK(outcome.points_refused == 7);
    CHECK(outcome.points_kept == 0);
    CHECK(outcome.error == "points of last week");
    CHECK(server.requests().empty());
  }
  SUBCASE("sent where the person wants it so") {
    Delivery delivery = at(now_ms, {written(aged(900000) + " " + aged(1))});
    delivery.settings.send_old = true;
    SUBCASE("all of them") {
      const Outcome outcome = delivery.run(server.url());
      CHECK(outcome.points_delivered == 2);
      CHECK(outcome.notices.empty());
    }
    SUBCASE("but for others that cannot be taken") {
      delivery.payloads.set_untimely(7);
      const Outcome outcome = delivery.run(server.url());
      CHECK(outcome.points_delivered == 2);
      CHECK(outcome.points_refused == 7);
      CHECK(outcome.points_kept == 0);
      CHECK(outcome.notices.size() == 1);
    }
  }
}

}  // namespace k6apm::test
