#include "providers/cloud_body_contents.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "providers/cloud_parsing.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::cloud;

constexpr std::int64_t k_ns_per_ms = 1'000'000;

/// NaN where nothing is divided by nothing.
double ratio(double part, std::uint32_t whole) {
  return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : part / whole;
}

std::vector<double> values_of(const pb::CounterValue& value) { return {value.value()}; }

std::vector<double> values_of(const pb::GaugeValue& value) {
  return {value.last(), value.min(), value.max(), value.avg()};
}

std::vector<double> values_of(const pb::RateValue& value) {
  return {ratio(value.nonzero_count(), value.total_count()), static_cast<double>(value.total_count())};
}

std::vector<double> values_of(const pb::TrendValue& value) {
  return {ratio(value.sum(), value.count()), value.min_value(), value.max_value(),
          static_cast<double>(value.count())};
}

template <class Samples>
void add_points(const Samples& samples, BodySeries& series) {
  for (const auto& value : samples.values()) {
    series.times_ms.push_back(value.time().seconds() * k_ms_per_s + value.time().nanos() / k_ns_per_ms);
    for (const double one : values_of(value)) series.values.push_back(one);
  }
}

BodySeries series_of(const pb::TimeSeries& sent) {
  BodySeries series;
  switch (sent.samples_case()) {
    case pb::TimeSeries::kGaugeSamples:
      series.lines = {"last", "min", "max", "mean"};
      add_points(sent.gauge_samples(), series);
      break;
    case pb::TimeSeries::kRateSamples:
      series.lines = {"share", "count"};
      add_points(sent.rate_samples(), series);
      break;
    case pb::TimeSeries::kTrendSamples:
      series.lines = {"mean", "min", "max", "count"};
      add_points(sent.trend_samples(), series);
      break;
    default:
      series.lines = {"sum"};
      add_points(sent.counter_samples(), series);
  }
  return series;
}

}  // namespace

BodyContents cloud_body_contents(std::string_view body) {
  BodyContents contents;
  const pb::MetricSet set = parsed_cloud(body);
  for (const pb::Metric& metric : set.metrics()) {
    contents.names.push_back(
        {metric.name(), std::string(cloud_type_name(metric.type())), {}, set.aggregation_period()});
    for (const pb::TimeSeries& sent : metric.time_series()) {
      BodySeries series = series_of(sent);
      series.name = metric.name();
      const std::string heading = cloud_heading(metric, sent);
      const std::size_t brace = heading.find('{');
      if (brace != std::string::npos) series.tags = heading.substr(brace);
      contents.series.push_back(std::move(series));
    }
  }
  return contents;
}

}  // namespace k6apm::providers
