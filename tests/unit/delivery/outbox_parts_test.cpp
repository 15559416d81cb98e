// What an outbox knows of requests that are divided, of points, and of the end.
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "delivery/outbox.hpp"
#include "filled_outbox.hpp"
#include "stored_files.hpp"

namespace k6apm::test {
namespace {

namespace fs = std::filesystem;
using delivery::Account;
using delivery::Outbox;
using delivery::Outcome;
using delivery::Settled;
using providers::Payload;
using Numbers = std::vector<std::uint64_t>;

std::vector<Payload> three() { return {payload("a", 1, 0), payload("bb", 2, 1), payload("c", 4, 2)}; }

/// Divides into parts with these bodies; they come back with their numbers.
std::vector<Payload> divided(Outbox& outbox, const Payload& whole, const std::vector<std::string>& bodies) {
  std::vector<Payload> parts;
  for (const std::string& body : bodies) parts.push_back(payload(body, 1, whole.slice));
  std::vector<Payload*> pointers;
  for (Payload& part : parts) pointers.push_back(&part);
  outbox.divide(whole, pointers);
  for (std::size_t i = 0; i < parts.size(); ++i) CHECK(parts[i].body == bodies[i]);
  return parts;
}

/// Takes the last line from a journal, but for so many bytes of it.
void forget_last_line(const fs::path& journal, std::size_t but_for = 0) {
  const std::string text = content(journal);
  const std::size_t end = text.rfind('\n', text.size() - 2);
  write(journal, text.substr(0, (end == std::string::npos ? 0 : end + 1) + but_for));
}

void check_same(const Outcome& a, const Outcome& b) {
  CHECK(a.points_delivered == b.points_delivered);
  CHECK(a.points_refused == b.points_refused);
  CHECK(a.points_in_doubt == b.points_in_doubt);
  CHECK(a.points_kept == b.points_kept);
  CHECK(a.requests == b.requests);
  CHECK(a.bytes == b.bytes);
  CHECK(a.error == b.error);
  REQUIRE(a.notices.size() == b.notices.size());
  for (std::size_t i = 0; i < a.notices.size(); ++i) {
    CHECK(a.notices[i].text == b.notices[i].text);
    CHECK(a.notices[i].hint == b.notices[i].hint);
  }
  REQUIRE(a.doubts.size() == b.doubts.size());
  for (std::size_t i = 0; i < a.doubts.size(); ++i) CHECK(a.doubts[i].text == b.doubts[i].text);
}

}  // namespace

TEST_CASE("parts stand in the place of the whole, with numbers of their own") {
  const FilledOutbox filled(three());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    std::vector<Payload> parts = divided(outbox, all[1], {"b1", "b2"});
    CHECK(parts[0].request == 4);
    CHECK(parts[1].request == 5);
    CHECK(outbox.open_requests() == 4);
    Payload none;
    CHECK_FALSE(outbox.next(none));  // who divides also sends them in this pass
    outbox.begin_again();
    CHECK(told(rest_of(outbox)) == "1:a 4:b1 5:b2 3:c");
    parts = divided(outbox, parts[0], {"b1x", "b1y", "b1z"});
    CHECK(parts[2].request == 8);
    CHECK(outbox.read(7).body == "b1y");
  }
  CHECK(reopened(filled) == "1:a 6:b1x 7:b1y 8:b1z 5:b2 3:c");
  {
    Outbox outbox(filled.directory());
    const Payload last = rest_of(outbox).back();
    CHECK(divided(outbox, last, {"c1", "c2"})[0].request == 9);
  }
  CHECK(reopened(filled) == "1:a 6:b1x 7:b1y 8:b1z 5:b2 9:c1 10:c2");
}

TEST_CASE("a part is answered for good by itself") {
  const FilledOutbox filled(three());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    const std::vector<Payload> parts = divided(outbox, all[1], {"b1", "b2"});
    CHECK(outbox.leaves(parts[0]));
    outbox.settle(parts[0], {.delivered = 1});
    CHECK(outbox.open_requests() == 3);
    CHECK(outbox.leaves(parts[1]));
  }
  CHECK(reopened(filled) == "1:a 5:b2 3:c");
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    CHECK_FALSE(all[0].attempted);
    CHECK(all[1].attempted);
    outbox.settle(all[1], {.refused = 1, .why = {.words = "400 no"}});
    CHECK(outbox.account().so_far().requests == 2);
    CHECK(outbox.account().so_far().bytes == 4);
  }
  CHECK(reopened(filled) == "1:a 3:c");
  CHECK(Outbox(filled.directory()).held() == Numbers{4});
}

TEST_CASE("a program that ends while it divides leaves the whole, and stray bodies do no harm") {
  const FilledOutbox filled(three());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    outbox.leaves(all[1]);
    divided(outbox, all[1], {std::string(1000, 'x'), "y"});
  }
  SUBCASE("before the line") { forget_last_line(filled.file("journal")); }
  SUBCASE("in the line") { forget_last_line(filled.file("journal"), 40); }
  CHECK(fs::exists(filled.body(4)));
  CHECK(fs::exists(filled.body(5)));
  CHECK(reopened(filled) == "1:a 2:bb 3:c");
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    CHECK(all[1].attempted);
    const std::vector<Payload> parts = divided(outbox, all[2], {"c1", "c2"});
    CHECK(parts[0].request == 4);
    CHECK(parts[1].request == 5);
    CHECK(divided(outbox, all[1], {"b1", "b2"})[1].request == 7);
  }
  CHECK(reopened(filled) == "1:a 6:b1 7:b2 4:c1 5:c2");
}

TEST_CASE("parts that do not fit on the disk leave the whole") {
  const FilledOutbox filled(three());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    {
      const FileSizeLimit limit(100);
      CHECK(failure([&] {
              divided(outbox, all[1], {"b1", std::string(200, 'x')});
            }) == "cannot write " + filled.body(5).string() + ": File too large");
      CHECK(failure([&] {
              divided(outbox, all[1], {"b1", "b2"});
            }) == "cannot write " + filled.file("journal").string() + ": File too large");
    }
    CHECK(outbox.open_requests() == 3);
    CHECK(reopened(filled) == "1:a 2:bb 3:c");
    const std::vector<Payload> parts = divided(outbox, all[1], {"b1", "b2"});
    CHECK(parts[0].request > 3);
    CHECK(parts[1].request > parts[0].request);
    CHECK(outbox.read(parts[1].request).body == "b2");
    outbox.settle(parts[0], {.delivered = 1});
  }
  Outbox outbox(filled.directory());
  std::string bodies;
  for (const Payload& one : rest_of(outbox)) bodies += one.body + " ";
  CHECK(bodies == "a b2 c ");
}

TEST_CASE("what cannot be written down has not happened") {
  const FilledOutbox filled(three());
  Outbox outbox(filled.directory());
  const std::vector<Payload> all = rest_of(outbox);
  outbox.leaves(all[0]);
  const std::string error = "cannot write " + filled.file("journal").string() + ": File too large";
  {
    const FileSizeLimit limit(content(filled.file("journal")).size() + 20);
    CHECK(failure([&] { outbox.settle(all[0], {.delivered = 1}); }) == error);
    CHECK(failure([&] { outbox.leaves(all[1]); }) == error);
    CHECK(failure([&] { outbox.comes_back(all[0]); }) == error);
    CHECK(failure([&] { outbox.end({}); }) == error);
  }
  CHECK_FALSE(outbox.ended());
  CHECK(fs::exists(filled.body(1)));
  CHECK(outbox.open_requests() == 3);
  CHECK(outbox.account().so_far().points_delivered == 0);
  CHECK(outbox.account().so_far().requests == 1);
  outbox.begin_again();
  const std::vector<Payload> again = rest_of(outbox);
  CHECK(told(again) == "1:a 2:bb 3:c");
  CHECK(again[0].attempted);
  CHECK_FALSE(again[1].attempted);
  outbox.settle(all[0], {.delivered = 1});
  CHECK(reopened(filled) == "2:bb 3:c");
}

TEST_CASE("what the receiver may hold is known by number, in time order") {
  std::vector<Payload> payloads;
  for (int i = 1; i <= 7; ++i) payloads.push_back(payload("body" + std::to_string(i), 3, 0));
  const FilledOutbox filled(payloads);
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    CHECK(outbox.held().empty());
    outbox.settle(all[6], {.delivered = 3});
    outbox.settle(all[0], {.delivered = 1, .refused = 2, .why = {.words = "400 part"}});
    outbox.settle(all[1], {.refused = 3, .why = {.words = "400 no"}});
    outbox.settle(all[2], {.refused = 3, .why = {.words = "400 double", .in_doubt = true}});
    outbox.settle(all[3], {.not_tried = 3, .tried = 32});
    const std::vector<Payload> parts = divided(outbox, all[4], {"left", "right"});
    outbox.settle(parts[1], {.delivered = 1, .complaint = "202 hm"});
    outbox.leaves(all[5]);
    CHECK(outbox.held() == Numbers{1, 3, 9, 7});
  }
  const Outbox outbox(filled.directory());
  CHECK(outbox.held() == Numbers{1, 3, 9, 7});
  CHECK(outbox.read(3).body == "body3");
  CHECK(outbox.read(9).body == "right");
  CHECK(outbox.read(9).points == 1);
}

TEST_CASE("the account of an outbox is that of what was answered for good, and outlives the program") {
  std::vector<Payload> payloads;
  for (std::size_t i = 0; i < 60; ++i) payloads.push_back(payload(std::string(1 + i % 7, 'x'), 10, 0));
  const FilledOutbox filled(payloads);
  std::mt19937 random(11);
  Account expected;
  for (int program = 0; program < 6; ++program) {
    Outbox outbox(filled.directory());
    check_same(outbox.account().closed(600, false), expected.closed(600, false));
    const std::vector<Payload> all = rest_of(outbox);
    for (std::size_t i = 0; i < 12 && i < all.size(); ++i) {
      if (outbox.leaves(all[i])) expected.sent(all[i].body.size());
      outbox.leaves(all[i]);
      Settled settled;
      const std::string words = "400 " + std::to_string(random() % 8);
      switch (random() % 6) {
        case 0:
          settled = {.delivered = 10};
          break;
        case 1:
          settled = {.delivered = 10, .complaint = words};
          break;
        case 2:
          settled = {.refused = 10, .why = {.words = words, .hint = "try", .series = "s" + words}};
          break;
        case 3:
          settled = {.refused = 10, .why = {.words = words, .in_doubt = true}};
          break;
        case 4:
          settled = {.not_tried = 10, .tried = 1024, .in_a_row = true};
          break;
        default:
          outbox.comes_back(all[i]);
          continue;
      }
      outbox.settle(all[i], settled);
      expected.settle(settled);
    }
    check_same(outbox.account().closed(600, false), expected.closed(600, false));
  }
  CHECK(expected.so_far().points_delivered > 0);
  CHECK(expected.so_far().points_in_doubt > 0);
  check_same(Outbox(filled.directory()).account().closed(600, false), expected.closed(600, false));
}

TEST_CASE("words of a receiver are kept whatever is in them") {
  const FilledOutbox filled(three());
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    outbox.settle(all[0], {.refused = 1, .why = {.words = "400 \xff \"\n\\ \xc3\xbc"}});
  }
  CHECK(Outbox(filled.directory()).account().closed(7, false).error ==
        "the receiver refused 1 point: 400 \xef\xbf\xbd \"\n\\ \xc3\xbc");
}

TEST_CASE("at the end the outcome stays and the bodies go") {
  const FilledOutbox filled(three());
  Outcome outcome;
  {
    Outbox outbox(filled.directory());
    const std::vector<Payload> all = rest_of(outbox);
    for (const Payload& part : divided(outbox, all[1], {"b1", "b2"})) outbox.settle(part, {.delivered = 1});
    outbox.settle(all[0], {.delivered = 1});
    outbox.settle(all[2], {.refused = 4, .why = {.words = "400 no", .hint = "try"}});
    outcome = outbox.account().closed(7, false);
    outcome.retries = 5;
    outbox.end(outcome);
    REQUIRE(outbox.ended());
    check_same(*outbox.ended(), outcome);
  }
  CHECK(names_in(filled.directory()) == std::set<std::string>{"journal", "requests"});
  Outbox outbox(filled.directory());
  REQUIRE(outbox.ended());
  check_same(*outbox.ended(), outcome);
  CHECK(outbox.ended()->retries == 5);
  CHECK(outbox.open_requests() == 0);
  CHECK(rest_of(outbox).empty());
}

}  // namespace k6apm::test
