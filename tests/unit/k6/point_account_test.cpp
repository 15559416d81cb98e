#include "k6/point_account.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "agreement.hpp"
#include "files.hpp"
#include "k6/gather.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::series::Rule;

namespace {

constexpr std::int64_t k_second = 1'000'000'000;
constexpr std::int64_t k_start_s = 1795159646;  // 2026-11-20T07:27:26Z

/// What is written into a file, in either format.
struct Form {
  std::string header{};
  std::string (*point)(std::string_view metric, int second, std::string_view value, std::string_view a);
};

std::string json_point(std::string_view metric, int second, std::string_view value, std::string_view a) {
  return fmt::format(
      R"({{"metric":"{}","type":"Point","data":{{"time":"2026-11-20T07:27:{:02}Z","value":{},"tags":{{"a":"{}"}}}}}})"
      "\n",
      metric, 26 + second, value, a);
}

std::string csv_point(std::string_view metric, int second, std::string_view value, std::string_view a) {
  return fmt::format("{},{},{},{},,\n", metric, k_start_s + second, value, a);
}

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"", json_point}, {"metric_name,timestamp,metric_value,a,extra_tags,metadata\n", csv_point}};
  return all;
}

std::string declared(std::string_view metric, std::string_view type) {
  return fmt::format(
      R"({{"type":"Metric","data":{{"name":"{0}","type":"{1}","contains":"default"}},"metric":"{0}"}})"
      "\n",
      metric, type);
}

/// Takes points whose tag `a` is not "no", of all metrics but `other`.
Rule rule_for_most() {
  Rule rule = rule_for_everything();
  rule.selects_metric = [](std::string_view metric) { return metric != "other"; };
  rule.selects = [](std::string_view, const k6apm::series::Tags& tags) {
    return k6apm::series::find_tag(tags, "a") != "no";
  };
  return rule;
}

Gathered gathered(const GatherSettings& settings, const std::vector<Rule>& rules = {rule_for_most()}) {
  const std::atomic<bool> interrupt{false};
  return gather(settings, rules, interrupt);
}

Gathered gathered(std::vector<std::string> paths) {
  GatherSettings settings;
  settings.paths = std::move(paths);
  return gathered(settings);
}

}  // namespace

TEST_CASE("every point is exported or left out for the first reason that holds, in whatever order") {
  const Scratch scratch;
  for (const Form& form : forms()) {
    const std::vector<std::string> lines = {
        form.point("vus", 1, "1", "x"), form.point("vus", 4, "1", ""), form.point("vus", 4, "1", ""),
        form.point("http_reqs", 4, "1", "x"),
        // Out of the range.
        form.point("vus", 0, "1", "x"), form.point("vus", 5, "1", "x"), form.point("http_reqs", 9, "1", ""),
        // Not selected, and out of the range besides.
        form.point("vus", 1, "1", "no"), form.point("vus", 9, "1", "no"),
        // Of no known type, and much else besides.
        form.point("mine", 1, "1", "x"), form.point("mine", 9, "1", "x"), form.point("mine", 1, "1", "no"),
        form.point("mine", 9, "1", "no"), form.point("mine", 1, "1", ""),
        // Of a metric that nobody exports, whatever they say.
        form.point("other", 1, "1", "x"), form.point("other", 9, "+Inf", "no"),
        // No points.
        form.point("vus", 1, "+Inf", "x"), form.point("vus", 1, "1e999", "x"), "text\n"};
    std::string forward;
    std::string backward;
    for (const std::string& line : lines) {
      forward += line;
      backward.insert(0, line);
    }
    GatherSettings settings;
    settings.range = {(k_start_s + 1) * k_second, (k_start_s + 5) * k_second, -1234 * k_second};
    settings.block_bytes = 1;
    for (const std::string& text : {forward, backward}) {
      settings.paths = {scratch.file("a", form.header + text)};
      for (const std::size_t threads : {1U, 2U, 8U}) {
        CAPTURE(text);
        CAPTURE(threads);
        settings.threads = threads;
        const Gathered run = gathered(settings);
        CHECK(described(run.account) ==
              "16: 4 exported, 2 of others, 5 untyped, 2 not selected, 3 out of range");
        CHECK(run.inputs[0].points == 16);
        CHECK(run.inputs[0].bad_lines == 3);
      }
    }
  }
}

TEST_CASE("a point that several rules take counts once") {
  const Scratch scratch;
  std::vector rules(3, rule_for_everything());
  rules[0].selects = [](std::string_view, const auto& tags) {
    return std::any_of(tags.begin(), tags.end(), [](const auto& tag) { return !tag.second.empty(); });
  };
  rules[1].selects_metric = [](std::string_view metric) { return metric == "http_reqs"; };
  rules[2].selects_metric = rules[1].selects_metric;
  rules[2].destination = 1;
  for (const Form& form : forms()) {
    GatherSettings settings;
    settings.paths = {
        scratch.file("a", form.header + form.point("http_reqs", 0, "1", "") +
                              form.point("http_reqs", 0, "1", "x") + form.point("vus", 0, "1", "")),
        scratch.file("b", form.header + form.point("vus", 0, "1", "x"))};
    const Gathered run = gathered(settings, rules);
    CHECK(run.series.size() == 6);
    CHECK(described(run.account) == "4: 3 exported, 0 of others, 0 untyped, 1 not selected, 0 out of range");
  }
}

TEST_CASE("a type that is told late, elsewhere or twice decides about all points") {
  const Scratch scratch;
  const std::string points = json_point("mine", 0, "1", "x") + json_point("mine", 0, "1", "no");
  const std::string csv = forms()[1].header + csv_point("mine", 0, "1", "x");
  const std::string typed = ": 1 exported, 0 of others, 0 untyped, 1 not selected, 0 out of range";
  CHECK(described(gathered({scratch.file("a", points + declared("mine", "rate"))}).account) == "2" + typed);
  CHECK(described(gathered({scratch.file("b", csv), scratch.file("a", points)}).account) ==
        "3: 0 exported, 0 of others, 3 untyped, 0 not selected, 0 out of range");
  CHECK(described(gathered({scratch.file("b", csv), scratch.file("a", declared("mine", "rate"))}).account) ==
        "1: 1 exported, 0 of others, 0 untyped, 0 not selected, 0 out of range");
  CHECK(described(gathered({scratch.file("b", declared("mine", "trend")),
                            scratch.file("a", points + declared("mine", "rate"))})
                      .account) == "2: 0 exported, 0 of others, 2 untyped, 0 not selected, 0 out of range");
}

TEST_CASE("the account is of all inputs even where one is refused") {
  const Scratch scratch;
  const Gathered run =
      gathered({scratch.file("a", json_point("vus", 0, "1", "x") + json_point("other", 0, "1", "x")),
                scratch.file("b", "text\n")});
  CHECK(run.refusal);
  CHECK(described(run.account) == "2: 1 exported, 1 of others, 0 untyped, 0 not selected, 0 out of range");
}
