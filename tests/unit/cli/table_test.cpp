#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "cli/report.hpp"
#include "text/width.hpp"

using namespace k6apm;
using namespace k6apm::cli;

namespace {

DestinationReport made_up() {
  DestinationReport report;
  report.index = 1;
  report.provider = "prometheus";
  report.url = "http://localhost:9090/api/v1/write";
  report.status = DeliveryStatus::dry_run;
  report.series = 13;
  report.points = 1234;
  report.outcome.requests = 1;
  report.outcome.bytes = 2345;
  report.metrics = {
      {"http_reqs", "k6_http_reqs", series::MetricType::counter, 4, 1000, 1, 12.5, {1, 2, 3, 4, 5, 6, 7, 8}},
      {"vus", "k6_vus", series::MetricType::gauge, 1, 34, 5, 5, {5, 5, 5}},
      {"http_req_duration",
       "k6_http_req_duration",
       series::MetricType::trend,
       8,
       200,
       0.0001234567,
       123456789,
       {}}};
  report.tags = {{{"name", "url"}, 4, 5}, {{"status"}, 1, 13}};
  return report;
}

std::string table_of(const DestinationReport& report, const Screen& screen = {}) {
  std::ostringstream out;
  write_table(report, screen, out);
  return out.str();
}

/// The columns that the widest line takes.
std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t most = 0;
  for (std::string line; std::getline(lines, line);) most = std::max(most, text::columns_of(line));
  return most;
}

std::size_t bars(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("\xe2\x96"); at != std::string::npos; at = text.find("\xe2\x96", at + 3))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("the table of a dry run has aligned columns, totals and what each tag costs") {
  CHECK(table_of(made_up()) ==
        "[1] prometheus  http://localhost:9090/api/v1/write\n"
        "  METRIC                TYPE     SERIES  POINTS          MIN          MAX\n"
        "  k6_http_reqs          counter       4    1000            1         12.5\n"
        "  k6_vus                gauge         1      34            5            5\n"
        "  k6_http_req_duration  trend         8     200  0.000123457  1.23457e+08\n"
        "  13 series, 1234 points in 1 request, 2.3 kB\n"
        "  TAG           VALUES  SERIES WITHOUT IT\n"
        "  name and url       4                  5\n"
        "  1 tag costs no series\n");
}

TEST_CASE("on a terminal each metric has its values over time behind it") {
  CHECK(table_of(made_up(), {100, false}) ==
        "[1] prometheus  http://localhost:9090/api/v1/write\n"
        "  METRIC                TYPE     SERIES  POINTS          MIN          MAX\n"
        "  k6_http_reqs          counter       4    1000            1         12.5  ▁▂▃▄▅▆▇█\n"
        "  k6_vus                gauge         1      34            5            5  ▁▁▁\n"
        "  k6_http_req_duration  trend         8     200  0.000123457  1.23457e+08\n"
        "  13 series, 1234 points in 1 request, 2.3 kB\n"
        "  TAG           VALUES  SERIES WITHOUT IT\n"
        "  name and url       4                  5\n"
        "  1 tag costs no series\n");
}

TEST_CASE("a chart takes the room that there is, names give way where there is none") {
  DestinationReport report = made_up();
  report.metrics.resize(1);
  report.metrics[0].chart.clear();
  for (int i = 0; i < 60; ++i) report.metrics[0].chart.push_back(i);
  struct Case {
    std::size_t columns;
    std::size_t bars;
  };
  for (const Case& c : {Case{160, 60}, Case{80, 28}, Case{60, 8}, Case{53, 0}, Case{40, 0}}) {
    CAPTURE(c.columns);
    const std::string text = table_of(report, {c.columns, false});
    CHECK(bars(text) == c.bars);
    CHECK(widest(text) <= std::max<std::size_t>(c.columns, 50));
  }
  report.metrics[0].target = "k6_a_metric_whose_name_is_much_longer_than_others_are_count";
  const std::string narrow = table_of(report, {80, false});
  CHECK(widest(narrow) == 80);
  CHECK(narrow.find("  k6_a_metric_whose_nam…han_others_are_count  counter") != std::string::npos);
}

TEST_CASE("a URL that is too long for the terminal is shortened in its middle, in a pipe never") {
  DestinationReport report = made_up();
  report.url = "https://" + std::string(90, 'x') + "/api/v1/write";
  CHECK(table_of(report).find(report.url) != std::string::npos);
  CHECK(widest(table_of(report, {80, false})) == 80);
}

TEST_CASE("more than five tags are counted, and what a bill counts is said") {
  DestinationReport report = made_up();
  report.billed_as = "custom metrics on the bill";
  for (const char* name : {"a", "b", "c", "d", "e"}) report.tags.push_back({{name}, 2, 7});
  const std::string text = table_of(report);
  CHECK(text.find("  13 custom metrics on the bill: each series is one\n  TAG ") != std::string::npos);
  CHECK(
      text.find("  d                  2                  7\n  1 tag costs less\n  1 tag costs no series\n") !=
      std::string::npos);
}

TEST_CASE("colours are bold for the destination, dim for headings, cyan for charts") {
  const std::string text = table_of(made_up(), {100, true});
  CHECK(text.starts_with("\x1b[1m[1] prometheus\x1b[0m  http"));
  CHECK(text.find("\x1b[2m  METRIC ") != std::string::npos);
  CHECK(text.find("  \x1b[36m▁▂▃▄▅▆▇█\x1b[0m\n") != std::string::npos);
}

TEST_CASE("a destination that is not used has the reason, and nothing of a file reaches the terminal raw") {
  DestinationReport report = made_up();
  report.status = DeliveryStatus::disabled;
  report.provider = "prom\x1b[31m";
  report.error = "no\nURL";
  CHECK(table_of(report, {80, false}) ==
        "[1] prom [31m  http://localhost:9090/api/v1/write\n  not used: no URL\n");
}

namespace {

std::string check_of(const apm::ApmBlock& block, const Job& job = {}) {
  std::ostringstream out;
  write_check(block, job, out);
  return out.str();
}

}  // namespace

TEST_CASE(
    "--check shows where the block is, the settings with their origin and what is exported under which "
    "name") {
  apm::ApmBlock block;
  block.origin = apm::Origin::cloud;
  block.where = {"script.js", 7, 12};
  apm::Destination destination;
  destination.provider = "prometheus";
  destination.remote_write_url = "http://me:secret@localhost:9090/api/v1/write";
  destination.settings = {{"provider", "prometheus", Location{"script.js", 8, 5}},
                          {"resampleRate", "3", std::nullopt},
                          {"odd\x1bkey", "odd\nvalue", Location{"script.js", 9, 5}}};
  apm::Entry entry;
  entry.source = "http_reqs{status=\"500\"}";
  entry.selector = apm::Selector::parse(entry.source);
  entry.target = "errors";
  entry.keep_tags = {"name", "status"};
  destination.entries.push_back(entry);
  entry.source = "http_reqs{status=\"400\"}";
  entry.keep_tags = std::vector<std::string>{};
  destination.entries.push_back(entry);
  entry = {};
  entry.source = "vus";
  entry.selector = apm::Selector::parse(entry.source);
  destination.entries.push_back(entry);
  block.destinations.push_back(destination);
  const std::string expected =
      "apm block of options.cloud, script.js:7:12\n"
      "[0] prometheus  http://***@localhost:9090/api/v1/write\n"
      "  provider      prometheus  script.js:8:5\n"
      "  resampleRate  3           default\n"
      "  odd key       odd value   script.js:9:5\n"
      "  SOURCE                   TARGET  TAGS KEPT\n"
      "  http_reqs{status=\"500\"}  errors  name, status\n"
      "  http_reqs{status=\"400\"}  errors  none\n"
      "  vus                      k6_vus  ";
  CHECK(check_of(block) == expected + "none\n");
  Job job;
  job.keep_tags = {"method", "name"};
  CHECK(check_of(block, job) == expected + "method, name (--keep-tags)\n");
  job.keep_tags.clear();
  job.keep_all_tags = true;
  CHECK(check_of(block, job) == expected + "all (--keep-tags)\n");
}

TEST_CASE("--check of what is not used, not there or given by hand") {
  apm::ApmBlock block;
  CHECK(check_of(block).empty());
  apm::Destination destination;
  destination.index = 1;
  destination.disabled = "no URL";
  block.origin = apm::Origin::given;
  block.where = {"--apm", 1, 1};
  block.destinations.push_back(destination);
  CHECK(check_of(block) == "apm block of --apm\n[1] \n  not used: no URL\n");
  block.where = {"apm.json", 1, 1};
  CHECK(check_of(block).find("apm block of --apm, apm.json:1:1\n") == 0);
  block.origin = apm::Origin::ext_loadimpact;
  CHECK(check_of(block).find("apm block of options.ext.loadimpact, apm.json:1:1\n") == 0);
}
