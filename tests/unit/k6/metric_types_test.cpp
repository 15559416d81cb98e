#include "k6/metric_types.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace k6apm::k6;
using k6apm::series::Contains;
using k6apm::series::MetricType;

TEST_CASE("k6's own metrics are known without a Metric line") {
  struct Case {
    std::string name;
    MetricType type;
    Contains contains;
  };
  const std::vector<Case> cases = {{"http_reqs", MetricType::counter, Contains::plain},
                                   {"http_req_failed", MetricType::rate, Contains::plain},
                                   {"http_req_duration", MetricType::trend, Contains::time},
                                   {"data_sent", MetricType::counter, Contains::data},
                                   {"data_received", MetricType::counter, Contains::data},
                                   {"vus", MetricType::gauge, Contains::plain},
                                   {"vus_max", MetricType::gauge, Contains::plain},
                                   {"checks", MetricType::rate, Contains::plain},
                                   {"iterations", MetricType::counter, Contains::plain},
                                   {"iteration_duration", MetricType::trend, Contains::time},
                                   {"group_duration", MetricType::trend, Contains::time},
                                   {"ws_ping", MetricType::trend, Contains::time},
                                   {"grpc_req_duration", MetricType::trend, Contains::time},
                                   {"browser_web_vital_cls", MetricType::trend, Contains::plain},
                                   {"browser_data_sent", MetricType::counter, Contains::data}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto info = builtin_metric(c.name);
    REQUIRE(info.has_value());
    CHECK(info->type == c.type);
    CHECK(info->contains == c.contains);
    CHECK((info->merge == k6apm::series::MergeGauges::sum) == (c.name == "vus" || c.name == "vus_max"));
  }
  for (const char* const name : {"", "vu", "HTTP_REQS", "http_reqs ", "my_counter"})
    CHECK_FALSE(builtin_metric(name).has_value());
}

TEST_CASE("there are four metric types, in lower case") {
  CHECK(parse_metric_type("counter") == MetricType::counter);
  CHECK(parse_metric_type("gauge") == MetricType::gauge);
  CHECK(parse_metric_type("rate") == MetricType::rate);
  CHECK(parse_metric_type("trend") == MetricType::trend);
  for (const char* const text : {"", "Counter", "histogram", "trend "})
    CHECK_FALSE(parse_metric_type(text).has_value());
}

TEST_CASE("a declaration goes before the table of built-in metrics") {
  MetricTypes types;
  CHECK(types.settled("http_reqs")->type == MetricType::counter);
  CHECK_FALSE(types.declared("http_reqs").has_value());
  CHECK_FALSE(types.settled("mine").has_value());
  types.declare("http_reqs", MetricType::gauge, Contains::data);
  types.declare("mine", MetricType::rate, Contains::plain);
  CHECK(types.settled("http_reqs")->type == MetricType::gauge);
  CHECK(types.declared("mine")->type == MetricType::rate);
  CHECK(types.contradicted().empty());
}

TEST_CASE("of contradicting declarations none holds") {
  MetricTypes types;
  types.declare("mine", MetricType::rate, Contains::plain);
  types.declare("mine", MetricType::rate, Contains::plain);
  CHECK(types.contradicted().empty());
  types.declare("mine", MetricType::trend, Contains::plain);
  types.declare("http_reqs", MetricType::trend, Contains::plain);
  types.declare("http_reqs", MetricType::counter, Contains::plain);
  CHECK_FALSE(types.settled("mine").has_value());
  CHECK_FALSE(types.settled("http_reqs").has_value());
  CHECK(types.contradicted() == std::vector<std::string>{"http_reqs", "mine"});
}

TEST_CASE("what contradicting declarations leave does not depend on their order") {
  for (const auto& [first, second] :
       {std::pair(MetricType::trend, MetricType::gauge), std::pair(MetricType::gauge, MetricType::trend)}) {
    MetricTypes types;
    types.declare("mine", first, Contains::plain);
    types.declare("mine", second, Contains::plain);
    CHECK(types.declarations().at("mine").info.type == MetricType::gauge);
  }
}

TEST_CASE("the version grows with new metrics only, and the unit does not depend on the order of files") {
  MetricTypes types;
  CHECK(types.version() == 0);
  types.declare("a", MetricType::trend, Contains::plain);
  types.declare("a", MetricType::trend, Contains::time);
  CHECK(types.version() == 1);
  types.declare("b", MetricType::trend, Contains::time);
  types.declare("b", MetricType::trend, Contains::plain);
  CHECK(types.version() == 2);
  CHECK(types.settled("a")->contains == Contains::time);
  CHECK(types.settled("b")->contains == Contains::time);
}
