#include "providers/body_contents.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "providers/cloud_body_contents.hpp"
#include "providers/cloud_metrics.pb.h"
#include "providers/datadog_body_contents.hpp"
#include "providers/prometheus_body_contents.hpp"
#include "providers/remote_write.hpp"

namespace k6apm::test {
namespace {

using providers::BodyContents;
using providers::BodySeries;

template <class Value>
void set_time(Value& value, std::int64_t seconds) {
  value.mutable_time()->set_seconds(seconds);
}

}  // namespace

TEST_CASE("samples of remote write, with their labels, metadata and stale marker") {
  std::string series;
  providers::append_label(series, "__name__", "k6_vus");
  providers::append_label(series, "name", "a\t\"b\"\n");
  providers::append_sample(series, 1.5, 1000);
  providers::append_sample(series, 2, 4000);
  providers::append_stale_marker(series, 4001);
  std::string request;
  providers::append_series(request, series);
  providers::append_metadata(request, {"k6_vus", true, false, "bytes", "help"});
  const BodyContents contents = providers::prometheus_body_contents(providers::compressed(request));
  REQUIRE(contents.series.size() == 1);
  const BodySeries& read = contents.series[0];
  CHECK(read.name == "k6_vus");
  CHECK(read.tags == "{name=\"a\t\\\"b\\\"\\n\"}");
  CHECK(read.lines == std::vector<std::string_view>{"value"});
  CHECK(read.times_ms == std::vector<std::int64_t>{1000, 4000});
  CHECK(read.values == std::vector<double>{1.5, 2});
  CHECK(read.stale_ms == 4001);
  REQUIRE(contents.names.size() == 1);
  CHECK(contents.names[0].name == "k6_vus");
  CHECK(contents.names[0].type == "counter");
  CHECK(contents.names[0].unit == "bytes");
}

TEST_CASE("native histograms by their count and sum") {
  std::string series;
  providers::append_label(series, "__name__", "k6_t");
  providers::NativeHistogram histogram;
  histogram.count = 7;
  histogram.sum = 2.5;
  providers::append_histogram(series, histogram, 1000);
  providers::append_histogram(series, providers::stale_histogram(), 1001);
  std::string request;
  providers::append_series(request, series);
  const BodyContents contents = providers::prometheus_body_contents(providers::compressed(request));
  REQUIRE(contents.series.size() == 1);
  CHECK(contents.series[0].running_histogram);
  CHECK(contents.series[0].tags.empty());
  CHECK(contents.series[0].values == std::vector<double>{7, 2.5});
  CHECK(contents.series[0].stale_ms == 1001);
}

TEST_CASE("points of Datadog, whose times are seconds") {
  const std::string body =
      R"({"series":[{"metric":"k6.n","type":1,"interval":3,"unit":"byte","tags":["b:2","a:1"],)"
      R"("points":[{"timestamp":3,"value":0.5},{"timestamp":6,"value":2}]}]})";
  const BodyContents contents = providers::datadog_body_contents(body);
  REQUIRE(contents.series.size() == 1);
  CHECK(contents.series[0].tags == "{a:1,b:2}");
  CHECK(contents.series[0].times_ms == std::vector<std::int64_t>{3000, 6000});
  CHECK(contents.series[0].values == std::vector<double>{0.5, 2});
  CHECK(contents.names[0].type == "count");
  CHECK(contents.names[0].unit == "byte");
  CHECK(contents.names[0].window_s == 3);
  CHECK_THROWS_AS(
      providers::datadog_body_contents(
          R"({"series":[{"metric":"k","points":[{"timestamp":9223372036854775807,"value":1}]}]})"),
      std::runtime_error);
}

TEST_CASE("buckets of k6 cloud, each kind by its lines") {
  cloud::MetricSet set;
  set.set_aggregation_period(3);
  const auto add = [&set](const std::string& name, std::uint32_t type) {
    cloud::Metric& metric = *set.add_metrics();
    metric.set_name(name);
    metric.set_type(type);
    return metric.add_time_series();
  };
  cloud::CounterValue& counter = *add("c", 1)->mutable_counter_samples()->add_values();
  set_time(counter, 3);
  counter.set_value(4);
  cloud::GaugeValue& gauge = *add("g", 2)->mutable_gauge_samples()->add_values();
  set_time(gauge, 3);
  gauge.set_last(2);
  gauge.set_min(1);
  gauge.set_max(3);
  gauge.set_avg(1.75);
  cloud::RateValue& rate = *add("r", 3)->mutable_rate_samples()->add_values();
  set_time(rate, 3);
  rate.set_nonzero_count(1);
  rate.set_total_count(4);
  cloud::TimeSeries& trends = *add("t", 4);
  cloud::TrendValue& trend = *trends.mutable_trend_samples()->add_values();
  set_time(trend, 3);
  trend.set_count(4);
  trend.set_sum(10);
  trend.set_min_value(1);
  trend.set_max_value(5);
  set_time(*trends.mutable_trend_samples()->add_values(), 6);
  const BodyContents contents =
      providers::cloud_body_contents(providers::compressed(set.SerializeAsString()));
  REQUIRE(contents.series.size() == 4);
  CHECK(contents.names[3].type == "trend");
  CHECK(contents.names[3].window_s == 3);
  CHECK(contents.series[0].values == std::vector<double>{4});
  CHECK(contents.series[1].values == std::vector<double>{2, 1, 3, 1.75});
  CHECK(contents.series[2].values == std::vector<double>{0.25, 4});
  const BodySeries& mean = contents.series[3];
  CHECK(mean.lines == std::vector<std::string_view>{"mean", "min", "max", "count"});
  CHECK(mean.times_ms == std::vector<std::int64_t>{3000, 6000});
  CHECK(mean.values[0] == 2.5);
  CHECK(mean.values[3] == 4);
  CHECK(std::isnan(mean.values[4]));
}

}  // namespace k6apm::test
