#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "cli/report.hpp"

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
  report.tags = {{"name", 4}, {"status", 1}};
  return report;
}

std::string table_of(const DestinationReport& report, bool charts) {
  std::ostringstream out;
  write_table(report, charts, out);
  return out.str();
}

}  // namespace

TEST_CASE("the table of a dry run has aligned columns, totals and the tags that make the series") {
  CHECK(table_of(made_up(), false) ==
        "[1] prometheus  http://localhost:9090/api/v1/write\n"
        "  METRIC                TYPE     SERIES  POINTS          MIN          MAX\n"
        "  k6_http_reqs          counter       4    1000            1         12.5\n"
        "  k6_vus                gauge         1      34            5            5\n"
        "  k6_http_req_duration  trend         8     200  0.000123457  1.23457e+08\n"
        "  13 series, 1234 points in 1 request, 2.3 kB\n"
        "  tags that make the series: name (4 values), status (1 value)\n");
}

TEST_CASE("with charts each metric has its values over time behind it") {
  CHECK(table_of(made_up(), true) ==
        "[1] prometheus  http://localhost:9090/api/v1/write\n"
        "  METRIC                TYPE     SERIES  POINTS          MIN          MAX\n"
        "  k6_http_reqs          counter       4    1000            1         12.5  ▁▂▃▄▅▆▇█\n"
        "  k6_vus                gauge         1      34            5            5  ▁▁▁\n"
        "  k6_http_req_duration  trend         8     200  0.000123457  1.23457e+08\n"
        "  13 series, 1234 points in 1 request, 2.3 kB\n"
        "  tags that make the series: name (4 values), status (1 value)\n");
}

TEST_CASE("a chart of many values is at most 20 cells wide") {
  DestinationReport report = made_up();
  report.metrics.resize(1);
  report.metrics[0].chart.clear();
  for (int i = 0; i < 60; ++i) report.metrics[0].chart.push_back(i);
  const std::string text = table_of(report, true);
  std::size_t cells = 0;
  for (std::size_t at = text.find("\xe2\x96"); at != std::string::npos; at = text.find("\xe2\x96", at + 3))
    ++cells;
  CHECK(cells == 20);
}

TEST_CASE("a destination that is not used has the reason, and nothing of a file reaches the terminal raw") {
  DestinationReport report = made_up();
  report.status = DeliveryStatus::disabled;
  report.provider = "prom\x1b[31m";
  report.error = "no\nURL";
  CHECK(table_of(report, true) == "[1] prom [31m  http://localhost:9090/api/v1/write\n  not used: no URL\n");
}

TEST_CASE("--check shows what each destination exports under which name") {
  apm::ApmBlock block;
  apm::Destination destination;
  destination.provider = "prometheus";
  destination.remote_write_url = "http://me:secret@localhost:9090/api/v1/write";
  destination.resample_s = 5;
  destination.include_test_run_id = true;
  apm::Entry entry;
  entry.source = "http_reqs{status=\"500\"}";
  entry.selector = apm::Selector::parse(entry.source);
  entry.target = "errors";
  entry.keep_tags = {"name", "status"};
  destination.entries.push_back(entry);
  entry = {};
  entry.source = "vus";
  entry.selector = apm::Selector::parse(entry.source);
  destination.entries.push_back(entry);
  block.destinations.push_back(destination);
  destination.index = 1;
  destination.disabled = "no URL";
  block.destinations.push_back(destination);
  std::ostringstream out;
  write_check(block, out);
  CHECK(out.str().find("secret") == std::string::npos);
  CHECK(out.str().find("every 5 s, with test_run_id\n"
                       "  SOURCE                   TARGET  TAGS KEPT\n"
                       "  http_reqs{status=\"500\"}  errors  name, status\n"
                       "  vus                      k6_vus\n") != std::string::npos);
  CHECK(out.str().find("  not used: no URL\n") != std::string::npos);
}
