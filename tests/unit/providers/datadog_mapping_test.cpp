#include <doctest/doctest.h>

#include <limits>

#include "datadog_builder.hpp"

namespace k6apm::test {
namespace {

using series::Contains;
using series::MetricType;

constexpr double k_largest = std::numeric_limits<double>::max();

}  // namespace

TEST_CASE("a counter is what each window brought, at its start") {
  auto reqs = series_of(0, "http_reqs", MetricType::counter);
  reqs.windows = {counted(30, 5), counted(36, 0.5)};
  CHECK(datadog_export_text({"http_reqs"}, {reqs}) ==
        "# k6.http_reqs count interval 3 s unit request\nk6.http_reqs{} 5 30\nk6.http_reqs{} 0.5 36\n");
}

TEST_CASE("a gauge has no interval, and a share no unit") {
  auto vus = series_of(0, "vus", MetricType::gauge);
  vus.windows = {last(0, 7)};
  auto checks = series_of(1, "checks", MetricType::rate);
  checks.windows = {rated(0, 3, 4)};
  CHECK(datadog_export_text({"vus", "checks"}, {vus, checks}) ==
        "# k6.vus gauge unit user\nk6.vus{} 7 0\n# k6.checks gauge\nk6.checks{} 0.75 0\n");
  providers::ExportSettings settings;
  settings.rate_counts = true;
  checks.rule = 0;
  CHECK(datadog_export_text({"checks"}, {checks}, settings) ==
        "# k6.checks gauge\nk6.checks{} 0.75 0\n"
        "# k6.checks.total count interval 3 s\nk6.checks.total{} 4 0\n"
        "# k6.checks.nonzero_total count interval 3 s\nk6.checks.nonzero_total{} 3 0\n");
}

TEST_CASE("a trend has the names of the integration") {
  auto duration = series_of(0, "d", MetricType::trend, {}, Contains::time);
  duration.windows = {spread(0, 2, 30, 10, 20, {15, 19.5, 19.99})};
  CHECK(datadog_export_text({"d"}, {duration}, datadog_settings("avg,min,med,max,p(95),p(99.9),count,sum")) ==
        "# k6.d.avg gauge unit millisecond\nk6.d.avg{} 15 0\n"
        "# k6.d.min gauge unit millisecond\nk6.d.min{} 10 0\n"
        "# k6.d.median gauge unit millisecond\nk6.d.median{} 15 0\n"
        "# k6.d.max gauge unit millisecond\nk6.d.max{} 20 0\n"
        "# k6.d.95percentile gauge unit millisecond\nk6.d.95percentile{} 19.5 0\n"
        "# k6.d.99.9percentile gauge unit millisecond\nk6.d.99.9percentile{} 19.99 0\n"
        "# k6.d.count rate interval 3 s unit unit\nk6.d.count{} 0.6666666666666666 0\n"
        "# k6.d.sum count interval 3 s unit millisecond\nk6.d.sum{} 30 0\n");
}

TEST_CASE("two statistics of one name are one series") {
  auto trend = series_of(0, "d", MetricType::trend);
  trend.windows = {spread(0, 2, 30, 10, 20, {15, 19.5})};
  CHECK(datadog_export_text({"d"}, {trend}, datadog_settings("med,p(95),p(50),p(95.0)")) ==
        "# k6.d.median gauge\nk6.d.median{} 15 0\n# k6.d.95percentile gauge\nk6.d.95percentile{} 19.5 0\n");
}

TEST_CASE("constant tags come along, normalised") {
  auto c = series_of(0, "c", MetricType::counter, {{"status", "200"}});
  c.windows = {counted(0, 1)};
  providers::ExportSettings settings;
  settings.constant_tags = {{"Env", "Prod Env"}, {"test_run_id", "A"}};
  CHECK(datadog_export_text({"c"}, {c}, settings) ==
        "# k6.c count interval 3 s\nk6.c{env:prod_env,status:200,test_run_id:a} 1 0\n");
}

TEST_CASE("a device travels as a resource, and is a tag to us") {
  auto c = series_of(0, "c", MetricType::counter, {{"device", "phone"}, {"os", "x"}});
  c.windows = {counted(0, 1)};
  const apm::Destination destination = datadog_destination({"c"});
  const auto exported = datadog().open(destination, {c}, {});
  providers::Payload payload;
  REQUIRE(exported->next(payload));
  CHECK(datadog_text(payload) == "# k6.c count interval 3 s\nk6.c{device:phone,os:x} 1 0\n");
}

TEST_CASE("names that Datadog cannot hold are changed and said, names without a letter left out") {
  auto old = series_of(0, "my metric (1)", MetricType::counter);
  old.windows = {counted(0, 1)};
  auto odd = series_of(1, "x", MetricType::counter);
  odd.windows = {counted(0, 2)};
  const apm::Destination destination = datadog_destination({"my metric (1)", "x=42"});
  const auto exported = datadog().open(destination, {old, odd}, {});
  CHECK(notices_of(*exported) ==
        "note: metric \"my metric (1)\" is exported as \"k6.my_metric__1_\", for Datadog takes no \"k6.my "
        "metric "
        "(1)\"\n"
        "warning: metric \"x\" is left out: its target has no letter, and Datadog needs one\n");
  CHECK(exported->points() == 1);
}

TEST_CASE("of two metrics that meet in one exported name the later is left out") {
  auto trend = series_of(0, "x", MetricType::trend);
  trend.windows = {spread(0, 1, 1, 1, 1)};
  auto counter = series_of(1, "x.count", MetricType::counter);
  counter.windows = {counted(0, 1)};
  const apm::Destination destination = datadog_destination({"x", "x.count"});
  const auto exported = datadog().open(destination, {trend, counter}, datadog_settings("count"));
  CHECK(exported->series() == 1);
  CHECK(notices_of(*exported) ==
        "warning: metric \"x.count\" is left out: its series \"k6.x.count\" has the name of a series of "
        "\"x\"\n");
}

TEST_CASE("a value beyond the largest double is left out and counted") {
  auto c = series_of(0, "c", MetricType::counter);
  c.windows = {counted(0, 1), counted(3, k_largest)};
  c.windows[1].sum.add(k_largest);
  const apm::Destination destination = datadog_destination({"c"});
  const auto exported = datadog().open(destination, {c}, {});
  CHECK(exported->points() == 1);
  CHECK(notices_of(*exported) == "warning: \"k6.c\": 1 value left out, beyond the range of a number\n");
}

TEST_CASE("points outside the times that Datadog takes are counted and left out, or sent where they may be") {
  struct Case {
    bool send_old;
    bool count_only;
    const char* region;
    std::uint64_t left_out;
    const char* text;
    const char* notice;
  };
  const char* const all = "k6.c{} 1 0\nk6.c{} 1 30\nk6.c{} 1 60\nk6.c{} 1 90\n";
  const char* const both =
      "1 point is more than an hour old and 1 point is more than ten minutes ahead; Datadog drops such "
      "points "
      "in silence";
  const char* const both_left_out =
      "1 point is more than an hour old and 1 point is more than ten minutes ahead; Datadog drops such "
      "points "
      "in silence, so they are not sent";
  const char* const ahead = "1 point is more than ten minutes ahead; Datadog drops such points in silence";
  const char* const ahead_left_out =
      "1 point is more than ten minutes ahead; Datadog drops such points in silence, so they are not sent";
  for (const Case& c : {Case{false, false, "us", 2, "k6.c{} 1 30\nk6.c{} 1 60\n", both_left_out},
                        Case{true, false, "us", 1, "k6.c{} 1 0\nk6.c{} 1 30\nk6.c{} 1 60\n", ahead_left_out},
                        Case{false, true, "us", 0, all, both}, Case{true, true, "us", 0, all, ahead},
                        // A site without historical metrics.
                        Case{true, false, "us1-fed", 2, "k6.c{} 1 30\nk6.c{} 1 60\n", both_left_out}}) {
    CAPTURE(c.region);
    auto one = series_of(0, "c", MetricType::counter);
    one.windows = {counted(0, 1), counted(30, 1), counted(60, 1), counted(90, 1)};
    apm::Destination destination = datadog_destination({"c"});
    destination.region = c.region;
    providers::ExportSettings settings;
    settings.taken = {30, 60};
    settings.send_old = c.send_old;
    settings.count_only = c.count_only;
    const auto exported = datadog().open(destination, {one}, settings);
    CHECK(exported->points() == 4);
    CHECK(exported->untimely() == c.left_out);
    providers::Payload payload;
    REQUIRE(exported->next(payload));
    CHECK(datadog_text(payload) == std::string("# k6.c count interval 3 s\n") + c.text);
    CHECK(exported->untimely_notice().text == c.notice);
  }
}

}  // namespace k6apm::test
