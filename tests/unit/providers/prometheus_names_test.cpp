// Names and units of k6's own Prometheus output.
#include <doctest/doctest.h>

#include "providers/prometheus_series.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using series::Contains;
using series::MetricType;

/// `name unit` of every series of a metric `m`, with `c` before the unit of a counter and `h` of a histogram.
std::string names(MetricType type, Contains contains, const providers::ExportSettings& settings) {
  std::string text;
  for (const auto& statistic : providers::statistics_of(type, contains, settings)) {
    const providers::Metadata one = providers::metadata_of(statistic, "k6_m", "m", type, contains);
    text += (text.empty() ? "" : ", ") + one.name +
            (one.counter     ? " c"
             : one.histogram ? " h"
                             : " g") +
            (one.unit.empty() ? "" : " " + one.unit);
  }
  return text;
}

providers::ExportSettings k6_settings(const char* stats) {
  providers::ExportSettings settings;
  settings.k6_names = true;
  settings.trend_stats = series::parse_trend_stats(stats);
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  return settings;
}

}  // namespace

TEST_CASE("names and units as k6's own output has them") {
  struct Row {
    MetricType type;
    Contains contains;
    std::string expected;
    std::string with_histograms;
  };
  const std::vector<Row> table = {
      {MetricType::counter, Contains::plain, "k6_m_total c", {}},
      {MetricType::counter, Contains::data, "k6_m_total c bytes", {}},
      {MetricType::counter,
       Contains::time,
       "k6_m_total c milliseconds",
       {}},  // k6 divides those of Trends only
      {MetricType::gauge, Contains::plain, "k6_m g", {}},
      {MetricType::gauge, Contains::time, "k6_m g milliseconds", {}},
      {MetricType::rate, Contains::plain, "k6_m_rate g", {}},
      {MetricType::trend, Contains::time,
       "k6_m_avg g seconds, k6_m_p99 g seconds, k6_m_p999 g seconds, k6_m_p095 g seconds, k6_m_count c, "
       "k6_m_sum c seconds",
       "k6_m_seconds h seconds"},
      {MetricType::trend, Contains::data,
       "k6_m_avg g bytes, k6_m_p99 g bytes, k6_m_p999 g bytes, k6_m_p095 g bytes, k6_m_count c, k6_m_sum c "
       "bytes",
       "k6_m_bytes h bytes"},
      {MetricType::trend, Contains::plain,
       "k6_m_avg g, k6_m_p99 g, k6_m_p999 g, k6_m_p095 g, k6_m_count c, k6_m_sum c", "k6_m h"},
  };
  for (const Row& row : table) {
    auto settings = k6_settings("avg,p(99),p(99.9),p(0.95),count,sum");
    CHECK(names(row.type, row.contains, settings) == row.expected);
    settings.native_histograms = true;
    CHECK(names(row.type, row.contains, settings) ==
          (row.with_histograms.empty() ? row.expected : row.with_histograms));
  }
}

TEST_CASE("histograms have the plain name otherwise") {
  providers::ExportSettings settings;
  settings.native_histograms = true;
  CHECK(names(MetricType::trend, Contains::time, settings) == "k6_m h milliseconds");
  CHECK(names(MetricType::trend, Contains::data, settings) == "k6_m h bytes");
}

TEST_CASE("the counters of a rate stand beside its share") {
  auto settings = k6_settings("avg");
  settings.rate_counts = true;
  CHECK(names(MetricType::rate, Contains::plain, settings) ==
        "k6_m_rate g, k6_m_total c, k6_m_nonzero_total c");
}

TEST_CASE("times of trends are in seconds, counts stay counts") {
  auto duration = series_of(0, "d", MetricType::trend, {}, Contains::time);
  duration.windows = {spread(0, 2, 30, 10, 20, {19.5}), spread(3, 1, 5, 5, 5, {5})};
  const auto exported =
      prometheus().open(destination_of({"d"}), {duration}, k6_settings("min,p(95),count,sum"));
  CHECK(text_of(*exported) ==
        "k6_d_min 0.01 3000\nk6_d_min 0.005 6000\nk6_d_min StaleNaN 6001\n"
        "k6_d_p95 0.0195 3000\nk6_d_p95 0.005 6000\nk6_d_p95 StaleNaN 6001\n"
        "k6_d_count 0 0\nk6_d_count 2 3000\nk6_d_count 3 6000\nk6_d_count StaleNaN 6001\n"
        "k6_d_sum 0 0\nk6_d_sum 0.03 3000\nk6_d_sum 0.035 6000\nk6_d_sum StaleNaN 6001\n");
  CHECK(exported->metrics().at(0).target == "k6_d");
  CHECK(exported->metrics().at(0).min == 0.005);
  CHECK(exported->metrics().at(0).max == 0.015);
}

TEST_CASE("a targetMetric gets the suffixes, and what would have a name twice is left out") {
  auto requests = series_of(0, "http_reqs", MetricType::counter);
  requests.windows = {counted(0, 5)};
  auto odd = series_of(1, "requests_total", MetricType::gauge);
  odd.windows = {last(0, 7)};
  auto twice = series_of(2, "x_total", MetricType::counter);
  twice.windows = {counted(0, 1)};
  const auto exported =
      prometheus().open(destination_of({"http_reqs=k6_requests", "requests_total", "x_total"}),
                        {requests, odd, twice}, k6_settings("avg"));
  CHECK(text_of(*exported) ==
        "k6_requests_total 0 0\nk6_requests_total 5 3000\nk6_requests_total StaleNaN 3001\n"
        "k6_x_total_total 0 0\nk6_x_total_total 1 3000\nk6_x_total_total StaleNaN 3001\n");
  CHECK(notices_of(*exported) ==
        "warning: metric \"requests_total\" is left out: its series \"k6_requests_total\" has the name of a "
        "series of \"http_reqs\"\n");
}

}  // namespace k6apm::test
