#include "k6/csv_time.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace k6apm::k6;

TEST_CASE("the digits of a time tell its unit") {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"1795159998", 1'795'159'998'000'000'000},
      {"1795159998123", 1'795'159'998'123'000'000},
      {"1795159998123456", 1'795'159'998'123'456'000},
      {"1795159998123456789", 1'795'159'998'123'456'789},
      {"2026-11-20T07:33:18Z", 1'795'159'998'000'000'000},
      {"2026-11-20T13:03:18.5+05:30", 1'795'159'998'500'000'000},
      {"0", 0},
      {"-1", -1'000'000'000},
      {"-14182940", -14'182'940'000'000'000},       // 1969-07-20
      {"4294967297", 4'294'967'297'000'000'000},    // 2106
      {"9214646399", 9'214'646'399'000'000'000},    // the last second of 2261
      {"-9214560000", -9'214'560'000'000'000'000},  // the first of 1678
      {"999999999999", 999'999'999'999'000'000},    // 2001, in milliseconds
      {"-9214560000000000000", -9'214'560'000'000'000'000},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    REQUIRE(parse_csv_time(text));
    CHECK(*parse_csv_time(text) == expected);
    CHECK(resembles_csv_time(text));
  }
}

TEST_CASE("what is no time, or out of range") {
  for (const std::string text : {"", "-", "+5", "1.5", "0x10", "now", " 1795159998", "1795159998 ",
                                 "2026-11-20", "2026-11-20 07:33:18"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_csv_time(text));
    CHECK_FALSE(resembles_csv_time(text));
  }
  for (const std::string text : {"9214646400", "-9214560001", "99999999999", "9223372036854775807",
                                 "99999999999999999999", "1677-12-31T23:59:59Z", "2026-13-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_csv_time(text));
    CHECK(resembles_csv_time(text));
  }
}

TEST_CASE("a reader of many times says whether one was finer than a second") {
  CsvTimeParser times;
  CHECK(times.parse("1795159998") == parse_csv_time("1795159998"));
  CHECK(times.parse("2026-11-20T07:33:18+05:30").has_value());
  CHECK_FALSE(times.take_fine());
  CHECK(times.parse("1795159998000") ==
        parse_csv_time("1795159998"));  // milliseconds, by chance whole seconds
  CHECK(times.take_fine());
  CHECK(times.parse("1795159998001") == 1'795'159'998'001'000'000);
  CHECK(times.take_fine());
  CHECK_FALSE(times.take_fine());
  CHECK(times.parse("1795159998001") == 1'795'159'998'001'000'000);  // remembered, and still fine
  CHECK(times.take_fine());
  CHECK_FALSE(times.parse("no time"));
  CHECK_FALSE(times.parse(""));
}
