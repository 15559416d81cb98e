// What a Sender does with requests that stand on disk, in one program and in the next.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "spooled_delivery.hpp"
#include "stored_files.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;
using providers::Payload;

/// As the intake of Datadog, at any time.
const providers::Provider& timeless_provider() {
  static const providers::Provider provider = [] {
    providers::Provider row = written_provider();
    row.time_limits = nullptr;
    return row;
  }();
  return provider;
}

/// Three requests with 1, 2 and 3 points of their own series, of a slice each.
const std::string k_a = "a@1";
const std::string k_b = "b@1 b@2";
const std::string k_c = "c@1 c@2 c@3";
std::vector<Payload> three() { return {written(k_a, 0), written(k_b, 1), written(k_c, 2)}; }

/// The bodies that were sent, one after the other with a bar between.
std::string sent(LoopbackServer& server) {
  std::string text;
  for (const Request& request : server.requests()) text += (text.empty() ? "" : "|") + request.body;
  return text;
}

Answer take(const Request&, std::size_t) { return answer(204); }

/// Another program, with a receiver that takes everything; what it was sent.
std::string taken_later(const FilledOutbox& filled, std::uint64_t points,
                        const providers::Provider& provider) {
  LoopbackServer server(take);
  SpooledDelivery later{filled, points, provider};
  const Outcome outcome = later.run(server.url());
  CHECK(outcome.points_kept == 0);
  CHECK(later.still_open == 0);
  return sent(server);
}

}  // namespace

TEST_CASE("what is in an outbox is sent in time order, and nothing twice") {
  const FilledOutbox filled(three());
  LoopbackServer server(take);
  SpooledDelivery delivery{filled, 6, timeless_provider()};
  delivery.settings.connections = 3;
  const Outcome outcome = delivery.run(server.url());
  CHECK(sent(server) == k_a + "|" + k_b + "|" + k_c);
  CHECK(outcome.points_delivered == 6);
  CHECK(outcome.requests == 3);
  CHECK(outcome.bytes == k_a.size() + k_b.size() + k_c.size());
  CHECK(outcome.notices.empty());
  CHECK(delivery.sent_counted == 3);
  CHECK_FALSE(delivery.has_left);
  SpooledDelivery next{filled, 6, timeless_provider()};
  const Outcome again = next.run(server.url());
  CHECK(server.requests().size() == 3);
  CHECK(again.points_delivered == 6);
  CHECK(again.requests == 3);
  CHECK(again.bytes == outcome.bytes);
}

TEST_CASE("a refusal that holds for all keeps what is in an outbox") {
  for (const int status : {401, 403}) {
    const FilledOutbox filled(three());
    LoopbackServer server(
        [&](const Request&, std::size_t number) { return number == 0 ? answer(204) : answer(status, "no"); });
    SpooledDelivery delivery{filled, 6, timeless_provider()};
    const Outcome outcome = delivery.run(server.url());
    CHECK(sent(server) == k_a + "|" + k_b);
    CHECK(outcome.stopped);
    CHECK_FALSE(outcome.unavailable);
    CHECK(outcome.points_delivered == 1);
    CHECK(outcome.points_refused == 0);
    CHECK(outcome.points_kept == 5);
    REQUIRE(outcome.notices.size() == 1);
    CHECK(outcome.notices[0].text ==
          "the receiver takes no request: " + std::to_string(status) + " no; 5 points are kept");
    CHECK(outcome.error == outcome.notices[0].text);
    CHECK_FALSE(delivery.has_left);
    CHECK(taken_later(filled, 6, timeless_provider()) == k_b + "|" + k_c);
  }
}

TEST_CASE("a receiver that is away keeps everything for the next program") {
  const FilledOutbox filled(three());
  SpooledDelivery delivery{filled, 6, timeless_provider()};
  const Outcome outcome = delivery.run("http://127.0.0.1:1/", 2);
  CHECK(outcome.unavailable);
  CHECK(outcome.points_kept == 6);
  CHECK(delivery.still_open == 3);
  CHECK(taken_later(filled, 6, timeless_provider()) == k_a + "|" + k_b + "|" + k_c);
}

TEST_CASE("the second pass takes from the outbox") {
  const FilledOutbox filled(three());
  std::vector<int> statuses{503, 204, 503, 204, 204};
  LoopbackServer server([&](const Request&, std::size_t number) { return answer(statuses.at(number)); });
  SpooledDelivery delivery{filled, 6, timeless_provider()};
  const Outcome outcome = delivery.run(server.url(), 2);
  CHECK(sent(server) == k_a + "|" + k_b + "|" + k_c + "|" + k_a + "|" + k_c);
  CHECK(outcome.points_delivered == 6);
  CHECK(outcome.requests == 3);
  CHECK(outcome.retries == 2);
  CHECK_FALSE(outcome.unavailable);
  CHECK(delivery.still_open == 0);
}

TEST_CASE("nothing is sent past a request that was given up, where the receiver would refuse that then") {
  const FilledOutbox filled(three());
  LoopbackServer server([](const Request&, std::size_t) { return answer(503, "busy"); });
  SUBCASE("as Prometheus does") {
    SpooledDelivery delivery{filled, 6, pointed_provider()};
    const Outcome outcome = delivery.run(server.url());
    CHECK(sent(server) == k_a);
    CHECK(delivery.has_left);
    CHECK(outcome.unavailable);
    CHECK(outcome.points_kept == 6);
    CHECK(outcome.error == "6 points could not be delivered: 503 busy (after 1 attempt in 0 s)");
    CHECK(taken_later(filled, 6, pointed_provider()) == k_a + "|" + k_b + "|" + k_c);
  }
  SUBCASE("else one more is tried") {
    SpooledDelivery delivery{filled, 6, timeless_provider()};
    delivery.run(server.url());
    CHECK(sent(server) == k_a + "|" + k_b);
  }
  SUBCASE("also in the second pass") {
    SpooledDelivery delivery{filled, 6, pointed_provider()};
    delivery.run(server.url(), 2);
    CHECK(sent(server) == k_a + "|" + k_a);
    CHECK(delivery.still_open == 3);
  }
}

TEST_CASE("parts are taken up by the next program") {
  const Payload whole = written_series(4);
  const auto halves = halves_of_written(whole, false);
  const FilledOutbox filled({whole, written("z@1", 1)});
  LoopbackServer server([&](const Request& request, std::size_t) {
    if (request.body == whole.body) return answer(413);
    return answer(request.body == halves->first.body ? 204 : 401);
  });
  SpooledDelivery delivery{filled, 5, timeless_provider()};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 2);
  CHECK(outcome.points_kept == 3);
  CHECK(delivery.sent_counted == outcome.requests);
  CHECK(taken_later(filled, 5, timeless_provider()) == halves->second.body + "|z@1");
}

TEST_CASE("a journal that cannot be written ends the delivery") {
  const FilledOutbox filled(three());
  LoopbackServer server(take);
  const std::string why =
      "could not be delivered: cannot write " + filled.file("journal").string() + ": File too large";
  SUBCASE("before a request leaves") {
    SpooledDelivery delivery{filled, 6, timeless_provider()};
    delivery.settings.connections = 2;
    const FileSizeLimit limit(10);
    const Outcome outcome = delivery.run(server.url(), 2);
    CHECK(sent(server).empty());
    CHECK_FALSE(delivery.has_left);
    CHECK(outcome.unavailable);
    CHECK(outcome.points_kept == 6);
    CHECK(outcome.error == "6 points " + why);
    CHECK(delivery.still_open == 3);
  }
  SUBCASE("after it was taken") {
    {
      SpooledDelivery delivery{filled, 6, timeless_provider()};
      const FileSizeLimit limit(60);
      const Outcome outcome = delivery.run(server.url(), 2);
      CHECK(sent(server) == k_a);
      CHECK(outcome.points_kept == 6);
      CHECK(outcome.error == "6 points " + why);
    }
    delivery::Outbox outbox(filled.directory());
    Payload first;
    REQUIRE(outbox.next(first));
    CHECK(first.attempted);
  }
  CHECK(taken_later(filled, 6, timeless_provider()) == k_a + "|" + k_b + "|" + k_c);
}

TEST_CASE("a body that is damaged ends the delivery before it is sent") {
  const FilledOutbox filled(three());
  write(filled.body(2), "b@1 b@3");
  LoopbackServer server(take);
  SpooledDelivery delivery{filled, 6, timeless_provider()};
  const Outcome outcome = delivery.run(server.url(), 2);
  CHECK(sent(server) == k_a);
  CHECK(outcome.unavailable);
  CHECK(outcome.points_delivered == 1);
  CHECK(outcome.points_kept == 5);
  CHECK(outcome.error ==
        "5 points could not be delivered: " + filled.body(2).string() + " is not what was written");
  CHECK(outcome.notices.at(0).hint.find("remove the spool") != std::string::npos);
  CHECK_FALSE(delivery.has_left);
}

TEST_CASE("over many programs every point is taken once, whatever fails") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    const providers::Provider& provider = seed % 2 == 0 ? pointed_provider() : timeless_provider();
    const std::size_t connections = 1 + seed % 3;
    std::mt19937 random(seed);
    std::vector<Payload> payloads;
    for (std::uint64_t i = 0; i < 8; ++i) {
      const std::string of_half = i % 2 == 0 ? "a" : "b";
      std::vector<WrittenPoint> points;
      for (int series = 0; series < 4; ++series) {
        for (int k = 0; k < 2; ++k)
          points.push_back({of_half + std::to_string(series), static_cast<std::int64_t>(10 * (i / 2)) + k});
      }
      payloads.push_back(write_points(points, i / 2));
    }
    const FilledOutbox filled(std::move(payloads));
    std::map<std::string, std::vector<std::int64_t>> taken;
    std::uint64_t points = 0;
    int programs = 0;
    Outcome outcome;
    for (std::uint64_t open = 1; open > 0 && programs < 200; ++programs) {
      SpooledDelivery delivery{filled, 64, provider, {5, 0, connections}};
      LoopbackServer server([&](const Request& request, std::size_t) {
        const auto all = read_points(request.body);
        const auto dice = random() % 8;
        // With others on their way it would cut off an answer, and they would be taken twice.
        if (dice == 0 && connections == 1) delivery.interrupted = true;
        if (dice < 3) return answer(dice == 2 ? 401 : 503);
        if (all.size() > 4) return answer(413);
        for (const WrittenPoint& point : all) taken[point.series].push_back(point.time_ms);
        points += all.size();
        return answer(204);
      });
      outcome = delivery.run(server.url(), 2);
      CHECK(outcome.points_delivered == points);
      CHECK(outcome.points_refused == 0);
      open = delivery.still_open;
    }
    CHECK(programs > 1);
    CHECK(outcome.points_delivered == 64);
    CHECK(taken.size() == 8);
    for (auto& one : taken) {
      std::vector<std::int64_t>& times = one.second;
      CAPTURE(one.first);
      if (provider.refuses_doubles) CHECK(std::is_sorted(times.begin(), times.end()));
      std::sort(times.begin(), times.end());
      CHECK(times == std::vector<std::int64_t>{0, 1, 10, 11, 20, 21, 30, 31});
    }
  }
}

}  // namespace k6apm::test
