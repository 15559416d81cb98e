// A fixed-point number in base 2^32 whose digits are signed and carried late (Kulisch's long accumulator,
// kept only as long as the terms need). A double is m * 2^e with |m| < 2^53 and e >= -1074, so bit 0 stands
// for 2^-1074.
#include "series/exact_sum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace k6apm::series {
namespace {

constexpr int k_lowest_exponent = -1074;  ///< of the smallest subnormal double
constexpr int k_digit_bits = 32;
constexpr int k_whole_position = -k_lowest_exponent;  ///< of the bit that stands for 1
constexpr std::size_t k_digits_of_term = 3;           ///< 64 bits, wherever they begin
/// Enough for 2^63 terms of the largest double: (1074 + 1024 + 63) / 32 digits and one for the carry.
constexpr std::size_t k_digits = 70;
/// What written_out() gives at most: the two above are for carries while sums are added.
constexpr std::size_t k_written_digits = k_digits - 2;
/// What everyday numbers need, from 2^-82 to 2^77: room for these at once.
constexpr std::size_t k_usual_first = 31;
constexpr std::size_t k_usual_end = 36;
/// A digit takes less than 2^32 a term, so after 2^30 terms it is still within an int64.
constexpr std::uint32_t k_terms_between_carries = 1U << 30U;

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

std::uint64_t magnitude_of(std::int64_t whole) {
  const auto bits = static_cast<std::uint64_t>(whole);
  return whole < 0 ? ~bits + 1 : bits;
}

/// Adds magnitude * 2^position, counted from bit 0 of the number; `d` is the digit that has this bit.
void add_at(std::int64_t* d, std::uint64_t magnitude, int position, bool negative) {
  const auto shift = static_cast<unsigned>(position % k_digit_bits);
  const std::uint64_t low = magnitude << shift;
  const std::uint64_t high = shift == 0 ? 0 : magnitude >> (64U - shift);
  const std::int64_t sign = negative ? -1 : 1;
  d[0] += sign * static_cast<std::int64_t>(low & 0xffffffffU);
  d[1] += sign * static_cast<std::int64_t>(low >> 32U);
  d[2] += sign * static_cast<std::int64_t>(high);
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

/// A number whose digits are carried and apart from its sign.
struct Carried {
  std::array<std::int64_t, k_digits> digits;  ///< only the first `used` are filled
  std::size_t used = 0;
  std::size_t first = 0;  ///< which digit digits[0] is
  bool negative = false;
};

/// value * 2^exponent, as std::ldexp has it. A product with a power of two is exact where neither is
/// subnormal, and takes a tenth of the time.
double scaled(double value, int exponent) {
  constexpr int k_furthest = 900;
  if (exponent < -k_furthest || exponent > k_furthest) return std::ldexp(value, exponent);
  return value * std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// Rounds to the nearest double, ties to even.
double round_to_double(const Carried& number) {
  const std::int64_t* const digits = number.digits.data();
  auto count = static_cast<int>(number.used);
  while (count > 0 && digits[count - 1] == 0) --count;
  if (count == 0) return 0;
  const auto digit = [&](int below_top) {
    return below_top < count ? static_cast<std::uint64_t>(digits[count - 1 - below_top]) : 0;
  };
  // The 64 bits from the highest one on. A double takes 53 of them and rounds by the rest, where the lowest
  // stands for all that follow, too. A subnormal double never needs rounding: there are no bits below
  // 2^-1074.
  const std::uint64_t top = digit(0) << 32U | digit(1);
  const auto unused = static_cast<unsigned>(__builtin_clzll(top));
  const std::uint64_t next = digit(2) << unused;
  std::uint64_t bits = top << unused | next >> 32U;
  const bool any_below = (next & 0xffffffffU) != 0 ||
                         std::any_of(digits, digits + std::max(count - 3, 0), [](auto d) { return d != 0; });
  if (any_below) bits |= 1U;
  const int first = static_cast<int>(number.first);
  const int exponent = (first + count - 2) * k_digit_bits - static_cast<int>(unused) + k_lowest_exponent;
  const double magnitude = scaled(static_cast<double>(bits), exponent);
  return number.negative ? -magnitude : magnitude;
}

}  // namespace

struct ExactSum::Wide {
  std::size_t first = 0;  ///< which digit digits[0] is
  std::vector<std::int64_t> digits{};
  std::uint32_t terms = 0;  ///< since the last carry

  void clear() noexcept {
    digits.clear();
    terms = 0;
  }

  void cover(std::size_t from, std::size_t to) {
    if (digits.empty()) {
      const bool usual = from >= k_usual_first && to <= k_usual_end;
      first = usual ? k_usual_first : from;
      if (usual) to = k_usual_end;
    }
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
    cover(digit, digit + k_digits_of_term);
    add_at(digits.data() + (digit - first), magnitude, position, negative);
  }

  void add_double(double term) {
    const Parts parts = split(term);
    if (parts.magnitude != 0) add_bits(parts.magnitude, parts.exponent - k_lowest_exponent, parts.negative);
  }

  void add_whole(std::int64_t term) { add_bits(magnitude_of(term), k_whole_position, term < 0); }

  void add_wide(const Wide& other) {
    if (other.digits.empty()) return;
    if (terms + other.terms + 1 >= k_terms_between_carries) {
      Wide settled = other;
      settled.settle();
      settle();
      add_wide(settled);
      return;
    }
    cover(other.first, other.first + other.digits.size());
    for (std::size_t i = 0; i < other.digits.size(); ++i) digits[other.first - first + i] += other.digits[i];
    terms += other.terms + 1;  // one for what is left of a digit by a carry
  }

  /// All this and a whole number.
  Carried carried_with(std::int64_t whole) const {
    constexpr std::size_t k_whole_digit = k_whole_position / k_digit_bits;
    Carried number;
    std::size_t to = first + digits.size();
    number.first = first;
    if (whole != 0) {
      number.first = std::min(first, k_whole_digit);
      to = std::max(to, k_whole_digit + k_digits_of_term);
    }
    number.used = to - number.first + 1;  // one for the carry, which is less than 2^32
    std::fill_n(number.digits.begin(), number.used, 0);
    std::int64_t* const begin = number.digits.data();
    std::copy(digits.begin(), digits.end(), begin + (first - number.first));
    if (whole != 0)
      add_at(begin + (k_whole_digit - number.first), magnitude_of(whole), k_whole_position, whole < 0);
    number.negative = carry(begin, number.used) < 0;
    if (number.negative) {
      for (std::size_t i = 0; i < number.used; ++i) begin[i] = -begin[i];
      carry(begin, number.used);
    }
    return number;
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

void ExactSum::clear() noexcept {
  m_whole = 0;
  if (m_wide) m_wide->clear();
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
    wide().add_whole(other.m_whole);
  }
  if (other.m_wide) wide().add_wide(*other.m_wide);
}

ExactSum::WrittenOut ExactSum::written_out() const {
  WrittenOut result;
  result.whole = m_whole;
  if (!m_wide) return result;
  const Carried number = m_wide->carried_with(0);
  const std::int64_t* const begin = number.digits.data();
  const std::int64_t* end = begin + number.used;
  const auto is_set = [](std::int64_t digit) { return digit != 0; };
  while (end != begin && !is_set(end[-1])) --end;
  const std::int64_t* const lowest = std::find_if(begin, end, is_set);
  if (lowest == end) return result;
  result.negative = number.negative;
  result.first = static_cast<std::uint32_t>(number.first + static_cast<std::size_t>(lowest - begin));
  result.digits.assign(lowest, end);
  return result;
}

bool ExactSum::add(const WrittenOut& other) {
  const std::size_t count = other.digits.size();
  if (other.first > k_written_digits || count > k_written_digits - other.first) return false;
  ExactSum term;
  term.m_whole = other.whole;
  if (count > 0) {
    Wide& digits = term.wide();
    digits.cover(other.first, other.first + count);
    std::transform(other.digits.begin(), other.digits.end(),
                   digits.digits.begin() + static_cast<std::ptrdiff_t>(other.first - digits.first),
                   [&](std::int64_t digit) { return other.negative ? -digit : digit; });
    digits.terms = 1;
  }
  add(term);
  return true;
}

double ExactSum::value() const {
  return m_wide ? round_to_double(m_wide->carried_with(m_whole)) : static_cast<double>(m_whole);
}

}  // namespace k6apm::series
