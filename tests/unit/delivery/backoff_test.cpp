#include "delivery/backoff.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace k6apm::test {

using delivery::Attempts;
using delivery::Backoff;

TEST_CASE("the bound doubles from 0.2 s to 30 s") {
  Backoff backoff(1e9, [] { return 0.5; });
  std::vector<double> waits;
  for (int i = 0; i < 10; ++i) waits.push_back(backoff.next(0, {}).value());
  const std::vector<double> expected{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15, 15};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(waits[i] == doctest::Approx(expected[i]));
}

TEST_CASE("Retry-After wins where it is longer") {
  Backoff backoff(100, [] { return 0.5; });
  CHECK(backoff.next(0, 7.0) == 7.0);
  CHECK(backoff.next(0, 0.0).value() == doctest::Approx(0.2));
}

TEST_CASE("no wait goes beyond the budget, and none follows it") {
  Backoff backoff(10, [] { return 0.99; });
  CHECK(backoff.next(8, 600.0).value() == doctest::Approx(2));
  CHECK(backoff.next(9.99, {}).value() == doctest::Approx(0.01));
  CHECK_FALSE(backoff.next(10, 1.0));
  CHECK_FALSE(Backoff(0, [] { return 0.5; }).next(0, {}));
}

TEST_CASE("attempts are bounded by their number, too") {
  Attempts attempts(1e9);
  for (std::size_t i = 1; i < Attempts::k_max_attempts; ++i) {
    attempts.count();
    REQUIRE(attempts.wait_s({}));
  }
  attempts.count();
  CHECK_FALSE(attempts.wait_s({}));
  CHECK(attempts.sum_up("500 no").starts_with("500 no (after 1000 attempts in "));
}

}  // namespace k6apm::test
