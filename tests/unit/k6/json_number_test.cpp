#include "k6/json_number.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

using k6apm::k6::parse_json_number;

namespace {

/// The value, if the whole text is one number.
std::optional<double> whole(const std::string& text) {
  const char* at = text.data();
  const auto value = parse_json_number(&at, text.data() + text.size());
  return value && at == text.data() + text.size() ? value : std::nullopt;
}

/// Random digits, as k6 and others might write them.
std::string random_number(std::mt19937_64& random) {
  const auto below = [&](std::uint64_t n) { return random() % n; };
  std::string text = below(2) == 0 ? "-" : "";
  const std::uint64_t whole_digits = 1 + below(below(4) == 0 ? 25 : 6);
  text += static_cast<char>('1' + below(9));
  for (std::uint64_t i = 1; i < whole_digits; ++i) text += static_cast<char>('0' + below(10));
  if (below(5) == 0) text = text.front() == '-' ? "-0" : "0";
  if (below(3) > 0) {
    text += '.';
    const std::uint64_t decimals = 1 + below(below(4) == 0 ? 30 : 9);
    for (std::uint64_t i = 0; i < decimals; ++i) text += static_cast<char>('0' + below(10));
  }
  if (below(3) == 0) {
    text += below(2) == 0 ? 'e' : 'E';
    const std::uint64_t sign = below(3);
    text += sign == 0 ? "+" : sign == 1 ? "-" : "";
    text += std::to_string(below(below(2) == 0 ? 20 : 340));
  }
  return text;
}

}  // namespace

TEST_CASE("numbers in JSON's grammar are read as the nearest double") {
  struct Case {
    std::string text;
    double value;
  };
  const std::vector<Case> cases = {{"0", 0},
                                   {"1", 1},
                                   {"-1", -1},
                                   {"0.5", 0.5},
                                   {"-0.25", -0.25},
                                   {"10", 10},
                                   {"1000000", 1e6},
                                   {"1e+06", 1e6},
                                   {"1e06", 1e6},
                                   {"1E6", 1e6},
                                   {"1e-07", 1e-7},
                                   {"2.5e-09", 2.5e-9},
                                   {"1.23456789012e+11", 123456789012.0},
                                   {"0.668498", 0.668498},
                                   {"123456789012345678901", 123456789012345678901.0},
                                   {"999999999999999999999", 1e21},
                                   {"1e+21", 1e21},
                                   {"9007199254740993", 9007199254740992.0},
                                   {"9007199254740992", 9007199254740992.0},
                                   {"0.1234567890123456", 0.1234567890123456},
                                   {"12345678901234567", 12345678901234567.0},
                                   {"1.7976931348623157e308", std::numeric_limits<double>::max()},
                                   {"5e-324", std::numeric_limits<double>::denorm_min()},
                                   {"2.2250738585072011e-308", 2.2250738585072011e-308},
                                   {"1e-400", 0},
                                   {"0e999", 0},
                                   {"0.0000000000000000000000000000001", 1e-31},
                                   {"00e1", -99}};
  for (const Case& c : cases) {
    CAPTURE(c.text);
    if (c.value == -99) {
      CHECK_FALSE(whole(c.text).has_value());
    } else {
      CHECK(whole(c.text) == c.value);
    }
  }
}

TEST_CASE("a number beyond the largest double is infinite") {
  for (const char* const text : {"1e999", "1.7976931348623159e308", "1e309"}) {
    CHECK(whole(text) == std::numeric_limits<double>::infinity());
    CHECK(whole(std::string("-") + text) == -std::numeric_limits<double>::infinity());
  }
  CHECK(whole(std::string(400, '9')) == std::numeric_limits<double>::infinity());
}

TEST_CASE("there is no negative zero") {
  for (const char* const text :
       {"-0", "-0.0", "-0.000", "-0e5", "-0.0e-5", "-1e-400", "-0.00000000000000000000000000"}) {
    CAPTURE(text);
    const std::optional<double> value = whole(text);
    REQUIRE(value.has_value());
    CHECK(std::bit_cast<std::uint64_t>(*value) == 0);
  }
}

TEST_CASE("what JSON does not allow is no number, and nothing is consumed") {
  for (const std::string text :
       {"",     "-",  "+1",  "+Inf", "-Inf", "NaN", ".5", "-.5", "01",  "-01",   "00",      "1.",
        "1.e5", "1e", "1e+", "1e-",  "1.5e", "e5",  " 1", "a",   "--1", "\"1\"", "Infinity"}) {
    CAPTURE(text);
    const char* at = text.data();
    CHECK_FALSE(parse_json_number(&at, text.data() + text.size()).has_value());
    CHECK(at == text.data());
  }
}

TEST_CASE("reading stops behind the number") {
  struct Case {
    std::string text;
    std::ptrdiff_t length;
  };
  const std::vector<Case> cases = {{"1,", 1},  {"1.5}", 3},  {"1e5,\"tags\"", 3}, {"0x10", 1}, {"12 ", 2},
                                   {"1-2", 1}, {"1.5.5", 3}, {"1e5e5", 3},        {"-0-", 2}};
  for (const Case& c : cases) {
    const char* at = c.text.data();
    CHECK(parse_json_number(&at, c.text.data() + c.text.size()).has_value());
    CHECK(at - c.text.data() == c.length);
  }
}

TEST_CASE("the end of the buffer ends the number") {
  const std::string text = "12345";
  const char* at = text.data();
  CHECK(parse_json_number(&at, text.data() + 2) == 12);
  CHECK(at == text.data() + 2);
}

TEST_CASE("random numbers are read as strtod reads them") {
  std::mt19937_64 random(11);  // NOLINT(cert-msc51-cpp)
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_number(random);
    const std::optional<double> value = whole(text);
    CAPTURE(text);
    REQUIRE(value.has_value());
    REQUIRE(std::bit_cast<std::uint64_t>(*value) ==
            std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr) + 0.0));
  }
}

TEST_CASE("the shortest form of any double reads back as that double") {
  std::mt19937_64 random(13);  // NOLINT(cert-msc51-cpp)
  for (int i = 0; i < 100'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value) || value == 0) continue;
    REQUIRE(whole(fmt::format("{}", value)) == value);
  }
}
