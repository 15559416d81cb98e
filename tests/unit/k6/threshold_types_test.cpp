#include "k6/threshold_types.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using k6apm::k6::metric_of_threshold;
using k6apm::k6::type_of_thresholds;
using k6apm::series::MetricType;

namespace {

std::string shown(const std::optional<MetricType>& type) {
  return type ? std::string(k6apm::series::name_of(*type)) : "nothing";
}

}  // namespace

TEST_CASE("thresholds tell the type of their metric") {
  struct Case {
    std::vector<std::string_view> expressions;
    std::string type;
  };
  const std::vector<Case> cases = {
      // One aggregation.
      {{"p(95)<500"}, "trend"},
      {{"p(99.9) <= 1e3"}, "trend"},
      {{"p (95)<500"}, "trend"},
      {{"avg<200"}, "trend"},
      {{"med < 200"}, "trend"},
      {{"min>=1"}, "trend"},
      {{"max!=5"}, "trend"},
      {{"value<5"}, "gauge"},
      {{"count>10"}, "counter"},
      {{"rate<0.1"}, "rate"},
      {{"rate==1"}, "rate"},
      {{"rate>=1"}, "rate"},
      {{"rate<1.0"}, "rate"},
      {{"rate>-1"}, "rate"},
      {{" \t rate\n> 0.5"}, "rate"},
      // JavaScript, as k6 took until v0.36.
      {{"p(95) < 500 && avg < 200"}, "trend"},
      {{"rate*100<5"}, "rate"},
      {{"count%2===0"}, "counter"},
      // A Rate is never more than 1, so this is a Counter, or a Rate with percents in mind.
      {{"rate>10"}, "nothing"},
      {{"rate < 5"}, "nothing"},
      {{"rate>1"}, "nothing"},
      {{"rate<=+1.5"}, "nothing"},
      {{"rate>Infinity"}, "nothing"},
      {{"rate<0.1", "rate>10"}, "nothing"},
      {{"rate>10", "count>100"}, "counter"},
      // Several.
      {{"p(95)<500", "p(99)<900", "avg<200", "max<1e5"}, "trend"},
      {{"count>10", "rate>0.5"}, "counter"},
      {{"rate>0.5", "count>10"}, "counter"},
      {{"rate>0.5", "rate<0.9"}, "rate"},
      {{"value>1", "value<5"}, "gauge"},
      // Contradictions.
      {{"p(95)<500", "rate<0.1"}, "nothing"},
      {{"avg<5", "count>1"}, "nothing"},
      {{"max<5", "value<5"}, "nothing"},
      {{"value<5", "count>1"}, "nothing"},
      {{"value<5", "rate<0.1"}, "nothing"},
      // What says nothing stands beside.
      {{}, "nothing"},
      {{""}, "nothing"},
      {{"   "}, "nothing"},
      {{"mean<5"}, "nothing"},
      {{"p95<500"}, "nothing"},
      {{"p<500"}, "nothing"},
      {{"p"}, "nothing"},
      {{"average<5"}, "nothing"},
      {{"avg.x<5"}, "nothing"},
      {{"rates<0.1"}, "nothing"},
      {{"Rate<0.1"}, "nothing"},
      {{"500>p(95)"}, "nothing"},
      {{"(avg)<5"}, "nothing"},
      {{"mean<5", "value<5", ""}, "gauge"},
      // An aggregation alone is one, too.
      {{"rate"}, "rate"},
      {{"rate<"}, "rate"},
      {{"rate<many"}, "rate"},
      {{"p("}, "trend"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.expressions.empty() ? std::string() : std::string(c.expressions.front()));
    CHECK(shown(type_of_thresholds(c.expressions)) == c.type);
  }
}

TEST_CASE("the metric of a threshold stands before the selector") {
  CHECK(metric_of_threshold("http_reqs") == "http_reqs");
  CHECK(metric_of_threshold("http_reqs{status:200}") == "http_reqs");
  CHECK(metric_of_threshold("a{b:{c}}") == "a");
  CHECK(metric_of_threshold("orders placed{x:y}") == "orders placed");
  CHECK(metric_of_threshold("a{") == "a");
  CHECK(metric_of_threshold("{b:c}").empty());
  CHECK(metric_of_threshold("").empty());
}
