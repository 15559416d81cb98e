#include "series/exact_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

using k6apm::series::ExactSum;

namespace {

double sum_of(const std::vector<double>& terms) {
  ExactSum sum;
  for (const double term : terms) sum.add(term);
  return sum.value();
}

std::vector<double> wild_terms(std::mt19937_64& random, std::size_t count) {
  std::vector<double> terms;
  std::uniform_int_distribution<int> exponent(-1070, 1000);
  std::uniform_real_distribution<double> mantissa(-2, 2);
  for (std::size_t i = 0; i < count; ++i) terms.push_back(std::ldexp(mantissa(random), exponent(random)));
  return terms;
}

}  // namespace

TEST_CASE("sums are exact and rounded once") {
  const double tiny = std::numeric_limits<double>::denorm_min();
  const double largest = std::numeric_limits<double>::max();
  struct Case {
    std::vector<double> terms;
    double expected;
  };
  const std::vector<Case> cases = {
      {{}, 0},
      {{0.1, 0.2, 0.3}, 0.6},
      {std::vector<double>(10, 0.1), 1.0},
      {{1e100, 1, -1e100}, 1},
      {{9007199254740992.0, 1, 1}, 9007199254740994.0},
      {{9007199254740992.0, 1}, 9007199254740992.0},        // a tie goes to even
      {{9007199254740992.0, 1, tiny}, 9007199254740994.0},  // a hair above the tie
      {{9007199254740992.0, 3}, 9007199254740996.0},
      {{tiny, tiny}, 2 * tiny},
      {{tiny, -tiny}, 0},
      {{-0.5, -0.25}, -0.75},
      {{largest, largest, -largest}, largest},
      {{largest, largest}, std::numeric_limits<double>::infinity()},
      {{-largest, -largest}, -std::numeric_limits<double>::infinity()},
      {{0x1p-1022, -0x1p-1074}, 0x0.fffffffffffffp-1022},
      {{4.6e18, 4.6e18, 4.6e18, 4.6e18}, 1.84e19},
  };
  for (const Case& c : cases) CHECK(sum_of(c.terms) == c.expected);
}

TEST_CASE("the order of terms and of merges does not matter") {
  std::mt19937_64 random(42);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> terms = wild_terms(random, 50);
    for (int i = 0; i < 20; ++i) terms.push_back(static_cast<double>(static_cast<std::int64_t>(random())));
    const double expected = sum_of(terms);
    std::shuffle(terms.begin(), terms.end(), random);
    CHECK(sum_of(terms) == expected);
    ExactSum left;
    ExactSum right;
    for (std::size_t i = 0; i < terms.size(); ++i) (i % 3 == 0 ? left : right).add(terms[i]);
    ExactSum merged = right;
    merged.add(left);
    CHECK(merged.value() == expected);
    std::vector<double> negated = terms;
    for (double& term : negated) term = -term;
    CHECK(sum_of(negated) == -expected);
  }
}

TEST_CASE("partial totals keep their sign through many merges") {
  ExactSum total;
  for (int i = 0; i < 100; ++i) {
    ExactSum part(-0.1);
    part.add(0.05);
    total.add(part);
  }
  CHECK(total.value() == doctest::Approx(-5.0).epsilon(1e-15));
  ExactSum back(5.0);
  back.add(total);
  CHECK(std::abs(back.value()) < 1e-14);
}
