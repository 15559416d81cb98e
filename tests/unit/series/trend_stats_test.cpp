#include "series/trend_stats.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace k6apm::series;

TEST_CASE("k6's list of trend statistics") {
  const auto stats = parse_trend_stats("avg,min,med,max,p(90),p(99.9), p(0.95) ,count,sum");
  const std::vector<std::string> names = {"avg", "min", "med", "max", "p90", "p999", "p095", "count", "sum"};
  REQUIRE(stats.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(stats[i].name == names[i]);
  const std::vector<double> quantiles = quantiles_of(stats);
  REQUIRE(quantiles.size() == 4);
  CHECK(quantiles[0] == 0.5);
  CHECK(quantiles[1] == 0.9);
}

TEST_CASE("what is no statistic is refused by name") {
  for (const char* list : {"", "avg,", "mean", "p()", "p(101)", "p(-1)", "p(nan)", "p(1e1)", "p(9", "avg,avg",
                           "p(99.9),p(999)", "p(99.9),p(9.99)"}) {
    CAPTURE(list);
    CHECK_THROWS_AS(parse_trend_stats(list), std::invalid_argument);
  }
}
