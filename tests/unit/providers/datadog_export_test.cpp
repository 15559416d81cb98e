#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "datadog_builder.hpp"

namespace k6apm::test {
namespace {

using providers::DatadogExport;
using providers::Payload;
using series::MetricType;

series::Series counter(const std::string& tag, std::int64_t start_s, int windows) {
  auto one = series_of(0, "c", MetricType::counter, {{"t", tag}});
  for (int i = 0; i < windows; ++i) one.windows.push_back(counted(start_s + 3 * i, i + 1));
  return one;
}

DatadogExport export_of(std::vector<series::Series> all, providers::DatadogLimits limits = {}) {
  return {providers::map_datadog(datadog_destination({"c"}), std::move(all), {}), 3, limits};
}

/// The lines of all payloads without comments.
std::vector<std::string> lines_of(const std::vector<Payload>& payloads) {
  std::vector<std::string> lines;
  for (const Payload& payload : payloads) {
    std::istringstream text(datadog_text(payload));
    for (std::string line; std::getline(text, line);) {
      if (line.front() != '#') lines.push_back(line);
    }
  }
  return lines;
}

std::uint64_t points_of(const std::vector<Payload>& payloads) {
  std::uint64_t points = 0;
  for (const Payload& payload : payloads) points += payload.points;
  return points;
}

Payload only_payload(std::vector<series::Series> all) {
  auto exported = export_of(std::move(all));
  Payload payload;
  REQUIRE(exported.next(payload));
  return payload;
}

}  // namespace

TEST_CASE("the body of a request, byte for byte") {
  auto c = series_of(0, "c", MetricType::counter, {{"device", "d\"1"}, {"t", "x"}});
  c.windows = {counted(30, 1), counted(33, 0.1)};
  const Payload payload = only_payload({c});
  // Compressed by zlib, level 6, without name and time.
  const std::string body =
      R"({"series":[{"metric":"k6.c","type":1,"interval":3,"source_type_name":"k6","tags":["t:x"],)"
      R"("resources":[{"type":"device","name":"d\"1"}],)"
      R"("points":[{"timestamp":30,"value":1},{"timestamp":33,"value":0.1}]}]})";
  CHECK(payload.body == providers::gzipped(body));
  CHECK(payload.body.substr(0, 10) == std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
  CHECK(payload.series == 1);
  CHECK(payload.points == 2);
  CHECK(payload.first_ms == 30000);
  CHECK(payload.last_ms == 33000);
}

TEST_CASE("a long run is cut into slices that fill a request, of 200 windows at least") {
  auto one = export_of({counter("a", 3000, 10'000)});
  CHECK(payloads_of(one).size() == 1);
  auto exported =
      export_of({counter("a", 3000, 450), counter("b", 3000 + 3 * 250, 10)}, {511'999, 5'242'880, 300});
  const std::vector<Payload> payloads = payloads_of(exported);
  REQUIRE(payloads.size() == 3);
  CHECK(payloads[0].points == 200);
  CHECK(payloads[1].points == 210);
  CHECK(payloads[1].series == 2);
  CHECK(payloads[2].points == 50);
  CHECK(payloads[1].slice == 1);
  CHECK(points_of(payloads) == exported.points());
  Payload none;
  CHECK_FALSE(exported.next(none));
}

TEST_CASE("a request keeps to each limit, and nothing is lost by it") {
  std::vector<series::Series> all;
  for (int i = 0; i < 40; ++i) all.push_back(counter("tag-number-" + std::to_string(i), 3000, 20));
  auto whole = export_of(all);
  std::vector<std::string> expected = lines_of(payloads_of(whole));
  std::sort(expected.begin(), expected.end());
  for (const providers::DatadogLimits& limits :
       {providers::DatadogLimits{511'999, 5'242'880, 10'000},
        providers::DatadogLimits{511'999, 5'242'880, 50}, providers::DatadogLimits{511'999, 3'000, 10'000},
        providers::DatadogLimits{600, 5'242'880, 10'000}, providers::DatadogLimits{1, 1, 1}}) {
    CAPTURE(limits.points);
    CAPTURE(limits.compressed_bytes);
    auto exported = export_of(all, limits);
    const std::vector<Payload> payloads = payloads_of(exported);
    for (const Payload& payload : payloads) {
      if (payload.series == 1) continue;  // a series alone may be larger
      CHECK(payload.body.size() <= limits.compressed_bytes);
      CHECK(payload.points <= limits.points);
    }
    std::vector<std::string> lines = lines_of(payloads);
    std::sort(lines.begin(), lines.end());
    CHECK(lines == expected);
  }
}

TEST_CASE("series that hardly compress fill their requests") {
  std::uint64_t random = 88172645463325252;  // xorshift (Marsaglia, 2003)
  const auto letters = [&random] {
    std::string text;
    for (int i = 0; i < 100; ++i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      text += static_cast<char>('a' + random % 26);
    }
    return text;
  };
  std::vector<series::Series> all;
  for (int i = 0; i < 300; ++i) all.push_back(counter(letters(), 3000, 1));
  auto exported = export_of(std::move(all), {4000, 5'242'880, 10'000});
  const std::vector<Payload> payloads = payloads_of(exported);
  std::size_t bytes = 0;
  for (const Payload& payload : payloads) {
    CHECK(payload.body.size() <= 4000);
    bytes += payload.body.size();
  }
  CHECK(points_of(payloads) == 300);
  CHECK(payloads.size() <= bytes / 4000 * 5 / 4);
}

TEST_CASE("a payload is divided by its series, then by the points of one") {
  const Payload payload = only_payload({counter("a", 0, 3), counter("b", 0, 3), counter("c", 3, 3)});
  const auto halves = datadog().halves(payload, true);
  REQUIRE(halves);
  CHECK(halves->first.series == 1);
  CHECK(halves->second.series == 2);
  CHECK(halves->second.first_ms == 0);
  CHECK(halves->second.last_ms == 9000);
  CHECK(lines_of({halves->first, halves->second}) == lines_of({payload}));
  CHECK_FALSE(datadog().halves(halves->first, false));
  const auto points = datadog().halves(halves->first, true);
  REQUIRE(points);
  CHECK(points->first.points == 1);
  CHECK(points->second.points == 2);
  CHECK(lines_of({points->first, points->second}) == lines_of({halves->first}));
  CHECK_FALSE(datadog().halves(points->first, true));
  CHECK(datadog().first_series(payload) == "k6.c{t:a}");
}

TEST_CASE("a payload is cut at a time") {
  const Payload payload = only_payload({counter("a", 0, 3), counter("b", 6, 2)});
  struct Case {
    std::int64_t time_ms;
    std::uint64_t before;
    std::uint64_t after;
  };
  for (const Case& c : {Case{0, 0, 5}, Case{1, 1, 4}, Case{3000, 1, 4}, Case{6001, 4, 1}, Case{9001, 5, 0}}) {
    CAPTURE(c.time_ms);
    const auto [before, after] = datadog().cut(payload, c.time_ms);
    CHECK(before.points == c.before);
    CHECK(after.points == c.after);
    CHECK(before.body.empty() == (c.before == 0));
    CHECK(after.body.empty() == (c.after == 0));
    if (c.before > 0) CHECK(before.last_ms < c.time_ms);
    if (c.after > 0) CHECK(after.first_ms >= c.time_ms);
  }
}

TEST_CASE("what is no body of Datadog is told from one") {
  struct Case {
    std::string body;
    const char* text;
  };
  const std::string whole = providers::gzipped(R"({"series":[]})");
  for (const Case& c :
       {Case{whole.substr(0, 15), "no whole gzip file"}, Case{whole + "x", "no whole gzip file"},
        Case{"{", "no JSON"}, Case{"{}", "no series of the Datadog API"},
        Case{R"({"series":[1]})", "no series of the Datadog API"},
        Case{R"({"series":[{"metric":"m","type":9,"points":[]}]})",
             "no series of the Datadog API: unknown type"},
        Case{R"({"series":[{"metric":"m","type":1.5,"points":[]}]})",
             "no series of the Datadog API: no integer"},
        Case{R"({"series":[{"metric":"m","points":[{"timestamp":1e300,"value":1}]}]})",
             "no series of the Datadog API: no integer"},
        Case{"{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}",
             "no series of the Datadog API: nested too deeply"},
        Case{providers::gzipped(std::string(std::size_t{65} << 20, ' ')), "more than 64 MiB uncompressed"}}) {
    CAPTURE(c.text);
    std::ostringstream out;
    CHECK_THROWS_WITH_AS(datadog().decode(c.body, out), c.text, std::runtime_error);
  }
  CHECK(datadog().recognises(whole));
  CHECK(datadog().recognises("{ \n\"series\": ["));
  CHECK_FALSE(datadog().recognises("\x05snappy"));
  CHECK_FALSE(datadog().recognises("{snappy"));  // of 123 bytes
}

}  // namespace k6apm::test
