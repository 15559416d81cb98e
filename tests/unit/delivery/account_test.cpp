#include "delivery/account.hpp"

#include <doctest/doctest.h>

#include <string>

namespace k6apm::test {

using delivery::Account;
using delivery::Outcome;

TEST_CASE("the rest is kept, or refused where a refusal ended all") {
  Account account;
  account.sent(100);
  account.sent_again();
  account.settle({.delivered = 10});
  account.settle({.refused = 5, .why = {.words = "400 no", .hint = "try"}});
  CHECK(account.so_far().points_delivered == 10);
  const Outcome kept = account.closed(20, true);
  CHECK(kept.points_kept == 5);
  CHECK(kept.interrupted);
  CHECK_FALSE(kept.stopped);
  CHECK(kept.requests == 1);
  CHECK(kept.retries == 1);
  CHECK(kept.bytes == 100);
  CHECK(kept.notices.at(0).hint == "try");
  account.settle({.refused = 2, .why = {.words = "401 login", .ends_all = true}});
  account.settle({.refused = 1, .why = {.words = "403 later", .ends_all = true}});
  const Outcome refused = account.closed(20, false);
  CHECK(refused.points_kept == 0);
  CHECK(refused.points_refused == 10);
  CHECK(refused.stopped);
  REQUIRE(refused.notices.size() == 3);
  CHECK(refused.error == "the receiver refused 5 points: 400 no");
  CHECK(refused.notices[1].text == "the receiver refused 2 points: 401 login, so 2 more were not sent");
  CHECK(refused.notices[2].text == "the receiver refused 1 point: 403 later");
}

TEST_CASE("a handful of different words is told, the rest is counted") {
  Account account;
  for (int i = 0; i < 20; ++i) {
    account.settle({.delivered = 1, .complaint = "202 " + std::to_string(i % 10)});
    account.settle(
        {.refused = 2, .why = {.words = "400 " + std::to_string(i % 10), .series = "s" + std::to_string(i)}});
  }
  const Outcome outcome = account.closed(60, false);
  REQUIRE(outcome.notices.size() == 12);
  CHECK(outcome.notices[0].text == "the receiver refused 4 points of s0 and 1 other series: 400 0");
  CHECK(outcome.notices[5].text == "the receiver refused 20 points in other words");
  CHECK(outcome.notices[6].text == "the receiver accepted 2 points and complained: 202 0");
  CHECK(outcome.notices[11].text == "the receiver accepted 10 points and complained in other words");
}

TEST_CASE("a name is foreign text") {
  Account account;
  account.settle({.refused = 1, .why = {.words = "400 no", .series = "a\x1b[31m\n"}});
  CHECK(account.closed(1, false).error == "the receiver refused 1 point of a [31m : 400 no");
}

TEST_CASE("one point is one") {
  Account account;
  account.settle({.not_tried = 1, .tried = 32});
  account.settle({.too_late = 1, .max_age_s = 5400});
  account.untimely(1, {});
  const Outcome outcome = account.closed(3, false);
  CHECK(outcome.points_refused == 3);
  REQUIRE(outcome.notices.size() == 2);
  CHECK(outcome.notices[0].text ==
        "the receiver took nothing of the first 32 requests, so 1 point was not sent");
  CHECK(outcome.notices[1].text ==
        "1 point was too old by the time it could be sent: the receiver takes points of the last 90 min and "
        "drops older ones in silence");
}

TEST_CASE("what is held back, or stopped for the login, is kept") {
  Account account;
  account.held_back(1, 3600);
  account.stopped({.words = "401 no", .hint = "check the key"});
  const Outcome outcome = account.closed(1, false);
  CHECK(outcome.points_kept == 1);
  CHECK(outcome.points_refused == 0);
  CHECK(outcome.stopped);
  REQUIRE(outcome.notices.size() == 2);
  CHECK(outcome.notices[0].text == "the receiver takes no request: 401 no; 1 point is kept");
  CHECK(outcome.notices[0].hint == "check the key");
  CHECK(outcome.notices[1].text ==
        "1 point is kept and not sent: it is too old by now, for the receiver takes points of the last 1 h "
        "and drops older ones in silence");
}

TEST_CASE("what is taken up once more is no longer given up or held back") {
  Account account;
  account.gave_up("503 busy", "wait");
  account.gave_up("504 later");
  account.held_back(2, 3600);
  Outcome outcome = account.closed(5, false);
  CHECK(outcome.unavailable);
  REQUIRE(outcome.notices.size() == 2);
  CHECK(outcome.notices[0].text == "5 points could not be delivered: 503 busy");
  CHECK(outcome.notices[0].hint == "wait");
  CHECK(outcome.about_kept == std::size_t{0});
  account.begin_again();
  account.settle({.delivered = 5});
  outcome = account.closed(5, false);
  CHECK_FALSE(outcome.unavailable);
  CHECK(outcome.points_held_back == 0);
  CHECK(outcome.error.empty());
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices[0].severity == Severity::note);
  CHECK(outcome.notices[0].text == "some requests were sent again at the end, after: 503 busy");
}

}  // namespace k6apm::test
