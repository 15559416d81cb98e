#include <doctest/doctest.h>

#include <limits>

#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using series::Contains;
using series::MetricType;

std::unique_ptr<providers::Export> open(const apm::Destination& destination, std::vector<series::Series> all,
                                        const providers::ExportSettings& settings = {}) {
  return prometheus().open(destination, std::move(all), settings);
}

constexpr double k_largest = std::numeric_limits<double>::max();

}  // namespace

TEST_CASE("a counter becomes a running total that begins with 0 at the start of its first window") {
  auto requests = series_of(0, "http_reqs", MetricType::counter, {{"status", "200"}});
  requests.windows = {counted(300, 5), counted(303, 2.5), counted(309, 1)};
  const auto exported = open(destination_of({"http_reqs"}), {requests});
  CHECK(exported->series() == 1);
  CHECK(exported->points() == 4);
  CHECK(text_of(*exported, true) ==
        "# HELP k6_http_reqs k6 counter http_reqs, running total\n"
        "# TYPE k6_http_reqs counter\n"
        "k6_http_reqs{status=\"200\"} 0 300000\n"
        "k6_http_reqs{status=\"200\"} 5 303000\n"
        "k6_http_reqs{status=\"200\"} 7.5 306000\n"
        "k6_http_reqs{status=\"200\"} 8.5 312000\n"
        "k6_http_reqs{status=\"200\"} StaleNaN 312001\n");
}

TEST_CASE("running totals are rounded once, not at every window") {
  auto sum = series_of(0, "c", MetricType::counter);
  for (int i = 0; i < 10; ++i) sum.windows.push_back(counted(3 * i, 0.1));
  const auto exported = open(destination_of({"c"}), {sum});
  CHECK(text_of(*exported).find("k6_c 1 30000\n") != std::string::npos);
}

TEST_CASE("a gauge has its last values") {
  auto vus = series_of(0, "vus", MetricType::gauge);
  vus.windows = {last(0, 0), last(3, 7)};
  const auto exported = open(destination_of({"vus=users"}), {vus});
  CHECK(text_of(*exported, true) ==
        "# HELP users k6 gauge vus, last value of the window\n"
        "# TYPE users gauge\n"
        "users 0 3000\n"
        "users 7 6000\n"
        "users StaleNaN 6001\n");
}

TEST_CASE("a rate has its share, and two counters where they are asked for") {
  auto checks = series_of(0, "checks", MetricType::rate);
  checks.windows = {rated(0, 3, 4), rated(3, 0, 2)};
  CHECK(text_of(*open(destination_of({"checks"}), {checks})) ==
        "k6_checks 0.75 3000\nk6_checks 0 6000\nk6_checks StaleNaN 6001\n");
  providers::ExportSettings settings;
  settings.rate_counts = true;
  const auto exported = open(destination_of({"checks"}), {checks}, settings);
  CHECK(exported->series() == 3);
  CHECK(exported->points() == 8);
  CHECK(text_of(*exported, true) ==
        "# HELP k6_checks k6 rate checks, share of points in the window that are not zero\n"
        "# TYPE k6_checks gauge\n"
        "# HELP k6_checks_total k6 rate checks, running total of points\n"
        "# TYPE k6_checks_total counter\n"
        "# HELP k6_checks_nonzero_total k6 rate checks, running total of points that are not zero\n"
        "# TYPE k6_checks_nonzero_total counter\n"
        "k6_checks 0.75 3000\nk6_checks 0 6000\nk6_checks StaleNaN 6001\n"
        "k6_checks_total 0 0\nk6_checks_total 4 3000\nk6_checks_total 6 6000\nk6_checks_total StaleNaN 6001\n"
        "k6_checks_nonzero_total 0 0\nk6_checks_nonzero_total 3 3000\nk6_checks_nonzero_total 3 6000\n"
        "k6_checks_nonzero_total StaleNaN 6001\n");
}

TEST_CASE("a trend has one series per statistic, of the window or since the start") {
  auto duration = series_of(0, "d", MetricType::trend, {}, Contains::time);
  duration.windows = {spread(0, 2, 30, 10, 20, {15, 19.5}), spread(3, 1, 5, 5, 5, {5, 5})};
  providers::ExportSettings settings;
  settings.trend_stats = series::parse_trend_stats("p(95),avg,min,med,max,count,sum");
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  duration.windows[0].quantiles = {19.5, 15};
  const auto exported = open(destination_of({"d"}), {duration}, settings);
  CHECK(exported->points() == 5 * 2 + 2 * 3);
  CHECK(text_of(*exported) ==
        "k6_d_p95 19.5 3000\nk6_d_p95 5 6000\nk6_d_p95 StaleNaN 6001\n"
        "k6_d_avg 15 3000\nk6_d_avg 5 6000\nk6_d_avg StaleNaN 6001\n"
        "k6_d_min 10 3000\nk6_d_min 5 6000\nk6_d_min StaleNaN 6001\n"
        "k6_d_med 15 3000\nk6_d_med 5 6000\nk6_d_med StaleNaN 6001\n"
        "k6_d_max 20 3000\nk6_d_max 5 6000\nk6_d_max StaleNaN 6001\n"
        "k6_d_count 0 0\nk6_d_count 2 3000\nk6_d_count 3 6000\nk6_d_count StaleNaN 6001\n"
        "k6_d_sum 0 0\nk6_d_sum 30 3000\nk6_d_sum 35 6000\nk6_d_sum StaleNaN 6001\n");
}

TEST_CASE("metadata has the unit of the metric, but not for counts") {
  auto duration = series_of(0, "d", MetricType::trend, {}, Contains::time);
  duration.windows = {spread(0, 1, 1, 1, 1, {1, 1})};
  auto sent = series_of(1, "data_sent", MetricType::counter, {}, Contains::data);
  sent.windows = {counted(0, 1)};
  providers::ExportSettings settings;
  settings.trend_stats = series::parse_trend_stats("p(99.9),p(91),count");
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  const std::string text =
      text_of(*open(destination_of({"d", "data_sent"}), {duration, sent}, settings), true);
  CHECK(text.substr(0, text.find("k6_d_p999 1")) ==
        "# HELP k6_d_p999 k6 trend d, 99.9th percentile of the window\n"
        "# TYPE k6_d_p999 gauge\n"
        "# UNIT k6_d_p999 milliseconds\n"
        "# HELP k6_d_p91 k6 trend d, 91st percentile of the window\n"
        "# TYPE k6_d_p91 gauge\n"
        "# UNIT k6_d_p91 milliseconds\n"
        "# HELP k6_d_count k6 trend d, running total of values\n"
        "# TYPE k6_d_count counter\n"
        "# HELP k6_data_sent k6 counter data_sent, running total\n"
        "# TYPE k6_data_sent counter\n"
        "# UNIT k6_data_sent bytes\n");
}

TEST_CASE("a total beyond the largest double is left out and counted") {
  auto c = series_of(0, "c", MetricType::counter);
  c.windows = {counted(0, 1), counted(3, k_largest), counted(6, k_largest), counted(9, -k_largest)};
  auto d = series_of(1, "d", MetricType::trend);
  d.windows = {spread(0, 2, k_largest, 1, 2), spread(3, 1, 2, 2, 2)};
  d.windows[0].sum.add(k_largest);
  providers::ExportSettings settings;
  settings.trend_stats = series::parse_trend_stats("avg,sum");
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  const auto exported = open(destination_of({"c", "d"}), {c, d}, settings);
  CHECK(text_of(*exported) ==
        "k6_c 0 0\nk6_c 1 3000\nk6_c 1.7976931348623157e+308 6000\nk6_c 1.7976931348623157e+308 12000\n"
        "k6_c StaleNaN 12001\n"
        "k6_d_avg 2 6000\nk6_d_avg StaleNaN 6001\n");
  CHECK(exported->series() == 2);
  CHECK(exported->points() == 5);
  CHECK(notices_of(*exported) ==
        "warning: \"k6_c\": 1 value left out, beyond the range of a number\n"
        "warning: \"k6_d_avg\": 1 value left out, beyond the range of a number\n"
        "warning: \"k6_d_sum\": 2 values left out, beyond the range of a number\n");
}

TEST_CASE("the stale marker follows the last sample that is there, not the last window") {
  auto c = series_of(0, "c", MetricType::counter);
  c.windows = {counted(0, k_largest), counted(3, k_largest)};
  CHECK(text_of(*open(destination_of({"c"}), {c})) ==
        "k6_c 0 0\nk6_c 1.7976931348623157e+308 3000\nk6_c StaleNaN 3001\n");
}

TEST_CASE("a name that Prometheus does not take is left out with a hint") {
  auto old = series_of(0, "my metric (1)", MetricType::gauge);
  old.windows = {last(0, 1)};
  auto fine = series_of(1, "vus", MetricType::gauge);
  fine.windows = {last(0, 1)};
  const auto exported = open(destination_of({"my metric (1)", "vus"}), {old, fine});
  CHECK(text_of(*exported) == "k6_vus 1 3000\nk6_vus StaleNaN 3001\n");
  REQUIRE(exported->notices().size() == 1);
  CHECK(exported->notices()[0].severity == Severity::warning);
  CHECK(exported->notices()[0].text ==
        "metric \"my metric (1)\" is left out: \"k6_my metric (1)\" is no Prometheus metric name (letters, "
        "digits, "
        "\"_\" and \":\", no digit first)");
  CHECK(exported->notices()[0].hint ==
        "give it a name: {sourceMetric: '{__name__=\"my metric (1)\"}', targetMetric: 'k6_my_metric__1_'}");
}

TEST_CASE("of two entries that meet in one exported name the later is left out") {
  auto trend = series_of(0, "x", MetricType::trend);
  trend.windows = {spread(0, 1, 1, 1, 1)};
  auto counter = series_of(1, "x_count", MetricType::counter);
  counter.windows = {counted(0, 1)};
  providers::ExportSettings settings;
  settings.trend_stats = series::parse_trend_stats("count");
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  const auto exported = open(destination_of({"x", "x_count"}), {counter, trend}, settings);
  CHECK(exported->series() == 1);
  CHECK(text_of(*exported) == "k6_x_count 0 0\nk6_x_count 1 3000\nk6_x_count StaleNaN 3001\n");
  CHECK(notices_of(*exported) ==
        "warning: metric \"x_count\" is left out: its series \"k6_x_count\" has the name of a series of "
        "\"x\"\n");
}

TEST_CASE("summaries have range and chart of the values in the windows") {
  auto a = series_of(0, "c", MetricType::counter, {{"m", "a"}});
  auto b = series_of(0, "c", MetricType::counter, {{"m", "b"}});
  a.windows = {counted(0, 1), counted(6, 5)};
  b.windows = {counted(0, 2)};
  auto r = series_of(1, "r", MetricType::rate);
  for (int i = 0; i < 121; ++i) r.windows.push_back(rated(3 * i, i % 2 == 0 ? 1 : 0, 1));
  const auto exported = open(destination_of({"c", "r"}), {b, a, r});
  const auto& metrics = exported->metrics();
  REQUIRE(metrics.size() == 2);
  CHECK(metrics[0].source == "c");
  CHECK(metrics[0].target == "k6_c");
  CHECK(metrics[0].series == 2);
  CHECK(metrics[0].points == 5);
  CHECK(metrics[0].min == 1);
  CHECK(metrics[0].max == 5);
  CHECK(metrics[0].chart == std::vector<double>{3, 0, 5});
  REQUIRE(metrics[1].chart.size() == 41);
  CHECK(metrics[1].chart[0] == doctest::Approx(2.0 / 3));
  CHECK(metrics[1].chart[40] == 1);
}

TEST_CASE("nothing in, nothing out") {
  const auto exported = open(destination_of({"vus"}), {});
  providers::Payload payload;
  CHECK_FALSE(exported->next(payload));
  CHECK_FALSE(exported->next(payload));
  CHECK(exported->points() == 0);
}

}  // namespace k6apm::test
