// When a request on disk is in doubt: the receiver may have taken it in an earlier attempt, of this program
// or of one before.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "spooled_delivery.hpp"
#include "written_points.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;
using providers::Payload;

std::string sent(LoopbackServer& server) {
  std::string text;
  for (const Request& request : server.requests()) text += (text.empty() ? "" : "|") + request.body;
  return text;
}

/// Whether the next program will doubt a refusal of each request, in their order.
std::vector<bool> doubted(const FilledOutbox& filled) {
  std::vector<bool> all;
  delivery::Outbox outbox(filled.directory());
  for (const Payload& one : rest_of(outbox)) all.push_back(one.attempted);
  return all;
}

}  // namespace

TEST_CASE("what an earlier program may have delivered is in doubt when it is refused") {
  struct Case {
    int status;  ///< of the answer to an earlier program; 0: none
    bool in_doubt;
  };
  for (const Case& one : {Case{0, true}, Case{502, true}, Case{504, true}, Case{503, false}, Case{500, false},
                          Case{429, false}}) {
    CAPTURE(one.status);
    const FilledOutbox filled({written("a@1 b@1"), written("c@1", 1)});
    LoopbackServer before([&](const Request&, std::size_t) {
      return one.status == 0 ? Answer{"", true, {}} : answer(one.status);
    });
    SpooledDelivery earlier{filled, 3, pointed_provider()};
    CHECK(earlier.run(before.url()).points_kept == 3);
    LoopbackServer server([](const Request& request, std::size_t) {
      return request.body.find('a') != std::string::npos ? answer(400, "out of order") : answer(204);
    });
    SpooledDelivery later{filled, 3, pointed_provider()};
    const Outcome outcome = later.run(server.url());
    CHECK(sent(server) == (one.in_doubt ? "a@1 b@1|c@1" : "a@1 b@1|a@1|b@1|c@1"));
    CHECK(outcome.points_in_doubt == (one.in_doubt ? 2 : 0));
    CHECK(outcome.points_refused == (one.in_doubt ? 2 : 1));
    CHECK(outcome.points_delivered == (one.in_doubt ? 1 : 2));
    CHECK(outcome.doubts.size() == (one.in_doubt ? 1 : 0));
    CHECK(outcome.notices.size() == (one.in_doubt ? 0 : 1));
    CHECK(later.still_open == 0);
  }
}

TEST_CASE("what was on its way when the program ended is in doubt, where doubles are refused") {
  const FilledOutbox filled({written("a@1"), written("b@1 b@2", 1), written("c@1 c@2 c@3", 2)});
  {
    delivery::Outbox outbox(filled.directory());
    Payload first;
    REQUIRE(outbox.next(first));
    outbox.leaves(first);
  }
  LoopbackServer server([](const Request&, std::size_t) { return answer(400, "duplicate"); });
  SUBCASE("as by Prometheus") {
    SpooledDelivery delivery{filled, 6, pointed_provider()};
    const Outcome outcome = delivery.run(server.url());
    CHECK(outcome.points_in_doubt == 1);
    CHECK(outcome.points_refused == 6);
    CHECK(delivery::Outbox(filled.directory()).held() == std::vector<std::uint64_t>{1});
    CHECK(outcome.retries == 1);
  }
  SUBCASE("else not") {
    SpooledDelivery delivery{filled, 6, written_provider(), {5, 0, 1, true}};
    CHECK(delivery.run(server.url()).points_in_doubt == 0);
    CHECK(delivery::Outbox(filled.directory()).held().empty());
  }
}

TEST_CASE("parts that came back are not in doubt") {
  const FilledOutbox filled({written("a@1 b@1"), written("c@1", 1)});
  LoopbackServer server([](const Request& request, std::size_t) {
    return answer(read_points(request.body).size() > 1 ? 413 : 503);
  });
  SpooledDelivery delivery{filled, 3, pointed_provider()};
  CHECK(delivery.run(server.url(), 2).points_kept == 3);
  CHECK(doubted(filled) == std::vector<bool>{false, false, false});
}

TEST_CASE("a half that was tried for a fault and stayed without an answer leaves the whole in doubt") {
  const FilledOutbox filled({written("a@1 b@1 c@1 d@1")});
  SpooledDelivery delivery{filled, 4, pointed_provider(), {5, 20, 1}};
  LoopbackServer server([&delivery](const Request& request, std::size_t) {
    if (read_points(request.body).size() == 4) return answer(500, "bad");
    delivery.interrupted = true;
    return Answer{"", true, {}};
  });
  CHECK(delivery.run(server.url()).points_kept == 4);
  CHECK(doubted(filled) == std::vector<bool>{true});
}

TEST_CASE("what was refused for its login is in no doubt") {
  const FilledOutbox filled({written("a@1 b@1"), written("c@1", 1)});
  LoopbackServer server([](const Request&, std::size_t) { return answer(401, "no"); });
  SpooledDelivery delivery{filled, 3, pointed_provider()};
  CHECK(delivery.run(server.url()).stopped);
  CHECK(doubted(filled) == std::vector<bool>{false, false});
}

TEST_CASE("what was never sent, for the receiver could not be reached, is in no doubt") {
  const FilledOutbox filled({written("a@1 b@1"), written("c@1", 1)});
  SpooledDelivery delivery{filled, 3, pointed_provider()};
  CHECK(delivery.run("http://127.0.0.1:1/").points_kept == 3);
  CHECK(doubted(filled) == std::vector<bool>{false, false});
}

TEST_CASE("such a half leaves the doubt also where the whole comes back then") {
  const FilledOutbox filled({written("a@1 b@1 c@1 d@1")});
  int wholes = 0;
  LoopbackServer server([&wholes](const Request& request, std::size_t) {
    if (read_points(request.body).size() < 4) return Answer{"", true, {}};
    return ++wholes <= 3 ? answer(500, "bad") : answer(503);
  });
  SpooledDelivery delivery{filled, 4, pointed_provider(), {5, 3, 1}};
  CHECK(delivery.run(server.url()).points_kept == 4);
  CHECK(doubted(filled) == std::vector<bool>{true});
}

TEST_CASE("halves that were tried for a fault count in the outbox, too") {
  const FilledOutbox filled({written("a@1 b@1 c@1 d@1")});
  LoopbackServer server([](const Request& request, std::size_t) {
    return request.body.find('a') != std::string::npos ? answer(500, "bad") : answer(204);
  });
  SpooledDelivery delivery{filled, 4, pointed_provider(), {5, 20, 1}};
  const Outcome outcome = delivery.run(server.url());
  CHECK(outcome.points_delivered == 3);
  CHECK(delivery.sent_counted == outcome.requests);
}

}  // namespace k6apm::test
