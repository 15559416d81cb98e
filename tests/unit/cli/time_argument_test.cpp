#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cli/job.hpp"

using k6apm::cli::parse_time_argument;

TEST_CASE("a time is RFC 3339, Unix seconds or an offset from the run's start") {
  struct Case {
    std::string text;
    bool from_start;
    std::int64_t ns;
  };
  const std::vector<Case> cases = {
      {"2026-11-20T07:27:26Z", false, 1795159646'000'000'000},
      {"2026-11-20T12:57:26.5+05:30", false, 1795159646'500'000'000},
      {"1795159646", false, 1795159646'000'000'000},
      {"1795159646.25", false, 1795159646'250'000'000},
      {"1795159646.123456789", false, 1795159646'123'456'789},
      {"0", false, 0},
      {"9000000000", false, 9'000'000'000'000'000'000},
      {"+90s", true, 90'000'000'000},
      {"+0s", true, 0},
      {"+1m30s", true, 90'000'000'000},
      {"+1.5h", true, 5400'000'000'000},
      {"+250ms", true, 250'000'000},
      {"+1h2m3s4ms", true, 3723'004'000'000},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto time = parse_time_argument(c.text);
    CHECK(time.from_start == c.from_start);
    CHECK(time.ns == c.ns);
  }
}

TEST_CASE("what is no time is refused with what is allowed") {
  for (const std::string text : {"",
                                 "+",
                                 "now",
                                 "yesterday",
                                 "-5",
                                 "-90s",
                                 "+90",
                                 "+s",
                                 "+-5s",
                                 "+1d",
                                 "+1.5",
                                 "+1e3000s",
                                 "+1 s",
                                 "12:30",
                                 "2026-11-20",
                                 "2026-11-20T07:27:26",
                                 "9000000001",
                                 "1.",
                                 ".5",
                                 "1e9",
                                 "1795159646.1234567890",
                                 "17951596460000",
                                 "0x10",
                                 " 5",
                                 "5 ",
                                 "+99999999999s",
                                 "1,5"}) {
    CAPTURE(text);
    try {
      parse_time_argument(text);
      FAIL_CHECK("not refused");
    } catch (const std::invalid_argument& wrong) {
      const std::string what = wrong.what();
      CHECK(what.find('"' + text + '"') != std::string::npos);
      CHECK(what.find("RFC 3339") != std::string::npos);
    }
  }
}
