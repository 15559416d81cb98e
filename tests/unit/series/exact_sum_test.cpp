#include "series/exact_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
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

/// The slow and obvious way: one digit a bit, the sign apart, so that every step can be done by hand.
class BitSum {
 public:
  void add(double term) {
    int exponent = 0;
    const double fraction = std::frexp(std::abs(term), &exponent);
    auto magnitude = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    int position = exponent - 53 + k_one;
    for (; magnitude != 0 && position < 0; ++position) magnitude >>= 1U;  // subnormals end in zeros there
    for (; magnitude != 0; magnitude >>= 1U, ++position)
      m_bits[static_cast<std::size_t>(position)] += (magnitude & 1U) == 0 ? 0 : term < 0 ? -1 : 1;
  }

  double value() const {
    std::vector<int> bits = m_bits;
    if (carry(bits) == 0) return rounded(bits);
    bits = m_bits;
    for (int& bit : bits) bit = -bit;
    carry(bits);
    return -rounded(bits);
  }

 private:
  static constexpr int k_one = 1074;           ///< the bit that stands for 1
  static constexpr std::size_t k_bits = 2200;  ///< sums of 2^60 terms

  static int carry(std::vector<int>& bits) {
    int over = 0;
    for (int& bit : bits) {
      const int total = bit + over;
      bit = total & 1;
      over = (total - bit) / 2;
    }
    return over;
  }

  static double rounded(const std::vector<int>& bits) {
    std::size_t top = k_bits;
    while (top > 0 && bits[top - 1] == 0) --top;
    const std::size_t lowest = top > 53 ? top - 53 : 0;
    double mantissa = 0;
    for (std::size_t i = top; i-- > lowest;) mantissa = 2 * mantissa + bits[i];
    const bool half = lowest > 0 && bits[lowest - 1] == 1;
    const auto below = bits.begin() + static_cast<std::ptrdiff_t>(half ? lowest - 1 : 0);
    const bool more = half && std::find(bits.begin(), below, 1) != below;
    if (half && (more || bits[lowest] == 1)) ++mantissa;
    return std::ldexp(mantissa, static_cast<int>(lowest) - k_one);
  }

  std::vector<int> m_bits = std::vector<int>(k_bits);
};

double slow_sum_of(const std::vector<double>& terms) {
  BitSum sum;
  for (const double term : terms) sum.add(term);
  return sum.value();
}

/// Any finite double, by its bits.
double any_double(std::mt19937_64& random) {
  while (true) {
    const double value = std::bit_cast<double>(random());
    if (std::isfinite(value)) return value;
  }
}

/// A term of one of the kinds that have ways of their own.
double term_of_kind(std::mt19937_64& random, int kind) {
  const auto whole = static_cast<std::int64_t>(random());
  const auto small = static_cast<double>(whole % 1000);
  switch (kind) {
    case 0:
      return any_double(random);
    case 1:
      return std::ldexp(small, -1074);  // subnormal
    case 2:
      return std::ldexp(small, 1014);  // near the largest double
    case 3:
      return static_cast<double>(whole);
    case 4:
      return small / 1000;  // as k6 has times
    default:
      return std::ldexp(small < 0 ? -1 : 1, static_cast<int>(random() % 2097) - 1074);  // one bit
  }
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

TEST_CASE("a sum begins anew") {
  ExactSum sum;
  for (const double term : {1e300, 0.1, 5e-324, -7.0}) {
    sum.add(term);
    sum.clear();
    CHECK(sum.value() == 0);
    CHECK(sum.written_out() == ExactSum().written_out());
    sum.add(0.1);
    sum.add(2);
    CHECK(sum.value() == 2.1);
    CHECK(ExactSum(sum).value() == 2.1);
  }
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

TEST_CASE("sums are those of the slow way") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    const int kinds = 1 + round % 6;
    const int first = static_cast<int>(random() % 6);
    std::vector<double> terms;
    for (std::size_t count = 1 + random() % 20; count > 0; --count)
      terms.push_back(term_of_kind(random, (first + static_cast<int>(random() % 6) % kinds) % 6));
    if (round % 3 == 0) {
      // All but a little of it is taken away again.
      const std::size_t half = terms.size();
      for (std::size_t i = 0; i < half; ++i) terms.push_back(-terms[i]);
      terms.push_back(term_of_kind(random, static_cast<int>(random() % 6)));
    }
    CAPTURE(round);
    const double expected = slow_sum_of(terms);
    CHECK(std::bit_cast<std::uint64_t>(sum_of(terms)) == std::bit_cast<std::uint64_t>(expected));
    ExactSum merged;
    for (const double term : terms) merged.add(ExactSum(term));
    CHECK(merged.value() == expected);
  }
}

TEST_CASE("what decides the rounding may stand far below") {
  for (int top = -1000; top <= 1000; ++top) {
    for (const double far : {0.0, 0x1p-1074, -0x1p-1074}) {
      // A tie between two doubles, of which the lower or the upper is even, and a hair beside it.
      for (const double even : {0.0, 1.0}) {
        const std::vector<double> terms = {std::ldexp(1, top), std::ldexp(even, top - 52),
                                           std::ldexp(1, top - 53), far};
        CHECK(sum_of(terms) == slow_sum_of(terms));
        CHECK(sum_of({-terms[0], -terms[1], -terms[2], -terms[3]}) == -slow_sum_of(terms));
      }
    }
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

TEST_CASE("a sum that is written out adds up again") {
  const std::vector<double> terms{1e300, 0.1,     -1e300,  5e-324,  -0.3,
                                  7,     -1e-300, 1.7e308, 1.7e308, 9007199254740993.0};
  for (std::size_t count = 0; count <= terms.size(); ++count) {
    ExactSum sum;
    ExactSum backwards;
    for (std::size_t i = 0; i < count; ++i) sum.add(terms[i]);
    for (std::size_t i = count; i-- > 0;) backwards.add(terms[i]);
    CHECK(sum.written_out() == backwards.written_out());
    ExactSum again(0.25);
    CHECK(again.add(sum.written_out()));
    sum.add(0.25);
    CHECK(again.value() == sum.value());
    CHECK(again.written_out() == sum.written_out());
  }
  ExactSum sum(3);
  CHECK_FALSE(sum.add({0, false, 60, std::vector<std::uint32_t>(9, 1)}));
  CHECK_FALSE(sum.add({0, false, 4000000000U, {1}}));
  CHECK(sum.value() == 3);
}
