#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cli/job.hpp"

using k6apm::cli::parse_target_time;
using k6apm::cli::parse_time_argument;
using k6apm::cli::TimeArgument;
using k6apm::cli::TimeBase;

TEST_CASE("a time is RFC 3339, Unix seconds or an offset from the run's start") {
  struct Case {
    std::string text;
    TimeBase base;
    std::int64_t ns;
  };
  const std::vector<Case> cases = {
      {"2026-11-20T07:27:26Z", TimeBase::epoch, 1795159646'000'000'000},
      {"2026-11-20T12:57:26.5+05:30", TimeBase::epoch, 1795159646'500'000'000},
      {"1795159646", TimeBase::epoch, 1795159646'000'000'000},
      {"1795159646.25", TimeBase::epoch, 1795159646'250'000'000},
      {"1795159646.123456789", TimeBase::epoch, 1795159646'123'456'789},
      {"0", TimeBase::epoch, 0},
      {"9000000000", TimeBase::epoch, 9'000'000'000'000'000'000},
      {"+90s", TimeBase::run_start, 90'000'000'000},
      {"+0s", TimeBase::run_start, 0},
      {"+1m30s", TimeBase::run_start, 90'000'000'000},
      {"+1.5h", TimeBase::run_start, 5400'000'000'000},
      {"+250ms", TimeBase::run_start, 250'000'000},
      {"+1h2m3s4ms", TimeBase::run_start, 3723'004'000'000},
      {"+0.000000001s", TimeBase::run_start, 1},
      {"+87600h0.000001ms", TimeBase::run_start, 315'360'000'000'000'001},
      {"1969-12-31T23:59:59.999999999Z", TimeBase::epoch, -1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    for (const TimeArgument& time : {parse_time_argument(c.text), parse_target_time(c.text)}) {
      CHECK(time.base == c.base);
      CHECK(time.ns == c.ns);
    }
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
                                 "+9000000000s1ms",
                                 "+2500000h2500000h",
                                 "Now",
                                 "now+1h",
                                 "+now",
                                 "1,5"}) {
    CAPTURE(text);
    for (const auto parse : {parse_time_argument, parse_target_time}) {
      if (parse == parse_target_time && text == "now") continue;
      try {
        parse(text);
        FAIL_CHECK("not refused");
      } catch (const std::invalid_argument& wrong) {
        const std::string what = wrong.what();
        CHECK(what.find('"' + text + '"') != std::string::npos);
        CHECK(what.find("RFC 3339") != std::string::npos);
        CHECK((what.find("\"now\", RFC") != std::string::npos) == (parse == parse_target_time));
      }
    }
  }
}

TEST_CASE("a run can be moved to now, but no point lies there") {
  CHECK(parse_target_time("now").base == TimeBase::now);
  CHECK(parse_target_time("now").ns == 0);
  CHECK_THROWS_AS(parse_time_argument("now"), std::invalid_argument);
}
