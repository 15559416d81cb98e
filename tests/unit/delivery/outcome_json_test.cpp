#include "delivery/outcome_json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace k6apm::test {
namespace {

using delivery::json_of;
using delivery::notice_of;
using delivery::notices_of;
using delivery::Outcome;
using delivery::outcome_of;
using delivery::Settled;
using delivery::settled_of;
using Json = nlohmann::json;

/// As it comes back from a file.
Json stored(const Json& json) { return Json::parse(json.dump()); }

void check_same(const Notice& a, const Notice& b) {
  CHECK(a.severity == b.severity);
  CHECK(a.where.file == b.where.file);
  CHECK(a.where.line == b.where.line);
  CHECK(a.where.column == b.where.column);
  CHECK(a.text == b.text);
  CHECK(a.hint == b.hint);
  CHECK(a.destination == b.destination);
}

void check_same(const std::vector<Notice>& a, const std::vector<Notice>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) check_same(a[i], b[i]);
}

void check_same(const Settled& a, const Settled& b) {
  CHECK(a.delivered == b.delivered);
  CHECK(a.complaint == b.complaint);
  CHECK(a.refused == b.refused);
  CHECK(a.why.words == b.why.words);
  CHECK(a.why.hint == b.why.hint);
  CHECK(a.why.series == b.why.series);
  CHECK(a.why.ends_all == b.why.ends_all);
  CHECK(a.why.in_doubt == b.why.in_doubt);
  CHECK(a.not_tried == b.not_tried);
  CHECK(a.tried == b.tried);
  CHECK(a.in_a_row == b.in_a_row);
  CHECK(a.too_late == b.too_late);
  CHECK(a.max_age_s == b.max_age_s);
}

void check_same(const Outcome& a, const Outcome& b) {
  CHECK(a.points_delivered == b.points_delivered);
  CHECK(a.points_refused == b.points_refused);
  CHECK(a.points_in_doubt == b.points_in_doubt);
  CHECK(a.points_kept == b.points_kept);
  CHECK(a.points_held_back == b.points_held_back);
  CHECK(a.requests == b.requests);
  CHECK(a.retries == b.retries);
  CHECK(a.bytes == b.bytes);
  CHECK(a.unavailable == b.unavailable);
  CHECK(a.stopped == b.stopped);
  CHECK(a.interrupted == b.interrupted);
  CHECK(a.error == b.error);
  CHECK(a.about_kept == b.about_kept);
  check_same(a.notices, b.notices);
  check_same(a.doubts, b.doubts);
}

Notice whole_notice() {
  Notice notice(Severity::warning, {"script.js", 12, 7}, "text \"with\" signs\n", "hint");
  notice.destination = 3;
  return notice;
}

Notice first_destination() {
  Notice notice(Severity::note, {}, "of the first");
  notice.destination = 0;
  return notice;
}

}  // namespace

TEST_CASE("notices outlive the program") {
  check_same(notice_of(stored(json_of(whole_notice()))), whole_notice());
  check_same(notice_of(stored(json_of(first_destination()))), first_destination());
  check_same(notice_of(stored(json_of(Notice{}))), Notice{});
  const std::vector<Notice> all{whole_notice(), {}, first_destination()};
  check_same(notices_of(stored(json_of(all))), all);
  CHECK(notices_of(stored(json_of(std::vector<Notice>{}))).empty());
  check_same(notice_of(Json::object()), Notice{});
}

TEST_CASE("what became of points outlives the program") {
  const Settled whole{
      .delivered = 1,
      .complaint = "202 hm",
      .refused = ~std::uint64_t{0},
      .why = {.words = "400 no", .hint = "try", .series = "k6.vus{a:b}", .ends_all = true, .in_doubt = true},
      .not_tried = 3,
      .tried = 32,
      .in_a_row = true,
      .too_late = 4,
      .max_age_s = 3600};
  check_same(settled_of(stored(json_of(whole))), whole);
  check_same(settled_of(stored(json_of(Settled{}))), Settled{});
  CHECK(json_of(Settled{}).empty());
  Settled one;
  one.why.in_doubt = true;
  check_same(settled_of(stored(json_of(one))), one);
}

TEST_CASE("outcomes outlive the program") {
  Outcome whole;
  whole.points_delivered = 1;
  whole.points_refused = 2;
  whole.points_in_doubt = 3;
  whole.points_kept = 4;
  whole.points_held_back = 5;
  whole.requests = 6;
  whole.retries = 7;
  whole.bytes = ~std::uint64_t{0};
  whole.unavailable = true;
  whole.stopped = true;
  whole.interrupted = true;
  whole.error = "the receiver refused 2 points: 400 no";
  whole.notices = {whole_notice(), first_destination()};
  whole.about_kept = 0;
  whole.doubts = {first_destination(), whole_notice(), {}};
  check_same(outcome_of(stored(json_of(whole))), whole);
  check_same(outcome_of(stored(json_of(Outcome{}))), Outcome{});
  check_same(outcome_of(Json::object()), Outcome{});
}

TEST_CASE("a member of another type is an error") {
  CHECK_THROWS_AS(notice_of(Json{{"text", 7}}), Json::exception);
  CHECK_THROWS_AS(notice_of(Json{{"line", "7"}}), Json::exception);
  CHECK_THROWS_AS(notice_of(Json{{"destination", "first"}}), Json::exception);
  CHECK_THROWS_AS(settled_of(Json{{"in_doubt", "yes"}}), Json::exception);
  CHECK_THROWS_AS(outcome_of(Json{{"requests", "many"}}), Json::exception);
  CHECK_THROWS_AS(outcome_of(Json{{"notices", {7}}}), Json::exception);
  CHECK_THROWS_AS(outcome_of(Json(7)), Json::exception);
}

}  // namespace k6apm::test
