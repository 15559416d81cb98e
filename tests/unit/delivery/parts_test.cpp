// What a Sender does with payloads that are too large, or refused for a part of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "sender_run.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::Dividing;
using delivery::Outcome;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The number in a series' name, s12.
int number_of(const WrittenPoint& point) { return std::stoi(point.series.substr(1)); }

/// Refuses every request with a series that is `bad`, and remembers the points that it took.
struct Receiver {
  std::function<bool(int)> bad;
  std::size_t max_bytes = 1U << 30U;
  std::vector<WrittenPoint> taken{};
  int too_large = 0;

  Answer operator()(const Request& request) {
    if (request.body.size() > max_bytes) {
      ++too_large;
      return answer(413);
    }
    const std::vector<WrittenPoint> points = read_points(request.body);
    const auto is_bad = [this](const WrittenPoint& point) { return bad && bad(number_of(point)); };
    if (std::any_of(points.begin(), points.end(), is_bad)) return answer(400, "bad series");
    taken.insert(taken.end(), points.begin(), points.end());
    return answer(202);
  }
};

/// Sends `payloads` to `receiver`; what it took are the points that count as delivered, each once.
struct Run {
  Outcome outcome{};
  std::size_t requests = 0;

  Run(Receiver& receiver, Delivery& delivery) {
    LoopbackServer server([&receiver](const Request& request, std::size_t) { return receiver(request); });
    outcome = delivery.run(server.url());
    requests = server.requests().size();
    std::map<std::pair<std::string, std::int64_t>, int> times;
    for (const WrittenPoint& point : receiver.taken) ++times[{point.series, point.time_ms}];
    CHECK(times.size() == outcome.points_delivered);
    CHECK(receiver.taken.size() == outcome.points_delivered);
    CHECK(delivery.payloads.refused_points() == outcome.points_refused);
    CHECK(outcome.requests == requests);
    CHECK(outcome.retries == 0);
    CHECK(outcome.points_kept == 0);
  }
};

Delivery to_written(std::vector<providers::Payload> payloads, std::size_t connections = 1) {
  return {ScriptedExport(std::move(payloads)), written_provider(), {5, 5, connections, false, [] {
                                                                      return std::int64_t{0};
                                                                    }}};
}

}  // namespace

TEST_CASE("one bad series among many is found, named, and costs nobody else") {
  struct Case {
    int series;
    int bad;
    std::size_t requests;
  };
  for (const Case& one : std::vector<Case>{
           {1, 0, 1}, {2, 1, 3}, {64, 0, 13}, {64, 37, 13}, {64, 63, 13}, {1000, 1, 21}, {1000, 999, 21}}) {
    CAPTURE(one.series);
    CAPTURE(one.bad);
    Receiver receiver{[&one](int number) { return number == one.bad; }};
    Delivery delivery = to_written({written_series(one.series)});
    const Run run(receiver, delivery);
    CHECK(run.requests <= one.requests);
    CHECK(run.outcome.points_refused == 1);
    CHECK(run.outcome.error ==
          "the receiver refused 1 point of k6.s" + std::to_string(one.bad) + ": 400 bad series");
    REQUIRE(run.outcome.notices.size() == 1);
  }
}

TEST_CASE("several bad series in equal words: one is named, the others are counted once each") {
  Receiver receiver{[](int number) { return number % 20 == 7; }};
  Delivery delivery = to_written({written_series(50, 0, 0), written_series(50, 1000, 1)});
  const Run run(receiver, delivery);
  CHECK(run.outcome.points_delivered == 94);
  CHECK(run.outcome.error == "the receiver refused 6 points of k6.s7 and 2 other series: 400 bad series");
}

TEST_CASE("a receiver that refuses everything is not asked for each series") {
  Receiver receiver{[](int) { return true; }};
  Delivery delivery =
      to_written({written_series(1000, 0, 0), written_series(1000, 1000, 1), written_series(1000, 2000, 2)});
  const Run run(receiver, delivery);
  CHECK(run.requests == Dividing::k_max_fruitless + 2);
  CHECK(run.outcome.points_refused == 3000);
  CHECK_FALSE(run.outcome.stopped);
  REQUIRE(run.outcome.notices.size() == 3);
  CHECK(has(run.outcome.notices[0].text, " of k6.s0 and "));
  CHECK(has(run.outcome.notices[1].text, "the receiver refused 2500 points: 400 bad series"));
  CHECK(has(run.outcome.notices[2].text, "the receiver took nothing of the first 32 requests, so 4"));
  CHECK(has(run.outcome.notices[2].text, " points were not sent"));
}

TEST_CASE("hope comes back with the first that is taken") {
  bool taking = false;
  Receiver receiver{[&taking](int number) { return !taking || number == 5; }};
  Delivery delivery = to_written({written_series(1000, 0, 0), written("s1@1000", 1), written("s5@1000", 2),
                                  written_series(8, 2000, 3), written_series(8, 3000, 4)});
  LoopbackServer server([&](const Request& request, std::size_t) {
    taking = taking || request.body == "s1@1000";
    return receiver(request);
  });
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 1 + 7 + 7);
  CHECK(outcome.points_refused == 1000 + 3);
}

TEST_CASE("a bad metric with many series before good ones does not take them along") {
  Receiver receiver{[](int number) { return number < 300; }};
  Delivery delivery = to_written({written_series(1000)});
  const Run run(receiver, delivery);
  CHECK(run.outcome.points_delivered == 700);
  CHECK(run.outcome.error == "the receiver refused 300 points of k6.s0 and 299 other series: 400 bad series");
}

TEST_CASE("what is refused as a whole is not divided, however often") {
  std::vector<providers::Payload> payloads;
  for (int i = 0; i < 40; ++i)
    payloads.push_back(written_series(10, i * 1000, static_cast<std::uint64_t>(i)));
  LoopbackServer server([](const Request&, std::size_t) { return answer(404, "no"); });
  Delivery delivery = to_written(std::move(payloads));
  const Outcome outcome = delivery.run(server.url());
  CHECK(server.requests().size() == 40);
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.error == "the receiver refused 400 points: 404 no");
}

TEST_CASE("too large: in halves until it fits, and at once from then on") {
  Receiver receiver{{}, 100};
  Delivery delivery = to_written({written_series(64, 0, 0), written_series(64, 1000, 1)});
  const Run run(receiver, delivery);
  CHECK(run.outcome.points_delivered == 128);
  CHECK(run.outcome.notices.empty());
  CHECK(receiver.too_large <= 4);
  CHECK(run.requests < 25);
}

TEST_CASE("a series that is too large by itself is divided by its points, in time order") {
  std::vector<WrittenPoint> points;
  for (int i = 0; i < 100; ++i) points.push_back({"s0", i});
  Receiver receiver{{}, 40};
  Delivery delivery = to_written({write_points(points)});
  const Run run(receiver, delivery);
  CHECK(run.outcome.points_delivered == 100);
  for (std::size_t i = 0; i < receiver.taken.size(); ++i)
    CHECK(receiver.taken[i].time_ms == static_cast<int>(i));
}

TEST_CASE("what is too large and cannot be divided is refused") {
  SUBCASE("one point") {
    Receiver receiver{{}, 6};
    Delivery delivery = to_written({written("s1@1 s2@1 s3@1000000 s4@1")});
    const Run run(receiver, delivery);
    CHECK(run.outcome.points_delivered == 3);
    CHECK(run.outcome.error == "the receiver refused 1 point of k6.s3: 413 Content Too Large");
  }
  SUBCASE("a receiver that takes no size at all") {
    Receiver receiver{{}, 0};
    Delivery delivery = to_written({written_series(1000), written_series(1000, 1000, 1)});
    const Run run(receiver, delivery);
    CHECK(run.requests == Dividing::k_max_fruitless + 1);
    CHECK(run.outcome.points_refused == 2000);
  }
  SUBCASE("a provider that does not divide") {
    providers::Provider whole = written_provider();
    whole.halves = nullptr;
    whole.first_series = nullptr;
    for (const int status : {400, 413}) {
      LoopbackServer server([status](const Request&, std::size_t) { return answer(status, "no"); });
      Delivery delivery{ScriptedExport({written_series(10)}), whole, {5, 5, 1, false, [] { return 0; }}};
      const Outcome outcome = delivery.run(server.url());
      CHECK(server.requests().size() == 1);
      CHECK(outcome.error == "the receiver refused 10 points: " + std::to_string(status) + " no");
    }
  }
}

TEST_CASE("a size that is taken later is not held against larger bodies") {
  Dividing dividing;
  CHECK_FALSE(dividing.too_large(1000000));
  dividing.not_taken(1000, true, false);
  CHECK(dividing.too_large(1000));
  CHECK_FALSE(dividing.too_large(999));
  dividing.taken(600);
  dividing.not_taken(700, true, false);
  CHECK(dividing.too_large(700));
  dividing.not_taken(500, true, false);  // for what is in it: larger ones were taken
  CHECK_FALSE(dividing.too_large(600));
  dividing.taken(800);
  CHECK_FALSE(dividing.too_large(5000));
}

TEST_CASE("a refusal that holds for all ends a payload between its parts") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(400, "bad series") : number == 1 ? answer(202) : answer(403, "no");
  });
  Delivery delivery = to_written({written_series(80, 0, 0), written_series(10, 1000, 1)});
  const Outcome outcome = delivery.run(server.url());
  CHECK(server.requests().size() == 3);
  CHECK(outcome.stopped);
  CHECK(outcome.points_delivered == 40);
  CHECK(outcome.points_refused == 50);
  CHECK(outcome.error == "the receiver refused 40 points: 403 no, so 10 more were not sent");
}

TEST_CASE("with a refusal that holds for all, the parts at hand and the next payload are refused too") {
  LoopbackServer server([](const Request&, std::size_t number) {
    Answer reply = number == 0 ? answer(400, "bad series") : answer(403, "no");
    reply.delay = 50ms;  // so that the other connection holds the payload of the next slice
    return reply;
  });
  Delivery delivery = to_written({written_series(80, 0, 0), written_series(10, 1000, 1)}, 2);
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_refused == 90);
  CHECK(outcome.error == "the receiver refused 40 points: 403 no, so 50 more were not sent");
  CHECK(delivery.payloads.refused_points() == 90);
}

TEST_CASE("parts that stay without an answer are kept") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(413) : number == 1 ? answer(202) : answer(503);
  });
  Delivery delivery = to_written({written_series(80, 0, 0), written_series(10, 1000, 1)});
  delivery.settings.retry_time_s = 0.2;
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.unavailable);
  CHECK(outcome.points_delivered == 40);
  CHECK(outcome.points_kept == 50);
  CHECK(delivery.payloads.refused_points() == 0);
}

TEST_CASE("a complaint about what was taken is passed on, equal words once") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number < 2 ? answer(299, "unit ignored\n") : answer(202, "{}");
  });
  Delivery delivery = to_written({written_series(3, 0, 0), written_series(4, 1, 1), written_series(5, 2, 2)});
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 12);
  CHECK(outcome.error.empty());
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices[0].severity == Severity::warning);
  CHECK(outcome.notices[0].text == "the receiver accepted 7 points and complained: 299 unit ignored");
}

TEST_CASE("parts keep the order of time and every point is accounted for, on several connections") {
  // In each slice six payloads of eight series of their own.
  std::vector<providers::Payload> payloads;
  for (int slice = 0; slice < 6; ++slice) {
    for (int part = 0; part < 6; ++part) {
      std::vector<WrittenPoint> points;
      for (int series = part * 8; series < part * 8 + 8; ++series) {
        for (int i = 0; i < 4; ++i) points.push_back({"s" + std::to_string(series), slice * 10 + i});
      }
      payloads.push_back(write_points(points, static_cast<std::uint64_t>(slice)));
    }
  }
  Receiver receiver{[](int number) { return number % 11 == 3; }, 60};
  std::mt19937 random(11);
  LoopbackServer server([&](const Request& request, std::size_t) {
    Answer reply = random() % 8 == 0 ? answer(503) : receiver(request);
    reply.delay = std::chrono::milliseconds(random() % 4);
    return reply;
  });
  Delivery delivery = to_written(std::move(payloads), 4);
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_refused == 5 * 4 * 6);  // 3, 14, 25, 36 and 47
  CHECK(outcome.points_delivered == 43 * 4 * 6);
  CHECK(delivery.payloads.refused_points() == outcome.points_refused);
  CHECK(outcome.requests + outcome.retries == server.requests().size());
  std::map<std::string, std::int64_t> latest;
  for (const WrittenPoint& point : receiver.taken) {
    const auto before = latest.find(point.series);
    CHECK((before == latest.end() || before->second < point.time_ms));
    latest[point.series] = point.time_ms;
  }
}

}  // namespace k6apm::test
