// Everything about CSV and about several inputs that only shows when all of it is put together.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "error.hpp"
#include "files.hpp"
#include "k6/gather.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::ExitStatus;
using k6apm::series::MergeGauges;
using k6apm::series::MetricType;

namespace {

const std::string k_header = "metric_name,timestamp,metric_value,name,extra_tags,metadata\n";

std::string row(const std::string& metric, int second, double value, const std::string& name = "") {
  return fmt::format("{},{},{:.6f},{},,\n", metric, 1795159998 + second, value, name);
}

Gathered gathered(GatherSettings settings) {
  const std::atomic<bool> interrupt{false};
  settings.quantiles = {0.5};
  Gathered run = gather(settings, std::vector{rule_for_everything()}, interrupt);
  for (auto& series : run.series) series.make_windows();
  return run;
}

Gathered gathered(std::vector<std::string> paths) {
  GatherSettings settings;
  settings.paths = std::move(paths);
  return gathered(settings);
}

const k6apm::series::Series* find(const Gathered& run, const std::string& metric) {
  const auto found = std::find_if(run.series.begin(), run.series.end(),
                                  [&](const auto& series) { return series.metric == metric; });
  return found == run.series.end() ? nullptr : &*found;
}

bool says(const Gathered& run, const std::string& text) {
  return std::any_of(run.notices.begin(), run.notices.end(), [&](const k6apm::Notice& notice) {
    return (notice.text + notice.hint).find(text) != std::string::npos;
  });
}

ExitStatus status_of(const GatherSettings& settings) {
  try {
    return gathered(settings).refusal ? ExitStatus::input : ExitStatus::ok;
  } catch (const k6apm::Error& error) {
    return error.status();
  }
}

}  // namespace

TEST_CASE("a CSV file is told by its header, and k6's own metrics by their names") {
  const Scratch scratch;
  const Gathered run =
      gathered({scratch.file("a", k_header + row("http_reqs", 0, 1, "x") + row("vus", 0, 3) +
                                      row("http_req_duration", 0, 1.5) + row("checks", 0, 1))});
  REQUIRE(run.inputs.size() == 1);
  CHECK(run.inputs[0].format == Format::csv);
  CHECK(run.inputs[0].lines == 5);
  CHECK(run.inputs[0].points == 4);
  CHECK(run.inputs[0].bad_lines == 0);
  REQUIRE(run.series.size() == 4);
  CHECK(find(run, "http_reqs")->type == MetricType::counter);
  CHECK(find(run, "http_reqs")->tags == k6apm::series::Tags{{"name", "x"}});
  CHECK(find(run, "vus")->type == MetricType::gauge);
  CHECK(find(run, "http_req_duration")->contains == k6apm::series::Contains::time);
  CHECK(find(run, "checks")->type == MetricType::rate);
}

TEST_CASE("whole seconds are said once for all inputs, finer times are not") {
  const Scratch scratch;
  const Gathered coarse = gathered(
      {scratch.file("a", k_header + row("vus", 0, 1)), scratch.file("b", k_header + row("vus", 1, 1))});
  REQUIRE(coarse.notices.size() == 1);
  CHECK(coarse.notices[0].severity == k6apm::Severity::note);
  CHECK(coarse.notices[0].where.file == scratch.path("a") + " and 1 more");
  CHECK(says(coarse, "whole seconds"));
  const Gathered fine = gathered({scratch.file("c", k_header + "vus,1795159998123,1.000000,,,\n")});
  CHECK(fine.notices.empty());
  CHECK(gathered({scratch.file("d", k_header)}).inputs[0].points == 0);
  CHECK_FALSE(says(gathered({scratch.file("d", k_header)}), "whole seconds"));
}

TEST_CASE("the type of a metric that is not k6's own") {
  const Scratch scratch;
  GatherSettings settings;
  settings.paths = {scratch.file("a", k_header + row("mine", 0, 2) + row("mine", 0, 0))};
  SUBCASE("nothing tells it") {
    const Gathered run = gathered(settings);
    CHECK(run.series.empty());
    CHECK(run.untyped == std::set<std::string>{"mine"});
    CHECK(says(run, "--metric-type mine="));
  }
  SUBCASE("a flag or the thresholds tell it") {
    for (const bool from_flag : {true, false}) {
      settings.assumed = {{"mine", MetricType::rate, from_flag}};
      const Gathered run = gathered(settings);
      REQUIRE(run.series.size() == 1);
      CHECK(run.series[0].type == MetricType::rate);
      CHECK(run.series[0].windows.at(0).nonzero == 1);
      CHECK(run.untyped.empty());
    }
  }
  SUBCASE("another input declares it") {
    const std::string json =
        R"({"type":"Metric","data":{"name":"mine","type":"trend","contains":"time"},"metric":"mine"})"
        "\n";
    const std::string other = scratch.file("b", json);
    for (const bool first : {true, false}) {
      settings.paths = {scratch.path("a")};
      settings.paths.insert(first ? settings.paths.begin() : settings.paths.end(), other);
      settings.assumed.clear();
      const Gathered run = gathered(settings);
      REQUIRE(run.series.size() == 1);
      CHECK(run.series[0].type == MetricType::trend);
      CHECK(run.series[0].windows.at(0).count == 2);
      // It wins over what anybody says.
      settings.assumed = {{"mine", MetricType::rate, true}};
      CHECK(gathered(settings).series.at(0).type == MetricType::trend);
    }
  }
}

TEST_CASE("errors is k6's old counter, unless somebody says otherwise") {
  const Scratch scratch;
  GatherSettings settings;
  settings.paths = {scratch.file("a", k_header + row("errors", 0, 1))};
  const Gathered guessed = gathered(settings);
  CHECK(guessed.series.at(0).type == MetricType::counter);
  CHECK(says(guessed, "--metric-type errors=rate"));
  for (const bool from_flag : {true, false}) {
    settings.assumed = {{"errors", MetricType::rate, from_flag}};
    const Gathered told = gathered(settings);
    CHECK(told.series.at(0).type == MetricType::rate);
    CHECK_FALSE(says(told, "--metric-type"));
  }
}

TEST_CASE("a metric of k6's own that another input declares otherwise is left out, in whatever order") {
  const Scratch scratch;
  const std::string json =
      R"({"type":"Metric","data":{"name":"http_reqs","type":"trend","contains":"time"},"metric":"http_reqs"})"
      "\n";
  const std::string csv = scratch.file("a", k_header + row("http_reqs", 0, 1));
  const std::string other = scratch.file("b", json);
  for (const auto& paths : {std::vector{csv, other}, std::vector{other, csv}}) {
    const Gathered run = gathered(paths);
    CHECK(run.series.empty());
    CHECK(says(run, "declared with different types"));
  }
}

TEST_CASE("metadata that one entry names is no tag for another that keeps all tags") {
  const Scratch scratch;
  const std::string text =
      k_header + "http_reqs,1795159998,1.000000,x,,vu=1\nhttp_reqs,1795159998,1.000000,x,,vu=2\n";
  GatherSettings settings;
  settings.paths = {scratch.file("a", text)};
  const std::atomic<bool> interrupt{false};
  Gathered run = gather(settings, std::vector{rule_for_everything(), rule_for_everything({"vu"})}, interrupt);
  for (auto& series : run.series) series.make_windows();
  REQUIRE(run.series.size() == 3);
  CHECK(run.series[0].tags == k6apm::series::Tags{{"name", "x"}});
  CHECK(run.series[0].windows.at(0).sum.value() == 2);
  CHECK(run.series[1].tags == k6apm::series::Tags{{"vu", "1"}});
  CHECK(run.series[2].tags == k6apm::series::Tags{{"vu", "2"}});
}

TEST_CASE("a flag, but no threshold, changes the type of k6's own metrics") {
  const Scratch scratch;
  GatherSettings settings;
  settings.paths = {scratch.file("a", k_header + row("http_reqs", 0, 1))};
  settings.assumed = {{"http_reqs", MetricType::rate, false}};
  CHECK(gathered(settings).series.at(0).type == MetricType::counter);
  settings.assumed = {{"http_reqs", MetricType::gauge, true}};
  CHECK(gathered(settings).series.at(0).type == MetricType::gauge);
}

TEST_CASE("two runs in one file, with other columns in the second") {
  const Scratch scratch;
  const std::string first = k_header + row("http_reqs", 0, 1, "x");
  const std::string second =
      "metric_name,timestamp,metric_value,method,name,extra_tags\nhttp_reqs,1795159999,2.000000,GET,y,\n";
  for (const std::size_t block_bytes : {1U, 50U, 100'000U}) {
    GatherSettings settings;
    settings.paths = {scratch.file("a", first + second + first)};
    settings.block_bytes = block_bytes;
    settings.threads = 2;
    const Gathered run = gathered(settings);
    CHECK(run.inputs[0].bad_lines == 0);
    CHECK(run.inputs[0].lines == 6);
    REQUIRE(run.series.size() == 2);
    CHECK(run.series[0].tags == k6apm::series::Tags{{"method", "GET"}, {"name", "y"}});
    CHECK(run.series[0].windows.at(0).sum.value() == 2);
    CHECK(run.series[1].tags == k6apm::series::Tags{{"name", "x"}});
    CHECK(run.series[1].windows.at(0).sum.value() == 2);
  }
}

TEST_CASE("the same content twice is refused, however it is packed, unless it is allowed") {
  const Scratch scratch;
  const std::string text = k_header + row("vus", 0, 3);
  GatherSettings settings;
  const std::string plain = scratch.file("a", text);
  const std::string packed = scratch.file("b", gzip(text));
  for (const auto& paths :
       {std::vector{plain, packed}, std::vector{packed, plain}, std::vector{plain, plain}}) {
    settings.paths = paths;
    settings.allow_duplicates = false;
    CHECK(status_of(settings) == ExitStatus::usage);
    settings.allow_duplicates = true;
    const Gathered run = gathered(settings);
    CHECK(run.series.at(0).windows.at(0).last == 6);
  }
  // The size tells most files apart, and where it does not the content does.
  settings.allow_duplicates = false;
  settings.paths = {plain, scratch.file("other", text + row("vus", 1, 3)), scratch.file("copy", text)};
  CHECK(status_of(settings) == ExitStatus::usage);
  settings.paths.back() = scratch.file("same size", k_header + row("vus", 0, 4));
  CHECK(status_of(settings) == ExitStatus::ok);
  // Files that only begin alike are two.
  std::string longer = text;
  while (longer.size() < 200'000) longer += row("http_reqs", 0, 1);
  settings.allow_duplicates = false;
  settings.paths = {scratch.file("c", longer), scratch.file("d", longer + row("http_reqs", 0, 1))};
  CHECK(status_of(settings) == ExitStatus::ok);
}

TEST_CASE("JSON and CSV with the same number of points may be one run") {
  const Scratch scratch;
  std::string csv = k_header;
  std::string json;
  for (int i = 0; i < 30; ++i) {
    csv += row("http_reqs", 0, 1);
    json +=
        R"({"metric":"http_reqs","type":"Point","data":{"time":"2026-11-20T07:33:18Z","value":1,"tags":{}}})"
        "\n";
  }
  GatherSettings settings;
  settings.paths = {scratch.file("a", csv), scratch.file("b", json)};
  CHECK(says(gathered(settings), "every point counts twice"));
  settings.allow_duplicates = true;
  CHECK_FALSE(says(gathered(settings), "every point counts twice"));
  settings.allow_duplicates = false;
  settings.paths = {scratch.path("a"), scratch.file("c", json.substr(json.find('\n') + 1))};
  CHECK_FALSE(says(gathered(settings), "every point counts twice"));
}

TEST_CASE("how gauges of several inputs are put together") {
  const Scratch scratch;
  GatherSettings settings;
  settings.paths = {scratch.file("a", k_header + row("vus", 0, 3)),
                    scratch.file("b", k_header + row("vus", 1, 4))};
  settings.merge_gauges = MergeGauges::last;
  CHECK(gathered(settings).series.at(0).windows.at(0).last == 4);
  settings.merge_gauges = MergeGauges::max;
  CHECK(gathered(settings).series.at(0).windows.at(0).last == 4);
  settings.merge_gauges = MergeGauges::sum;
  CHECK(gathered(settings).series.at(0).windows.at(0).last == 7);
  settings.merge_gauges.reset();
  CHECK(gathered(settings).series.at(0).windows.at(0).last == 7);
}
