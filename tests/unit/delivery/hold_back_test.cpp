// What a Sender does with points on disk that Datadog would drop for their age.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "providers/datadog_body.hpp"
#include "spooled_delivery.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;
using providers::Payload;

constexpr std::int64_t k_now_s = 1'760'000'000;

const providers::Provider& datadog() { return *providers::find_provider(apm::ProviderKind::datadog); }

/// A request of k6.NAME with points of such ages, the oldest first.
Payload aged(const std::string& name, const std::vector<std::int64_t>& ages_s, std::uint64_t slice) {
  std::string points;
  for (const std::int64_t age_s : ages_s) {
    points += fmt::format(R"({}{{"timestamp":{},"value":1}})", points.empty() ? "" : ",", k_now_s - age_s);
  }
  Payload one =
      payload(fmt::format(R"({{"series":[{{"metric":"k6.{}","type":3,"points":[{}]}}]}})", name, points),
              ages_s.size(), slice);
  one.first_ms = (k_now_s - ages_s.front()) * 1000;
  one.last_ms = (k_now_s - ages_s.back()) * 1000;
  return one;
}

/// "k6.NAME AGE AGE|k6.NAME AGE", one after the other.
std::string sent(LoopbackServer& server) {
  std::string text;
  for (const Request& request : server.requests()) {
    if (!text.empty()) text += "|";
    for (const providers::SentSeries& series : providers::datadog_contents(request.body)) {
      text += series.metric;
      for (const providers::DatadogPoint& point : series.points)
        text += " " + std::to_string(k_now_s - point.time_s);
    }
  }
  return text;
}

Answer take(const Request&, std::size_t) { return answer(202, "{}"); }

SpooledDelivery at(const std::atomic<std::int64_t>& now_s, const FilledOutbox& filled, std::uint64_t points,
                   bool send_old = false) {
  return {filled, points, datadog(), {5, 0, 1, send_old, [&now_s] { return now_s * 1000; }}};
}

std::string held_back(const std::string& what) {
  return what +
         " too old by now, for the receiver takes points of the last 1 h and drops older ones in silence";
}

}  // namespace

TEST_CASE("what is too old as a whole stays on disk until somebody wants it sent") {
  const FilledOutbox filled({aged("vus", {3700, 3650}, 0), aged("vus", {20}, 1)});
  const std::atomic<std::int64_t> now_s{k_now_s};
  LoopbackServer server(take);
  for (int program = 0; program < 2; ++program) {
    SpooledDelivery delivery = at(now_s, filled, 3);
    const Outcome outcome = delivery.run(server.url(), 2);
    CHECK(sent(server) == "k6.vus 20");
    CHECK(outcome.points_delivered == 1);
    CHECK(outcome.points_refused == 0);
    CHECK(outcome.points_kept == 2);
    CHECK(outcome.points_held_back == 2);
    CHECK_FALSE(outcome.unavailable);
    CHECK_FALSE(outcome.stopped);
    CHECK_FALSE(delivery.has_left);
    CHECK(delivery.still_open == 1);
    REQUIRE(outcome.notices.size() == 1);
    CHECK(outcome.notices[0].text == held_back("2 points are kept and not sent: they are"));
    CHECK(outcome.notices[0].hint.find("--datadog-historical") == 0);
    CHECK(outcome.error == outcome.notices[0].text);
  }
  SpooledDelivery delivery = at(now_s, filled, 3, true);
  const Outcome outcome = delivery.run(server.url());
  CHECK(sent(server) == "k6.vus 20|k6.vus 3700 3650");
  CHECK(server.requests().back().body == aged("vus", {3700, 3650}, 0).body);
  CHECK(outcome.points_delivered == 3);
  CHECK(outcome.notices.empty());
  CHECK(delivery.still_open == 0);
}

TEST_CASE("what is too old in part goes without that part, which stays a request of its own") {
  const FilledOutbox filled({aged("vus", {3700, 3591, 3590, 10}, 0), aged("vus", {5}, 1)});
  const std::atomic<std::int64_t> now_s{k_now_s};
  {
    LoopbackServer server(take);
    SpooledDelivery delivery = at(now_s, filled, 5);
    const Outcome outcome = delivery.run(server.url());
    CHECK(sent(server) == "k6.vus 3590 10|k6.vus 5");
    CHECK(outcome.points_delivered == 3);
    CHECK(outcome.points_held_back == 2);
    CHECK(outcome.requests == 2);
    CHECK(delivery.sent_counted == 2);
    CHECK(delivery.still_open == 1);
  }
  LoopbackServer server(take);
  SpooledDelivery delivery = at(now_s, filled, 5, true);
  CHECK(delivery.run(server.url()).points_delivered == 5);
  CHECK(sent(server) == "k6.vus 3700 3591");
}

TEST_CASE("what becomes too old while it waits is held back before the next attempt") {
  const FilledOutbox filled({aged("vus", {3580, 3500, 10}, 0), aged("vus", {8}, 1)});
  std::atomic<std::int64_t> now_s{k_now_s};
  LoopbackServer server([&now_s](const Request&, std::size_t number) {
    if (number > 0) return answer(202, "{}");
    now_s = k_now_s + 100;
    return answer(503);
  });
  SpooledDelivery delivery = at(now_s, filled, 4);
  delivery.settings.retry_time_s = 5;
  const Outcome outcome = delivery.run(server.url());
  CHECK(sent(server) == "k6.vus 3580 3500 10|k6.vus 10|k6.vus 8");
  CHECK(outcome.points_delivered == 2);
  CHECK(outcome.points_held_back == 2);
  CHECK(outcome.points_kept == 2);
  CHECK(outcome.requests == 3);  // other bytes are another request
  CHECK(outcome.retries == 0);
  CHECK(delivery.sent_counted == 3);
}

TEST_CASE("what is held back counts once, whatever the second pass finds") {
  const FilledOutbox filled({aged("vus", {3700}, 0), aged("vus", {3550, 3500}, 1), aged("vus", {10}, 2)});
  std::atomic<std::int64_t> now_s{k_now_s};
  SUBCASE("the same is too old") {
    LoopbackServer server(
        [](const Request&, std::size_t number) { return number == 0 ? answer(503) : answer(202, "{}"); });
    SpooledDelivery delivery = at(now_s, filled, 4);
    const Outcome outcome = delivery.run(server.url(), 2);
    CHECK(delivery.has_left);
    CHECK(sent(server) == "k6.vus 3550 3500|k6.vus 10|k6.vus 3550 3500");
    CHECK(outcome.points_held_back == 1);
    CHECK(outcome.points_kept == 1);
    CHECK(outcome.notices.at(0).text == held_back("1 point is kept and not sent: it is"));
  }
  SUBCASE("all that is left is too old by then") {
    LoopbackServer server([&now_s](const Request&, std::size_t number) {
      if (number == 1) now_s = k_now_s + 4000;
      return number == 0 ? answer(503) : answer(202, "{}");
    });
    SpooledDelivery delivery = at(now_s, filled, 4);
    const Outcome outcome = delivery.run(server.url(), 2);
    CHECK(delivery.has_left);
    CHECK(sent(server) == "k6.vus 3550 3500|k6.vus 10");
    CHECK(outcome.points_held_back == 3);
    CHECK(outcome.points_kept == 3);
    CHECK_FALSE(outcome.unavailable);
  }
}

}  // namespace k6apm::test
