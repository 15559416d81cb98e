#include "k6/gather.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "error.hpp"
#include "files.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::ExitStatus;
using k6apm::series::MetricType;

namespace {

constexpr std::int64_t k_second = 1'000'000'000;
constexpr std::int64_t k_start = std::int64_t{1795159646} * k_second;  // 2026-11-20T07:27:26Z

std::string metric(const std::string& name, const std::string& type) {
  return fmt::format(
      R"({{"type":"Metric","data":{{"name":"{0}","type":"{1}","contains":"default","thresholds":[],"submetrics":null}},)"
      R"("metric":"{0}"}})"
      "\n",
      name, type);
}

std::string point(const std::string& name, int second, double value, const std::string& tags = "{}") {
  return fmt::format(
      R"({{"metric":"{}","type":"Point","data":{{"time":"2026-11-20T07:27:{:02}Z","value":{},"tags":{}}}}})"
      "\n",
      name, 26 + second, value, tags);
}

Gathered gathered(GatherSettings settings, const k6apm::series::Rule& rule = rule_for_everything()) {
  const std::atomic<bool> interrupt{false};
  settings.quantiles = {0.5, 0.95};
  Gathered run = gather(settings, std::vector{rule}, interrupt);
  for (auto& series : run.series) series.make_windows();
  return run;
}

Gathered gathered(const std::vector<std::string>& paths) {
  GatherSettings settings;
  settings.paths = paths;
  return gathered(settings);
}

/// Everything that may not depend on threads, blocks or packing.
std::string described(const Gathered& run) {
  std::string text = fmt::format("{} {} {} {} {}\n", run.first_ns, run.last_ns, run.test_run_id,
                                 fmt::join(run.metrics, ","), fmt::join(run.untyped, ","));
  for (const auto& series : run.series) {
    text += fmt::format("{} {}", series.metric, static_cast<int>(series.type));
    for (const auto& [name, value] : series.tags) text += fmt::format(" {}={}", name, value);
    for (const auto& window : series.windows) {
      text +=
          fmt::format(" | {} {} {} {} {} {} {} {}", window.start_s, window.count, window.nonzero, window.last,
                      window.sum.value(), window.min, window.max, fmt::join(window.quantiles, " "));
    }
    text += '\n';
  }
  text += test::described(run.account);
  for (const auto& input : run.inputs) {
    text += fmt::format("{} {} {} {}\n", input.lines, input.points, input.bad_lines, input.truncated);
  }
  for (const auto& notice : run.notices)
    text += fmt::format("{}:{} {}\n", notice.where.file, notice.where.line, notice.text);
  return text;
}

ExitStatus status_of(const std::vector<std::string>& paths) {
  try {
    const Gathered run = gathered(paths);
    if (run.refusal) {
      CHECK(run.inputs.size() == paths.size());
      CHECK_FALSE(run.refusal->notice().text.empty());
      return run.refusal->status();
    }
  } catch (const k6apm::Error& error) {
    CHECK_FALSE(error.notice().text.empty());
    return error.status();
  }
  return ExitStatus::ok;
}

}  // namespace

TEST_CASE("threads and block sizes change nothing") {
  const Scratch scratch;
  std::string mixed =
      testdata("v2.2.0/edge/results.json") + "garbage\n" + testdata("infinity/t-v0.47.0.json");
  mixed += point("odd", 1, 1) + "\r\n{\"a\":1}\n" + testdata("v0.20.0/legacy/results.json").substr(0, 50'000);
  const std::string packed = scratch.file("a", gzip(mixed));
  const std::string other = scratch.file("b", zstd(testdata("v1.3.0/shop-lite/results.json.gz")));
  GatherSettings settings;
  settings.paths = {packed, other};
  const std::string expected = described(gathered(settings));
  for (const std::size_t threads : {1U, 2U, 4U}) {
    for (const std::size_t block_bytes : {1U, 100U, 4096U, 1U << 20U}) {
      CAPTURE(threads);
      CAPTURE(block_bytes);
      settings.threads = threads;
      settings.block_bytes = block_bytes;
      CHECK((described(gathered(settings)) == expected));
    }
  }
}

TEST_CASE("the order of the files changes nothing but the order of the inputs") {
  std::vector<std::string> paths;
  for (const char* const n : {"1", "2", "3"}) {
    paths.push_back(
        fmt::format("{}/testdata/segments/no-instance-tag/instance-{}/results.json.gz", K6APM_SOURCE_DIR, n));
  }
  Gathered forward = gathered(paths);
  Gathered backward = gathered({paths[2], paths[0], paths[1]});
  forward.inputs.clear();
  backward.inputs.clear();
  CHECK((described(forward) == described(backward)));
}

TEST_CASE("points that come before their Metric line are of its type") {
  const Scratch scratch;
  std::string text =
      point("mine", 0, 1) + point("mine", 0, 3) + metric("mine", "gauge") + point("mine", 1, 5);
  for (const std::size_t threads : {1U, 3U}) {
    GatherSettings settings;
    settings.paths = {scratch.file("a", text)};
    settings.threads = threads;
    settings.block_bytes = 1;
    const Gathered run = gathered(settings);
    REQUIRE(run.series.size() == 1);
    CHECK(run.series[0].type == MetricType::gauge);
    CHECK(run.series[0].windows.back().last == 5);
    CHECK(run.notices.empty());
  }
}

TEST_CASE("a Metric line of any file types the points of every file") {
  const Scratch scratch;
  const Gathered run = gathered({scratch.file("a", point("mine", 0, 1)),
                                 scratch.file("b", metric("mine", "trend") + point("mine", 1, 2))});
  REQUIRE(run.series.size() == 1);
  CHECK(run.series[0].type == MetricType::trend);
  CHECK(run.untyped.empty());
}

TEST_CASE("a metric whose type nothing tells is left out and said") {
  const Scratch scratch;
  const Gathered run = gathered({scratch.file("a", point("mine", 0, 1) + point("http_reqs", 0, 1))});
  REQUIRE(run.series.size() == 1);
  CHECK(run.series[0].metric == "http_reqs");
  CHECK(run.series[0].type == MetricType::counter);
  CHECK(run.untyped == std::set<std::string>{"mine"});
  CHECK(run.metrics == std::set<std::string>{"http_reqs", "mine"});
  REQUIRE(run.notices.size() == 1);
  CHECK(run.notices[0].severity == k6apm::Severity::warning);
  CHECK(run.notices[0].text == "metric mine: nothing in the results tells its type: left out");
}

TEST_CASE("a metric that is declared with different types is left out and said, in whatever order") {
  const Scratch scratch;
  const std::string one = metric("mine", "trend") + point("mine", 0, 1);
  const std::string two = metric("mine", "counter") + point("mine", 1, 1);
  for (const std::string& text : {one + two, two + one}) {
    const Gathered run = gathered({scratch.file("a", text)});
    CHECK(run.series.empty());
    REQUIRE(run.notices.size() == 1);
    CHECK(run.notices[0].text == "metric mine is declared with different types: left out");
  }
}

TEST_CASE("the run's own test_run_id comes first, then testid, where every exported point has the same") {
  const Scratch scratch;
  struct Case {
    std::vector<std::string> tags;
    std::string id;  // empty: derived
  };
  const std::vector<Case> cases = {
      {{R"({"test_run_id":"7","testid":"x"})", R"({"test_run_id":"7","testid":"x"})"}, "7"},
      {{R"({"testid":"x"})", R"({"testid":"x","a":"b"})"}, "x"},
      {{R"({"test_run_id":"7","testid":"x"})", R"({"test_run_id":"8","testid":"x"})"}, "x"},
      {{R"({"test_run_id":"7","testid":"x"})", R"({"testid":"x"})"}, "x"},
      {{R"({"test_run_id":"7"})", "{}"}, ""},
      {{R"({"testid":"x"})", R"({"testid":"y"})"}, ""},
      {{R"({"test_run_id":""})", R"({"test_run_id":""})"}, ""},
      {{"null", "{}"}, ""}};
  for (const Case& c : cases) {
    std::string text;
    for (const std::string& tags : c.tags) text += point("http_reqs", 0, 1, tags);
    const std::string id = gathered({scratch.file("a", text)}).test_run_id;
    if (c.id.empty()) {
      CHECK(id.size() == 16);
      CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    } else {
      CHECK(id == c.id);
    }
  }
}

TEST_CASE(
    "a derived test_run_id is the same for the same content, however packed and ordered, and else another") {
  const Scratch scratch;
  const std::string one = point("http_reqs", 0, 1);
  const std::string two = point("http_reqs", 1, 1);
  const std::string id = gathered({scratch.file("a", one), scratch.file("b", two)}).test_run_id;
  CHECK(gathered({scratch.path("b"), scratch.path("a")}).test_run_id == id);
  CHECK(gathered({scratch.file("c", zstd(two)), scratch.file("d", gzip(one))}).test_run_id == id);
  CHECK(gathered({scratch.path("a")}).test_run_id != id);
  CHECK(gathered({scratch.file("e", one + two)}).test_run_id != id);
}

TEST_CASE("a time range keeps the points in [from, to)") {
  const Scratch scratch;
  std::string text;
  for (int second = 0; second < 10; ++second) text += point("http_reqs", second, 1);
  GatherSettings settings;
  settings.paths = {scratch.file("a", text)};
  settings.range = {k_start + 2 * k_second, k_start + 5 * k_second};
  const Gathered run = gathered(settings);
  CHECK(run.first_ns == k_start + 2 * k_second);
  CHECK(run.last_ns == k_start + 4 * k_second);
  double sum = 0;
  for (const auto& window : run.series.at(0).windows) sum += window.sum.value();
  CHECK(sum == 3);
  CHECK(run.inputs[0].points == 10);
  settings.range = {k_start + 20 * k_second, k_start + 30 * k_second};
  const Gathered nothing = gathered(settings);
  CHECK_FALSE(nothing.points);
  CHECK(nothing.series.empty());
}

TEST_CASE("times_only finds the first and last time of exported points and nothing else") {
  const Scratch scratch;
  GatherSettings settings;
  settings.paths = {scratch.file("a", point("other", 0, 1) + point("http_reqs", 3, 1) +
                                          point("http_reqs", 1, 1) + point("other", 9, 1))};
  settings.times_only = true;
  auto rule = rule_for_everything();
  rule.selects_metric = [](std::string_view name) { return name == "http_reqs"; };
  const Gathered run = gathered(settings, rule);
  CHECK(run.points);
  CHECK(run.first_ns == k_start + k_second);
  CHECK(run.last_ns == k_start + 3 * k_second);
  CHECK(run.series.empty());
}

TEST_CASE("bad lines are counted, and the first five are shown with their number in the file") {
  const Scratch scratch;
  std::string text = point("http_reqs", 0, 1) + "\n";
  for (int i = 0; i < 7; ++i) text += "{\"bad " + std::to_string(i) + "\n" + point("http_reqs", 1, 1);
  for (const std::size_t block_bytes : {1U, 300U, 100'000U}) {
    GatherSettings settings;
    settings.paths = {scratch.file("a", text)};
    settings.block_bytes = block_bytes;
    settings.threads = 2;
    const Gathered run = gathered(settings);
    CHECK(run.inputs[0].bad_lines == 7);
    CHECK(run.inputs[0].lines == 16);
    CHECK(run.inputs[0].points == 8);
    REQUIRE(run.notices.size() >= 5);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(run.notices[i].where.line == 3 + 2 * i);
      CHECK(run.notices[i].text == "the line is not JSON: left out");
    }
  }
}

TEST_CASE("text between the lines is passed over and said once") {
  const Scratch scratch;
  const std::string text = "\n     execution: local\n" + point("http_reqs", 0, 1) + "running (1s)\n" +
                           point("http_reqs", 1, 1) + "done";
  for (const std::size_t block_bytes : {1U, 100U, 100'000U}) {
    GatherSettings settings;
    settings.paths = {scratch.file("a", text)};
    settings.block_bytes = block_bytes;
    settings.threads = 2;
    const Gathered run = gathered(settings);
    CHECK(run.inputs[0].bad_lines == 3);
    CHECK(run.inputs[0].points == 2);
    REQUIRE(run.notices.size() == 1);
    CHECK(run.notices[0].where.line == 2);
    CHECK(run.notices[0].text == "text that is no result of k6 was passed over: 3 lines, this is the first");
  }
}

TEST_CASE("a last line without a newline counts, and one that is cut is said") {
  const Scratch scratch;
  const std::string line = point("http_reqs", 0, 1);
  const Gathered whole = gathered({scratch.file("a", line + line.substr(0, line.size() - 1))});
  CHECK(whole.inputs[0].points == 2);
  CHECK_FALSE(whole.inputs[0].truncated);
  CHECK(whole.notices.empty());
  for (std::size_t length = 1; length + 1 < line.size(); ++length) {
    CAPTURE(length);
    const Gathered cut = gathered({scratch.file("b", line + line.substr(0, length))});
    CHECK(cut.inputs[0].points == 1);
    CHECK(cut.inputs[0].bad_lines == 1);
    CHECK(cut.inputs[0].truncated);
    CHECK_FALSE(cut.notices.empty());
  }
}

TEST_CASE("a cut compressed file is read as far as it goes") {
  const Scratch scratch;
  std::string text;
  while (text.size() < 400'000) text += testdata("v2.2.0/plain/results.json");  // several blocks of zstd
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    const Gathered run = gathered({scratch.file("a", packed.substr(0, packed.size() - 5))});
    CHECK(run.inputs[0].truncated);
    CHECK_FALSE(run.notices.empty());
    CHECK(run.points);
  }
}

TEST_CASE("lines of metrics that nobody exports are counted but not looked into") {
  const Scratch scratch;
  auto rule = rule_for_everything();
  rule.selects_metric = [](std::string_view name) { return name == "http_reqs"; };
  GatherSettings settings;
  settings.paths = {
      scratch.file("a", point("http_reqs", 0, 1) + point("other", 0, 1) +
                            "{\"metric\":\"other\",\"type\":\"Point\",\"data\":{\"time\":\"never\n")};
  const Gathered run = gathered(settings, rule);
  CHECK(run.inputs[0].points == 3);
  CHECK(run.inputs[0].bad_lines == 0);
  CHECK(run.metrics == std::set<std::string>{"http_reqs", "other"});
}

TEST_CASE("an input that is no k6 result is refused") {
  const Scratch scratch;
  CHECK(status_of({scratch.file("a", "")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", "\n\n")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", "some text\n")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", "{\"a\":1}\n")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", gzip(""))}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", "metric_name,timestamp\nm,1795159998\n")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", "http_reqs,1795159998,1.000000,,\n")}) == ExitStatus::input);
  CHECK(status_of({scratch.file("a", point("http_reqs", 0, 1)), scratch.file("b", "text\n")}) ==
        ExitStatus::input);
  CHECK(status_of({scratch.path("nothing")}) == ExitStatus::input);
  CHECK(status_of({scratch.path("a"), scratch.path("a")}) == ExitStatus::usage);
  CHECK(status_of({scratch.file("c", metric("mine", "trend"))}) == ExitStatus::ok);
  CHECK(status_of({scratch.file("c", "metric_name,timestamp,metric_value\n")}) == ExitStatus::ok);
}

TEST_CASE("an interrupted reading says so") {
  const Scratch scratch;
  const std::atomic<bool> interrupt{true};
  GatherSettings settings;
  settings.paths = {scratch.file("a", point("http_reqs", 0, 1))};
  CHECK(gather(settings, std::vector{rule_for_everything()}, interrupt).interrupted);
}

TEST_CASE("vus of several files add up, other gauges do not") {
  const Scratch scratch;
  const std::string common = metric("vus", "gauge") + metric("mine", "gauge");
  const std::string one = common + point("vus", 0, 3) + point("mine", 0, 3);
  const std::string two = common + point("vus", 0, 4) + point("mine", 0, 4);
  const Gathered run = gathered({scratch.file("a", one), scratch.file("b", two)});
  REQUIRE(run.series.size() == 2);
  CHECK(run.series[0].metric == "mine");
  CHECK(run.series[0].windows.at(0).last == 4);
  CHECK(run.series[1].windows.at(0).last == 7);
}
