#include "k6/json_number.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace k6apm::k6 {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A mantissa below 2^53 divided by one of these is rounded once: both are exact doubles.
constexpr std::array<double, 23> k_powers_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t k_exact_mantissa = std::uint64_t{1} << 53U;
constexpr int k_digits_without_overflow = 19;

/// What the standard library makes of a number whose grammar is known to be right.
double convert(const char* begin, const char* end) {
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range) value = std::strtod(std::string(begin, end).c_str(), nullptr);
  return value;
}

}  // namespace

std::optional<double> parse_json_number(const char** at, const char* end) {
  const char* p = *at;
  const bool negative = p < end && *p == '-';
  if (negative) ++p;
  const char* const first_digit = p;
  std::uint64_t mantissa = 0;
  for (; p < end && is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
  auto digits = p - first_digit;
  if (digits == 0 || (digits > 1 && *first_digit == '0')) return std::nullopt;
  std::size_t decimals = 0;
  if (p < end && *p == '.') {
    const char* const first_decimal = ++p;
    for (; p < end && is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    decimals = static_cast<std::size_t>(p - first_decimal);
    digits += p - first_decimal;
    if (decimals == 0) return std::nullopt;
  }
  bool exponent = false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    exponent = true;
    ++p;
    if (p < end && (*p == '+' || *p == '-')) ++p;
    const char* const first_exponent = p;
    while (p < end && is_digit(*p)) ++p;
    if (p == first_exponent) return std::nullopt;
  }
  const char* const begin = *at;
  *at = p;
  if (!exponent && digits <= k_digits_without_overflow && mantissa < k_exact_mantissa &&
      decimals < k_powers_of_ten.size()) {
    const double magnitude = static_cast<double>(mantissa) / k_powers_of_ten[decimals];
    return negative && mantissa != 0 ? -magnitude : magnitude;
  }
  return convert(begin, p) + 0.0;  // -0 + 0 is 0
}

}  // namespace k6apm::k6
