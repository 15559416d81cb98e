#include "k6/rfc3339.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace k6apm::k6;

namespace {

constexpr std::int64_t k_second = 1'000'000'000;

/// 2026-11-20T07:27:26Z
constexpr std::int64_t k_base = std::int64_t{1795159646} * k_second;

struct Good {
  std::string text;
  std::int64_t ns;
};

}  // namespace

TEST_CASE("RFC 3339 times are read with 0 to 9 decimals and any offset") {
  const std::vector<Good> cases = {
      {"2026-11-20T07:27:26Z", k_base},
      {"2026-11-20T07:27:26.5Z", k_base + 500'000'000},
      {"2026-11-20T07:27:26.05Z", k_base + 50'000'000},
      {"2026-11-20T07:27:26.123Z", k_base + 123'000'000},
      {"2026-11-20T07:27:26.1234567Z", k_base + 123'456'700},
      {"2026-11-20T07:27:26.123456789Z", k_base + 123'456'789},
      {"2026-11-20T07:27:26.000000001Z", k_base + 1},
      {"2026-11-20T07:27:26.000000000Z", k_base},
      {"2026-11-20t07:27:26z", k_base},
      {"2026-11-20T07:27:26+00:00", k_base},
      {"2026-11-20T07:27:26-00:00", k_base},
      {"2026-11-20T12:57:26+05:30", k_base},
      {"2026-11-20T03:57:26.25-03:30", k_base + 250'000'000},
      {"2026-11-20T02:27:26-05:00", k_base},
      {"2026-11-21T07:26:26+23:59", k_base},
      {"2026-11-19T07:28:26-23:59", k_base},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"1970-01-01T00:00:00+00:01", -60 * k_second},
      {"2024-02-29T00:00:00Z", std::int64_t{1709164800} * k_second},
      {"2000-02-29T00:00:00Z", std::int64_t{951782400} * k_second},
      {"2026-12-31T23:59:59Z", std::int64_t{1798761599} * k_second},
      {"1678-01-01T00:00:00Z", std::int64_t{-9214560000} * k_second},
      {"2261-12-31T23:59:59.999999999Z", std::int64_t{9214646399} * k_second + 999'999'999},
  };
  for (const Good& c : cases) {
    CAPTURE(c.text);
    CHECK(parse_rfc3339(c.text) == c.ns);
  }
}

TEST_CASE("what is no RFC 3339 time between 1678 and 2261 is refused") {
  const std::vector<std::string> cases = {"",
                                          "Z",
                                          "2026",
                                          "2026-11-20",
                                          "2026-11-20T07:27:26",
                                          "2026-11-20T07:27Z",
                                          "2026-11-20 07:27:26Z",
                                          "2026-11-20T07:27:26.Z",
                                          "2026-11-20T07:27:26.1234567890Z",
                                          "2026-11-20T07:27:26,5Z",
                                          "2026-11-20T07:27:26.5",
                                          "2026-11-20T07:27:26ZZ",
                                          "2026-11-20T07:27:26Z ",
                                          " 2026-11-20T07:27:26Z",
                                          "2026-11-20T07:27:26+0530",
                                          "2026-11-20T07:27:26+05",
                                          "2026-11-20T07:27:26+5:30",
                                          "2026-11-20T07:27:26+24:00",
                                          "2026-11-20T07:27:26+05:60",
                                          "2026-11-20T07:27:26 +05:30",
                                          "2026-11-20T07:27:26+05:30Z",
                                          "2026-11-20T07:27:26--5:30",
                                          "2026-13-20T07:27:26Z",
                                          "2026-00-20T07:27:26Z",
                                          "2026-11-31T07:27:26Z",
                                          "2026-11-00T07:27:26Z",
                                          "2026-02-29T07:27:26Z",
                                          "1900-02-29T00:00:00Z",
                                          "2100-02-29T00:00:00Z",
                                          "2026-11-20T24:00:00Z",
                                          "2026-11-20T07:60:26Z",
                                          "2026-11-20T07:27:60Z",
                                          "2026-11-20T07:27:61Z",
                                          "1677-12-31T23:59:59Z",
                                          "2262-01-01T00:00:00Z",
                                          "0000-01-01T00:00:00Z",
                                          "9999-12-31T23:59:59Z",
                                          "20261120T072726Z",
                                          "2026/11/20T07:27:26Z",
                                          "2026-11-20T07-27-26Z",
                                          "+026-11-20T07:27:26Z",
                                          "2026-1a-20T07:27:26Z",
                                          "-026-11-20T07:27:26Z",
                                          "1795159646",
                                          std::string(19, '\0') + "Z",
                                          std::string(40, '0'),
                                          std::string(20, '\xff')};
  for (const std::string& text : cases) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}

TEST_CASE("times are written in UTC with as many decimals as they need") {
  const std::vector<Good> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"2026-11-20T07:27:26.5Z", k_base + 500'000'000},
      {"2026-11-20T07:27:26.000000001Z", k_base + 1},
      {"2024-02-29T12:00:00Z", std::int64_t{1709208000} * k_second},
  };
  for (const Good& c : cases) CHECK(format_rfc3339(c.ns) == c.text);
}

TEST_CASE("a time that is written reads back as the same time") {
  std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp)
  std::uniform_int_distribution<std::int64_t> any(std::int64_t{-9214560000} * k_second,
                                                  std::int64_t{9214646399} * k_second);
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t ns = any(random);
    REQUIRE(parse_rfc3339(format_rfc3339(ns)) == ns);
  }
}

TEST_CASE("a parser that remembers the last second reads every time as a fresh one does") {
  TimeParser parser;
  CHECK_FALSE(parser.parse(std::string(19, '\0') + "Z").has_value());
  const std::vector<std::string> texts = {
      "2026-11-20T07:27:26Z",  "2026-11-20T07:27:26.25Z", "2026-11-20T07:27:26.25-03:30",
      "2026-11-20T07:27:26.x", "2026-11-20t07:27:26Z",    "2026-11-20T07:27:27Z",
      "2026-11-20T07:27:67Z",  "2026-11-20T07:27:27.1Z",  "2026-11-20T07:27:67Z",
      "1970-01-01T00:00:00Z",  "2026-11-20T07:27:27",     "2026-11-20T07:27:27+01:00"};
  for (int round = 0; round < 2; ++round) {
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK(parser.parse(text) == parse_rfc3339(text));
    }
  }
}
