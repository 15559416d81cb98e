#include "k6/tags_met.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace k6apm::k6;

TEST_CASE("of the tags that rules ask for those count that some point has with a value") {
  MetricTags tags;
  const std::vector<std::string> asks_for = {"error", "method", "status"};
  tags.note(asks_for, {{"error", ""}, {"method", "GET"}, {"url", "/"}});
  CHECK(tags.asked == std::set<std::string>{"method"});
  tags.note(asks_for, {{"error", "dial"}});
  CHECK(tags.asked == std::set<std::string>{"error", "method"});
}

TEST_CASE("the first point of the inputs tells which tags there are, whichever thread met it") {
  MetricTags one;
  one.note_first({0, 700}, {{"b", "1"}});
  one.note_first({0, 900}, {{"c", "1"}});
  MetricTags other;
  other.note_first({1, 10}, {{"d", "1"}});
  other.note_first({0, 300}, {{"a", "1"}, {"empty", ""}});
  MetricTags all = one;
  all.add(other);
  MetricTags the_other_way = other;
  the_other_way.add(one);
  CHECK(all.first == std::vector<std::string>{"a"});
  CHECK(the_other_way.first == all.first);
  all.add(MetricTags());
  CHECK(all.first == std::vector<std::string>{"a"});
}
