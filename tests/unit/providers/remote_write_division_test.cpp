#include "providers/remote_write_division.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "providers/prometheus_export.hpp"
#include "providers/remote_write.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using providers::Payload;
using providers::remote_write_halves;
using series::MetricType;

/// The only payload of a counter with `windows` windows for each tag.
Payload counters(const std::vector<std::string>& tags, int windows) {
  std::vector<series::Series> all;
  for (const std::string& tag : tags) {
    auto one = series_of(0, "c", MetricType::counter, {{"t", tag}});
    for (int i = 0; i < windows; ++i) one.windows.push_back(counted(3000 + 3 * i, 1));
    all.push_back(std::move(one));
  }
  const auto exported = prometheus().open(destination_of({"c"}), std::move(all), {});
  auto payloads = payloads_of(*exported);
  REQUIRE(payloads.size() == 1);
  payloads.front().slice = 7;
  return payloads.front();
}

std::string samples_of(const Payload& payload) {
  const std::string text = text_of(payload);
  return text.substr(text.find("k6_c{"));
}

}  // namespace

TEST_CASE("a request is divided by its series, metadata goes first") {
  const auto halves = remote_write_halves(counters({"a", "b", "c"}, 2), false);
  REQUIRE(halves);
  CHECK(text_of(halves->first) ==
        "# HELP k6_c k6 counter c, running total\n# TYPE k6_c counter\n"
        "k6_c{t=\"a\"} 0 3000000\nk6_c{t=\"a\"} 1 3003000\nk6_c{t=\"a\"} 2 3006000\n"
        "k6_c{t=\"a\"} StaleNaN 3006001\n");
  CHECK(halves->first.series == 1);
  CHECK(halves->first.points == 3);
  CHECK(halves->first.first_ms == 3000000);
  CHECK(halves->first.last_ms == 3006000);
  CHECK(halves->first.slice == 7);
  CHECK(text_of(halves->second).find('#') == std::string::npos);
  CHECK(halves->second.series == 2);
  CHECK(halves->second.points == 6);
  CHECK(halves->second.slice == 7);
}

TEST_CASE("one series is divided by its samples only where that is asked for") {
  const Payload whole = counters({"a"}, 3);
  CHECK_FALSE(remote_write_halves(whole, false));
  const auto halves = remote_write_halves(whole, true);
  REQUIRE(halves);
  CHECK(samples_of(halves->first) == "k6_c{t=\"a\"} 0 3000000\nk6_c{t=\"a\"} 1 3003000\n");
  CHECK(samples_of(halves->second) ==
        "k6_c{t=\"a\"} 2 3006000\nk6_c{t=\"a\"} 3 3009000\nk6_c{t=\"a\"} StaleNaN 3009001\n");
  CHECK(halves->second.points == 2);
  CHECK(halves->second.first_ms == 3006000);
  CHECK(halves->second.last_ms == 3009000);
  const auto last = remote_write_halves(halves->second, true);
  REQUIRE(last);
  CHECK(samples_of(last->second) == "k6_c{t=\"a\"} 3 3009000\nk6_c{t=\"a\"} StaleNaN 3009001\n");
  CHECK_FALSE(remote_write_halves(last->second, true));  // a marker stays with its sample
}

TEST_CASE("divided to the end nothing is lost, doubled or out of order") {
  std::vector<Payload> parts{counters({"a", "b", "c", "d", "e"}, 20)};
  const std::string whole = samples_of(parts.front());
  std::string text;
  std::uint64_t points = 0;
  while (!parts.empty()) {
    const Payload part = parts.back();
    parts.pop_back();
    if (const auto halves = remote_write_halves(part, true)) {
      CHECK(halves->first.points + halves->second.points == part.points);
      parts.push_back(halves->second);
      parts.push_back(halves->first);
      continue;
    }
    CHECK(part.points == 1);
    CHECK(part.series == 1);
    CHECK(part.first_ms == part.last_ms);
    points += part.points;
    text += samples_of(part);
  }
  CHECK(points == 5 * 21);
  CHECK(text == whole);
}

TEST_CASE("the first series is named as people write it") {
  CHECK(providers::remote_write_first_series(counters({"x\"\\\ny"}, 1)) == "k6_c{t=\"x\\\"\\\\\\ny\"}");
  auto bare = series_of(0, "vus", MetricType::gauge);
  bare.windows = {last(0, 1)};
  const auto exported = prometheus().open(destination_of({"vus"}), {bare}, {});
  CHECK(providers::remote_write_first_series(payloads_of(*exported).front()) == "k6_vus");
}

TEST_CASE("what is no body of 1.0 is not divided") {
  for (const std::string& request : {std::string("\x22\x00\x22\x01x\x2a\x00", 8), std::string("\xff\xff")}) {
    Payload payload;
    payload.body = providers::compressed(request);
    payload.series = 2;
    CHECK_FALSE(remote_write_halves(payload, true));
    CHECK(providers::remote_write_first_series(payload).empty());
  }
}

}  // namespace k6apm::test
