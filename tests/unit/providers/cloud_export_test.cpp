#include "providers/cloud_export.hpp"

#include <doctest/doctest.h>
#include <snappy.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "providers/cloud_division.hpp"
#include "providers/cloud_text.hpp"
#include "providers/remote_write_parsing.hpp"
#include "series/hdr_buckets.hpp"
#include "series_builder.hpp"

using namespace k6apm;
using namespace k6apm::providers;
using namespace k6apm::test;
using series::MetricType;

namespace {

constexpr std::int64_t k_start_s = 1683000000;

series::Window gauged(std::int64_t start_s, double value) {
  series::Window window = spread(start_s, 1, value, value, value);
  window.last = value;
  return window;
}

series::Series trend(series::Tags tags, const std::vector<std::pair<std::int64_t, double>>& points) {
  series::Series one = series_of(0, "http_req_duration", MetricType::trend, std::move(tags));
  for (const auto& [start_s, value] : points) {
    one.windows.push_back(spread(start_s, 1, value, value, value));
    one.buckets.push_back(series::hdr_buckets_of(std::vector{value}));
  }
  return one;
}

series::Series counter(series::Tags tags, const std::vector<std::pair<std::int64_t, double>>& points) {
  series::Series one = series_of(0, "http_reqs", MetricType::counter, std::move(tags));
  for (const auto& [start_s, value] : points) one.windows.push_back(counted(start_s, value));
  return one;
}

CloudMapping mapping_of(std::vector<series::Series> all, series::Tags constants = {}) {
  apm::Destination destination;
  destination.kind = apm::ProviderKind::cloud;
  ExportSettings settings;
  settings.constant_tags = std::move(constants);
  return map_cloud(destination, std::move(all), settings);
}

std::string printed(const Payload& payload) {
  std::ostringstream out;
  print_cloud(payload.body, out);
  return out.str();
}

TestRun run_of(std::string id, int period_s = 3, std::size_t max_series = 1000) {
  TestRun run;
  run.id = std::move(id);
  run.aggregation_period_s = period_s;
  run.max_series_in_batch = max_series;
  return run;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

std::vector<series::Series> shop() {
  series::Series checks = series_of(0, "checks", MetricType::rate, {{"check", "is ok"}});
  checks.windows.push_back(rated(k_start_s + 1, 1, 2));
  series::Series vus = series_of(0, "vus", MetricType::gauge);
  vus.windows = {gauged(k_start_s, 2), gauged(k_start_s + 1, 5)};
  const series::Tags tags = {{"method", "GET"}, {"status", "200"}};
  return {checks, trend(tags, {{k_start_s, 6}, {k_start_s + 2, 7.25}}),
          counter(tags, {{k_start_s, 1}, {k_start_s + 2, 1}, {k_start_s + 3, 1}}), vus};
}

}  // namespace

TEST_CASE("values as the vectors of k6's tests have them, in one request") {
  CloudExport exported(mapping_of(shop()));
  exported.begin(run_of("4242"));
  CHECK(exported.series() == 4);
  CHECK(exported.points() == 5);
  CHECK(exported.most_vus() == 5);
  const auto payloads = payloads_of(exported);
  REQUIRE(payloads.size() == 1);
  CHECK(printed(payloads[0]) ==
        "# checks rate, buckets of 3 s, test run 4242\n"
        "checks{check=\"is ok\"} nonzero=1 total=2 1683000000\n"
        "# http_req_duration trend, buckets of 3 s, test run 4242\n"
        "http_req_duration{method=\"GET\",status=\"200\"} count=2 sum=13.25 min=6 max=7.25 hdr=827:1,866:1 "
        "1683000000\n"
        "# http_reqs counter, buckets of 3 s, test run 4242\n"
        "http_reqs{method=\"GET\",status=\"200\"} 2 1683000000\n"
        "http_reqs{method=\"GET\",status=\"200\"} 1 1683000003\n"
        "# vus gauge, buckets of 3 s, test run 4242\n"
        "vus last=5 min=2 max=5 avg=3.5 count=2 1683000000\n");
  CHECK(payloads[0].first_ms == k_start_s * 1000);
  CHECK(payloads[0].last_ms == (k_start_s + 3) * 1000);
  CHECK(payloads[0].points == 5);
  CHECK(cloud_headers_of(payloads[0]).front().value.size() == 16);
}

TEST_CASE("bytes of a trend as k6 writes them") {
  CloudExport exported(
      mapping_of({trend({{"method", "GET"}, {"status", "200"}}, {{k_start_s, 6}, {k_start_s + 2, 7.25}})}));
  exported.begin(run_of("4242"));
  Payload payload;
  REQUIRE(exported.next(payload));
  CHECK(uncompressed(payload.body) ==
        from_hex(
            "0a04343234321003"
            "1a780a11687474705f7265715f6475726174696f6e10041a610a0d0a066d6574686f6412034745540a0d0a06737461"
            "747573120332303"
            "02a410a3f0a0608c095c2a206120201011a0508bb0610011a0408261001290000000000802a40300239000000000000"
            "1840410000000000001d4059fca9f1d24d62503f"));
}

TEST_CASE("another period begins anew") {
  CloudExport exported(mapping_of(shop()));
  Payload payload;
  REQUIRE(exported.next(payload));
  exported.begin(run_of("1", 10));
  CHECK(exported.points() == 4);
  const auto payloads = payloads_of(exported);
  REQUIRE(payloads.size() == 1);
  CHECK(printed(payloads[0]).find("http_reqs{method=\"GET\",status=\"200\"} 3 1683000000\n") !=
        std::string::npos);
}

TEST_CASE("a request ends with its slice, its series and its bytes") {
  std::vector<series::Series> all;
  for (const char* const name : {"a", "b", "c"})
    all.push_back(counter({{"name", name}}, {{k_start_s, 1}, {k_start_s + 30, 1}}));
  CloudExport by_series(mapping_of(all));
  by_series.begin(run_of("1", 3, 2));
  const auto payloads = payloads_of(by_series);
  REQUIRE(payloads.size() == 4);
  CHECK(payloads[0].series == 2);
  CHECK(payloads[1].series == 1);
  CHECK(payloads[1].slice == payloads[0].slice);
  CHECK(payloads[2].slice > payloads[1].slice);
  CloudExport by_bytes(mapping_of(all), 1);
  CHECK(payloads_of(by_bytes).size() == 6);
}

TEST_CASE("tags: constant ones win, empty ones stay, reserved ones go") {
  const series::Tags tags = {{"__x", "1"}, {"group", ""}, {"team", "a"}, {"test_run_id", "7"}};
  CHECK(cloud_tags(tags, {"team"}) == series::Tags{{"group", ""}});
  const CloudMapping mapping =
      mapping_of({counter({{"group", ""}, {"team", "a"}}, {{k_start_s, 1}})}, {{"__y", "1"}, {"team", "b"}});
  CHECK(mapping.series.at(0).tags == series::Tags{{"group", ""}, {"team", "b"}});
  REQUIRE(mapping.notices.size() == 1);
  CHECK(mapping.notices[0].severity == Severity::note);
}

TEST_CASE("what is beyond a number is left out and said") {
  series::Window huge = counted(k_start_s, std::numeric_limits<double>::max());
  huge.sum.add(std::numeric_limits<double>::max());
  series::Series one = counter({}, {{k_start_s + 3, 1}});
  one.windows.insert(one.windows.begin(), huge);
  CloudExport exported(mapping_of({one}));
  CHECK(exported.points() == 1);
  CHECK(notices_of(exported) == "warning: \"http_reqs\": 1 value left out, beyond the range of a number\n");
  CHECK(payloads_of(exported).size() == 1);
  CloudExport nothing(mapping_of({}));
  CHECK(payloads_of(nothing).empty());
}

TEST_CASE("a gauge of negative values has a negative maximum") {
  series::Series one = series_of(0, "g", MetricType::gauge);
  one.windows = {gauged(-5, -2), gauged(-4, -7)};
  CloudExport exported(mapping_of({one}));
  Payload payload;
  REQUIRE(exported.next(payload));
  CHECK(printed(payload).ends_with("g last=-7 min=-7 max=-2 avg=-4.5 count=2 -6\n"));
}

TEST_CASE("a request is divided by series, then by values") {
  CloudExport exported(mapping_of(shop()));
  Payload payload;
  REQUIRE(exported.next(payload));
  CHECK(cloud_first_series(payload) == "checks{check=\"is ok\"}");
  const auto halves = cloud_halves(payload, false);
  REQUIRE(halves);
  CHECK(printed(halves->first) + printed(halves->second) == printed(payload));
  CHECK(halves->first.points + halves->second.points == payload.points);
  CHECK(halves->second.series == 2);
  const auto again = cloud_halves(halves->second, false);
  REQUIRE(again);
  CHECK(!cloud_halves(again->first, false));
  const auto values = cloud_halves(again->first, true);
  REQUIRE(values);
  CHECK(values->first.last_ms == k_start_s * 1000);
  CHECK(values->second.first_ms == (k_start_s + 3) * 1000);
  CHECK(!cloud_halves(values->second, true));
  Payload other;
  CHECK(!cloud_halves(other, true));
}

TEST_CASE("a body is known from those of other receivers") {
  CloudExport exported(mapping_of(shop()));
  Payload payload;
  REQUIRE(exported.next(payload));
  CHECK(looks_like_cloud(payload.body));
  CHECK_FALSE(looks_like_cloud(""));
  CHECK_FALSE(looks_like_cloud(payload.body.substr(0, payload.body.size() / 2)));
  const auto other = prometheus().open(destination_of({"http_reqs"}), {counter({}, {{k_start_s, 1}})}, {});
  for (const Payload& one : payloads_of(*other)) CHECK_FALSE(looks_like_cloud(one.body));
  const auto newer = prometheus().open(destination_of({"http_reqs"}), {counter({}, {{k_start_s, 1}})}, {});
  newer->use_newer_form();
  for (const Payload& one : payloads_of(*newer)) CHECK_FALSE(looks_like_cloud(one.body));
}
