#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "sender_run.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::Outcome;

std::vector<providers::Payload> three() {
  return {payload("a", 10, 0), payload("b", 20, 1), payload("c", 30, 2)};
}

/// Mostly taken, else refused for now or cut off; after up to 20 ms.
Answer any_answer(std::mt19937& random) {
  const auto dice = random() % 6;
  Answer reply = dice == 0 ? answer(503) : dice == 1 ? Answer{"", true, {}} : answer(204);
  reply.delay = std::chrono::milliseconds(random() % 20);
  return reply;
}

}  // namespace

TEST_CASE("everything is delivered in time order") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(204); });
  Delivery delivery{ScriptedExport(three())};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 60);
  CHECK(outcome.requests == 3);
  CHECK(outcome.bytes == 3);
  CHECK(outcome.retries == 0);
  CHECK(outcome.error.empty());
  CHECK(outcome.notices.empty());
  CHECK(bodies(server) == "abc");
}

TEST_CASE("a request that failed is sent again byte for byte, and later ones wait") {
  LoopbackServer server([](const Request&, std::size_t number) {
    if (number == 1) return answer(500, "overloaded");
    if (number == 2) return Answer{"", true, {}};
    return answer(200);
  });
  Delivery delivery{ScriptedExport(three())};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 60);
  CHECK(outcome.requests == 3);
  CHECK(outcome.retries ==
        2);  // also where a kept connection is closed under a request, and replaced at once
  CHECK(outcome.bytes == 3);
  CHECK(bodies(server) == "abbbc");
}

TEST_CASE("Retry-After is honoured") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(429, "", "Retry-After: 1\r\n") : answer(204);
  });
  Delivery delivery{ScriptedExport({payload("a", 1, 0)})};
  const auto begin = std::chrono::steady_clock::now();
  CHECK(delivery.run(server.url()).points_delivered == 1);
  CHECK(std::chrono::steady_clock::now() - begin >= 1s);
}

TEST_CASE("what is refused is not sent again; equal words are said once") {
  LoopbackServer server([](const Request& request, std::size_t) {
    return request.body == "b" ? answer(204) : answer(400, "out of order sample\n");
  });
  Delivery delivery{ScriptedExport(three())};
  const Outcome outcome = delivery.run(server.url());
  CHECK(bodies(server) == "abc");
  CHECK(outcome.points_delivered == 20);
  CHECK(outcome.points_refused == 40);
  CHECK_FALSE(outcome.stopped);
  CHECK(outcome.error == "the receiver refused 40 points: 400 out of order sample");
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices[0].severity == Severity::warning);
  CHECK(outcome.notices[0].text == outcome.error);
  CHECK(outcome.notices[0].hint.find("out_of_order_time_window") != std::string::npos);
}

TEST_CASE("a refusal that holds for all ends the delivery") {
  LoopbackServer server(
      [](const Request&, std::size_t number) { return number == 0 ? answer(204) : answer(401, "no\n"); });
  Delivery delivery{ScriptedExport(three())};
  const Outcome outcome = delivery.run(server.url());
  CHECK(bodies(server) == "ab");
  CHECK(outcome.stopped);
  CHECK(outcome.points_delivered == 10);
  CHECK(outcome.points_refused == 50);
  CHECK(outcome.error == "the receiver refused 20 points: 401 no, so 30 more were not sent");
}

TEST_CASE("a destination that stays away keeps the rest") {
  LoopbackServer server(
      [](const Request&, std::size_t number) { return number == 0 ? answer(204) : answer(503); });
  Delivery delivery{ScriptedExport(three()), that_takes_late()};
  delivery.settings.retry_time_s = 0.3;
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.unavailable);
  CHECK(outcome.points_delivered == 10);
  CHECK(outcome.points_kept == 50);
  CHECK(outcome.retries >= 1);
  CHECK(outcome.error.find("50 points could not be delivered: 503 Service Unavailable (after ") == 0);
  // The third request is tried once: the second might have been at fault alone.
  CHECK(bodies(server).find('c') == bodies(server).size() - 1);
}

TEST_CASE("a request that can never be stored costs only itself") {
  LoopbackServer server(
      [](const Request& request, std::size_t) { return request.body == "b" ? answer(503) : answer(204); });
  Delivery delivery{ScriptedExport(three()), that_takes_late()};
  delivery.settings.retry_time_s = 0.3;
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.unavailable);
  CHECK(outcome.points_delivered == 40);
  CHECK(outcome.points_kept == 20);
}

TEST_CASE("no retries without time for them") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(500, "broken"); });
  Delivery delivery{ScriptedExport({payload("a", 1, 0)})};
  delivery.settings.retry_time_s = 0;
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.retries == 0);
  CHECK(outcome.error == "1 point could not be delivered: 500 broken (after 1 attempt in 0 s)");
}

TEST_CASE("a signal cuts the delivery short, also while it waits") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(204) : answer(503, "", "Retry-After: 60\r\n");
  });
  Delivery delivery{ScriptedExport(three())};
  delivery.settings.retry_time_s = 300;
  std::thread signal([&] {
    while (server.requests().size() < 2) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(50ms);
    delivery.interrupted = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = delivery.run(server.url());
  signal.join();
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  CHECK(outcome.interrupted);
  CHECK_FALSE(outcome.unavailable);
  CHECK(outcome.points_delivered == 10);
  CHECK(outcome.points_kept == 50);
}

TEST_CASE("requests of one slice go side by side") {
  LoopbackServer server([](const Request&, std::size_t) {
    Answer reply = answer(204);
    reply.delay = 1s;
    return reply;
  });
  Delivery delivery{
      ScriptedExport({payload("a", 1, 0), payload("b", 1, 0), payload("c", 1, 0), payload("d", 1, 0)})};
  delivery.settings.connections = 4;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(delivery.run(server.url()).points_delivered == 4);
  CHECK(std::chrono::steady_clock::now() - begin < 3s);  // one behind the other takes 4
}

TEST_CASE("a receiver never sees a series go back in time, whatever is delayed or fails") {
  // The body is "SLICE SERIES"; a series is in one request of a slice.
  std::vector<providers::Payload> payloads;
  for (int slice = 0; slice < 12; ++slice) {
    for (int series = 0; series < 3; ++series) {
      payloads.push_back(payload(std::to_string(slice) + " " + std::to_string(series), 1,
                                 static_cast<std::uint64_t>(slice)));
    }
  }
  std::mt19937 random(7);
  LoopbackServer server([&random](const Request&, std::size_t) { return any_answer(random); });
  Delivery delivery{ScriptedExport(std::move(payloads))};
  delivery.settings.connections = 4;
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 36);
  CHECK(outcome.retries > 0);
  int slice = 0;
  for (const Request& request : server.requests()) {
    const int now = std::stoi(request.body);
    CHECK(now >= slice);
    slice = now;
  }
}

/// "SLICE GROUP" for each of so many slices and groups of series, in the order of an export.
std::vector<providers::Payload> in_groups(std::uint64_t slices, std::uint64_t groups) {
  std::vector<providers::Payload> payloads;
  for (std::uint64_t slice = 0; slice < slices; ++slice) {
    for (std::uint64_t group = 0; group < groups; ++group) {
      payloads.push_back(payload(std::to_string(slice) + " " + std::to_string(group), 1, slice));
      payloads.back().places = {group * 10, group * 10 + 9};
    }
  }
  return payloads;
}

TEST_CASE("what shares no series with a request on its way goes past it, one slice ahead at the most") {
  LoopbackServer server([](const Request& request, std::size_t) {
    Answer reply = answer(204);
    if (request.body == "0 0") reply.delay = 300ms;
    return reply;
  });
  Delivery delivery{ScriptedExport(in_groups(3, 3))};
  CHECK(delivery.run(server.url()).points_delivered == 9);
  std::vector<std::string> in_order;
  for (const Request& request : server.requests()) in_order.push_back(request.body);
  REQUIRE(in_order.size() == 9);
  std::sort(in_order.begin(), in_order.begin() + 2);  // these two leave at once
  std::sort(in_order.begin() + 5, in_order.end());    // and so may all that waited for 0 0
  CHECK(in_order == std::vector<std::string>{"0 0", "0 1", "0 2", "1 1", "1 2", "1 0", "2 0", "2 1", "2 2"});
}

TEST_CASE("no series goes back in time where requests go past others, whatever is delayed or fails") {
  std::mt19937 random(11);
  LoopbackServer server([&random](const Request&, std::size_t) { return any_answer(random); });
  Delivery delivery{ScriptedExport(in_groups(12, 5))};
  delivery.settings.connections = 4;
  CHECK(delivery.run(server.url()).points_delivered == 60);
  int latest = 0;
  bool past = false;
  std::map<int, int> of_group;
  for (const Request& request : server.requests()) {
    const int slice = std::stoi(request.body);
    int& own = of_group[std::stoi(request.body.substr(request.body.find(' ')))];
    CHECK(slice >= own);
    own = slice;
    CHECK(slice >= latest - 1);
    past = past || slice < latest;
    latest = std::max(latest, slice);
  }
  CHECK(past);
}

TEST_CASE("what waits behind a request is refused with everything else") {
  LoopbackServer server([](const Request& request, std::size_t) {
    Answer reply = answer(request.body == "0 0" ? 401 : 204);
    if (request.body == "0 0") reply.delay = 300ms;
    return reply;
  });
  Delivery delivery{ScriptedExport(in_groups(3, 3))};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 4);
  CHECK(outcome.points_refused == 5);
  for (const providers::Payload& refused : delivery.payloads.refused_payloads()) CHECK(refused.body != "1 1");
}

TEST_CASE("what waits behind a request that is given up follows it in the second pass") {
  std::atomic<bool> away{true};
  LoopbackServer server([&away](const Request& request, std::size_t) {
    return answer(away && request.body == "0 0" ? 503 : 204);
  });
  Delivery delivery{ScriptedExport(in_groups(3, 3))};
  delivery.settings.retry_time_s = 0.3;
  const Outcome outcome = delivery.run_twice(server.url(), [&away] { away = false; });
  CHECK(outcome.points_delivered == 9);
  std::map<int, int> of_group;
  for (const Request& request : server.requests()) {
    int& own = of_group[std::stoi(request.body.substr(request.body.find(' ')))];
    CHECK(std::stoi(request.body) >= own);
    own = std::stoi(request.body);
  }
}

TEST_CASE("many different refusals do not fill the screen") {
  std::vector<providers::Payload> payloads;
  for (int i = 0; i < 20; ++i) payloads.push_back(payload(std::to_string(i), 1, 0));
  LoopbackServer server(
      [](const Request& request, std::size_t) { return answer(400, "bad " + request.body); });
  Delivery delivery{ScriptedExport(std::move(payloads))};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_refused == 20);
  REQUIRE(outcome.notices.size() == 6);
  CHECK(outcome.notices[5].text == "the receiver refused 15 points in other words");
}

}  // namespace k6apm::test
