// A fixed-point number in base 2^32 whose digits are signed and carried late (Kulisch's long accumulator,
// kept only as long as the terms need). A double is m * 2^e with |m| < 2^53 and e >= -1074, so bit 0 stands
// for 2^-1074.
#include "series/exact_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>

namespace k6apm::series {
namespace {

constexpr int k_lowest_exponent = -1074;  ///< of the smallest subnormal double
constexpr int k_digit_bits = 32;
/// Enough for 2^63 terms of the largest double: (1074 + 1024 + 63) / 32 digits and one for the carry.
constexpr std::size_t k_digits = 70;
/// A digit takes less than 2^32 a term, so after 2^30 terms it is still within an int64.
constexpr std::uint32_t k_terms_between_carries = 1U << 30U;

using Digits = std::array<std::int64_t, k_digits>;

struct Parts {
  std::uint64_t magnitude;
  int exponent;  ///< value = magnitude * 2^exponent
  bool negative;
};

Parts split(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const auto biased = static_cast<int>((bits >> 52U) & 0x7ffU);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
  const bool negative = (bits >> 63U) != 0;
  if (biased == 0) return {fraction, k_lowest_exponent, negative};
  return {fraction | (std::uint64_t{1} << 52U), biased - 1075, negative};
}

/// Carries every digit into 0 ... 2^32 - 1; what is left over at the top is the sign: 0 or -1.
std::int64_t carry(std::int64_t* digits, std::size_t count) {
  std::int64_t over = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t total = digits[i] + over;
    digits[i] = total & 0xffffffff;
    over = total >> k_digit_bits;
  }
  return over;
}

/// Bits `from` ... `from + 63` of the number, 0 beyond its ends.
std::uint64_t bits_at(const Digits& digits, int from) {
  std::uint64_t result = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const int position = from + bit;
    if (position < 0) continue;
    const auto digit = static_cast<std::size_t>(position / k_digit_bits);
    if (digit >= k_digits) break;
    const auto set =
        (static_cast<std::uint64_t>(digits[digit]) >> static_cast<unsigned>(position % k_digit_bits)) & 1U;
    result |= set << static_cast<unsigned>(bit);
  }
  return result;
}

bool any_bit_below(const Digits& digits, int position) {
  for (int i = 0; i < static_cast<int>(k_digits) && i * k_digit_bits < position; ++i) {
    const int inside = std::min(position - i * k_digit_bits, k_digit_bits);
    const std::uint64_t mask = (std::uint64_t{1} << static_cast<unsigned>(inside)) - 1;
    if ((static_cast<std::uint64_t>(digits[static_cast<std::size_t>(i)]) & mask) != 0) return true;
  }
  return false;
}

int highest_bit(const Digits& digits) {
  for (std::size_t i = k_digits; i-- > 0;) {
    if (digits[i] == 0) continue;
    const int inside = 63 - __builtin_clzll(static_cast<unsigned long long>(digits[i]));
    return static_cast<int>(i) * k_digit_bits + inside;
  }
  return -1;
}

/// Rounds carried, non-negative digits to the nearest double, ties to even.
double round_to_double(const Digits& digits) {
  const int top = highest_bit(digits);
  if (top < 0) return 0;
  const int lowest = std::max(top - 52, 0);
  std::uint64_t mantissa = bits_at(digits, lowest);
  const bool half = lowest > 0 && (bits_at(digits, lowest - 1) & 1U) != 0;
  if (half && ((mantissa & 1U) != 0 || any_bit_below(digits, lowest - 1))) ++mantissa;
  return std::ldexp(static_cast<double>(mantissa), lowest + k_lowest_exponent);
}

}  // namespace

struct ExactSum::Wide {
  std::size_t first = 0;  ///< which digit digits[0] is
  std::vector<std::int64_t> digits{};
  std::uint32_t terms = 0;  ///< since the last carry

  void cover(std::size_t from, std::size_t to) {
    if (digits.empty()) first = from;
    if (from < first) {
      digits.insert(digits.begin(), first - from, 0);
      first = from;
    }
    if (to > first + digits.size()) digits.resize(to - first, 0);
  }

  void settle() {
    const std::int64_t over = carry(digits.data(), digits.size());
    if (over == -1) {
      digits.back() -= std::int64_t{1} << k_digit_bits;  // the sign stays in the top digit
    } else if (over != 0) {
      digits.push_back(over);
    }
    terms = 0;
  }

  void add_bits(std::uint64_t magnitude, int position, bool negative) {
    if (++terms >= k_terms_between_carries) settle();
    const auto digit = static_cast<std::size_t>(position / k_digit_bits);
    const auto shift = static_cast<unsigned>(position % k_digit_bits);
    const std::uint64_t low = magnitude << shift;
    const std::uint64_t high = shift == 0 ? 0 : magnitude >> (64U - shift);
    cover(digit, digit + 3);
    std::int64_t* d = digits.data() + (digit - first);
    const std::int64_t sign = negative ? -1 : 1;
    d[0] += sign * static_cast<std::int64_t>(low & 0xffffffffU);
    d[1] += sign * static_cast<std::int64_t>(low >> 32U);
    d[2] += sign * static_cast<std::int64_t>(high);
  }

  void add_double(double term) {
    const Parts parts = split(term);
    if (parts.magnitude != 0) add_bits(parts.magnitude, parts.exponent - k_lowest_exponent, parts.negative);
  }

  void add_wide(Wide other) {
    other.settle();
    settle();
    if (other.digits.empty()) return;
    cover(other.first, other.first + other.digits.size());
    for (std::size_t i = 0; i < other.digits.size(); ++i) digits[other.first - first + i] += other.digits[i];
    terms = 1;
  }
};

void ExactSum::DeleteWide::operator()(Wide* wide) const noexcept { delete wide; }

ExactSum::ExactSum(const ExactSum& other) : m_whole(other.m_whole) {
  if (other.m_wide) m_wide.reset(new Wide(*other.m_wide));
}

ExactSum& ExactSum::operator=(const ExactSum& other) {
  if (this != &other) *this = ExactSum(other);
  return *this;
}

ExactSum::Wide& ExactSum::wide() {
  if (!m_wide) m_wide.reset(new Wide);
  return *m_wide;
}

void ExactSum::add(double term) {
  constexpr double k_whole_limit = 9007199254740992.0;  // 2^53: every double up to here converts exactly
  if (term >= -k_whole_limit && term <= k_whole_limit) {
    const auto whole = static_cast<std::int64_t>(term);
    if (static_cast<double>(whole) == term && !__builtin_add_overflow(m_whole, whole, &m_whole)) return;
  }
  wide().add_double(term);
}

void ExactSum::add(const ExactSum& other) {
  std::int64_t whole = 0;
  if (!__builtin_add_overflow(m_whole, other.m_whole, &whole)) {
    m_whole = whole;
  } else {
    const bool negative = other.m_whole < 0;
    const auto bits = static_cast<std::uint64_t>(other.m_whole);
    wide().add_bits(negative ? ~bits + 1 : bits, -k_lowest_exponent, negative);
  }
  if (other.m_wide) wide().add_wide(*other.m_wide);
}

double ExactSum::value() const {
  if (!m_wide) return static_cast<double>(m_whole);
  Wide total = *m_wide;
  const bool whole_negative = m_whole < 0;
  const auto whole_bits = static_cast<std::uint64_t>(m_whole);
  total.add_bits(whole_negative ? ~whole_bits + 1 : whole_bits, -k_lowest_exponent, whole_negative);
  Digits digits{};
  std::copy(total.digits.begin(), total.digits.end(),
            digits.begin() + static_cast<std::ptrdiff_t>(total.first));
  const bool negative = carry(digits.data(), k_digits) < 0;
  if (negative) {
    for (std::int64_t& digit : digits) digit = -digit;
    carry(digits.data(), k_digits);
  }
  const double magnitude = round_to_double(digits);
  return negative ? -magnitude : magnitude;
}

}  // namespace k6apm::series
