#include "k6/threshold.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace k6apm;
using k6::Threshold;
using series::MetricType;

namespace {

struct Spelled {
  const char* text;
  Threshold::Aggregation aggregation;
  Threshold::Operator operation;
  double limit;
};

}  // namespace

TEST_CASE("an expression is an aggregation, an operator and a number") {
  using Aggregation = Threshold::Aggregation;
  using Operator = Threshold::Operator;
  const std::vector<Spelled> table = {
      {"count>100", Aggregation::count, Operator::more, 100},
      {"  rate <= 0.1 ", Aggregation::rate, Operator::at_most, 0.1},
      {"value>=0", Aggregation::value, Operator::at_least, 0},
      {"avg<1e3", Aggregation::avg, Operator::less, 1000},
      {"min == -1.5", Aggregation::min, Operator::equal, -1.5},
      {"max===+7", Aggregation::max, Operator::equal, 7},
      {"med!=3", Aggregation::quantile, Operator::unequal, 3},
      {"p(99.9) < 200", Aggregation::quantile, Operator::less, 200},
  };
  for (const Spelled& one : table) {
    CAPTURE(one.text);
    const Threshold threshold = k6::parse_threshold(one.text);
    CHECK(threshold.text == one.text);
    CHECK(threshold.aggregation == one.aggregation);
    CHECK(threshold.operation == one.operation);
    CHECK(threshold.limit == one.limit);
  }
  CHECK(k6::parse_threshold("med<1").quantile == 0.5);
  CHECK(k6::parse_threshold("p(99.9)<1").quantile == doctest::Approx(0.999));
  CHECK(k6::parse_threshold("p(0)<1").quantile == 0);
  CHECK(k6::parse_threshold("p(100)<1").quantile == 1);
}

TEST_CASE("what is no expression is refused, with the reason") {
  for (const char* const text :
       {"", "avg", "avg<", "avg<fast", "avg<200ms", "<200", "mean<200", "p<200", "p(95<200", "p(x)<200",
        "p(101)<200", "p(-1)<200", "avg=200", "avg<200 && max<300", "count > 1 1", "p(nan)<1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(k6::parse_threshold(text), std::invalid_argument);
  }
  CHECK_THROWS_WITH(k6::parse_threshold("avg<200ms"),
                    "\"avg<200ms\": what follows the operator is no number");
}

TEST_CASE("each operator compares as it says") {
  const auto holds = [](const std::string& text, double value) {
    return k6::parse_threshold("avg" + text).holds(value);
  };
  CHECK(holds("<2", 1.5));
  CHECK_FALSE(holds("<2", 2));
  CHECK(holds("<=2", 2));
  CHECK_FALSE(holds("<=2", 2.5));
  CHECK(holds(">2", 2.5));
  CHECK_FALSE(holds(">2", 2));
  CHECK(holds(">=2", 2));
  CHECK_FALSE(holds(">=2", 1.5));
  CHECK(holds("==2", 2));
  CHECK_FALSE(holds("==2", 2.5));
  CHECK(holds("!=2", 2.5));
  CHECK_FALSE(holds("!=2", 2));
}

TEST_CASE("a submetric has tags as k6 trims them") {
  CHECK(k6::parse_submetric("http_reqs").metric == "http_reqs");
  CHECK(k6::parse_submetric("http_reqs").tags.empty());
  const k6::Submetric one =
      k6::parse_submetric("http_reqs{ status : 200 ,name:\"item page\", url:http://x }");
  CHECK(one.metric == "http_reqs");
  CHECK(one.tags == series::Tags{{"name", "item page"}, {"status", "200"}, {"url", "http://x"}});
  CHECK(k6::parse_submetric("m{}").tags.empty());
  CHECK(k6::parse_submetric("m{a:1,}").tags == series::Tags{{"a", "1"}});
  CHECK(one.selects({{"group", "g"}, {"name", "item page"}, {"status", "200"}, {"url", "http://x"}}));
  CHECK_FALSE(one.selects({{"name", "item page"}, {"status", "404"}, {"url", "http://x"}}));
  CHECK_FALSE(one.selects({{"name", "item page"}, {"status", "200"}}));
  CHECK(k6::parse_submetric("m").selects({}));
  CHECK_FALSE(k6::parse_submetric("m{a}").selects({}));
  CHECK_FALSE(k6::parse_submetric("m{a:}").selects({{"a", "1"}}));
  CHECK_THROWS_AS(k6::parse_submetric("{a:1}"), std::invalid_argument);
  CHECK_THROWS_AS(k6::parse_submetric("m{a:1"), std::invalid_argument);
}

TEST_CASE("each type has its aggregations") {
  const auto suits = [](const char* text, MetricType type) { return k6::parse_threshold(text).suits(type); };
  for (const char* const text : {"avg<1", "min<1", "med<1", "max<1", "p(90)<1"}) {
    CAPTURE(text);
    CHECK(suits(text, MetricType::trend));
    CHECK_FALSE(suits(text, MetricType::counter));
    CHECK_FALSE(suits(text, MetricType::gauge));
    CHECK_FALSE(suits(text, MetricType::rate));
  }
  CHECK(suits("rate<1", MetricType::rate));
  CHECK(suits("rate<1", MetricType::counter));
  CHECK_FALSE(suits("rate<1", MetricType::trend));
  CHECK(suits("count<1", MetricType::counter));
  CHECK_FALSE(suits("count<1", MetricType::rate));
  CHECK(suits("value<1", MetricType::gauge));
  CHECK_FALSE(suits("value<1", MetricType::counter));
}

TEST_CASE("the value is that of the whole run") {
  const std::vector<double> quantiles = {0.5, 0.95};
  series::Window run;
  run.count = 4;
  run.nonzero = 3;
  run.last = 7;
  run.sum.add(10);
  run.min = 1;
  run.max = 4;
  run.quantiles = {2.5, 3.8};
  const auto value = [&](const char* text, MetricType type, const series::Window* of, double seconds = 5) {
    return k6::value_of(k6::parse_threshold(text), type, of, quantiles, seconds);
  };
  CHECK(value("count>1", MetricType::counter, &run) == 10);
  CHECK(value("rate>1", MetricType::counter, &run) == 2);
  CHECK(value("rate>1", MetricType::rate, &run) == 0.75);
  CHECK(value("value>1", MetricType::gauge, &run) == 7);
  CHECK(value("avg>1", MetricType::trend, &run) == 2.5);
  CHECK(value("min>1", MetricType::trend, &run) == 1);
  CHECK(value("max>1", MetricType::trend, &run) == 4);
  CHECK(value("med>1", MetricType::trend, &run) == 2.5);
  CHECK(value("p(95)>1", MetricType::trend, &run) == 3.8);
  // Without points k6 takes zeros, but for a share, which it does not judge.
  CHECK(value("count>1", MetricType::counter, nullptr) == 0);
  CHECK(value("rate>1", MetricType::counter, nullptr) == 0);
  CHECK(value("value>1", MetricType::gauge, nullptr) == 0);
  CHECK(value("p(95)>1", MetricType::trend, nullptr) == 0);
  CHECK_FALSE(value("rate>1", MetricType::rate, nullptr));
  CHECK_FALSE(value("rate>1", MetricType::counter, &run, 0));
}
