// What surprises: any remote write request parses as one of these, for a protobuf parser keeps what it does
// not know; so nothing may be unknown here, and a period has to be there, which no such request has.
#include "providers/cloud_parsing.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include "providers/remote_write_parsing.hpp"
#include "series/series.hpp"
#include "text/printable.hpp"
#include "text/promql.hpp"
#include "text/utf8.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::cloud;

/// What its samples have to be by the type of the metric.
pb::TimeSeries::SamplesCase samples_of(std::uint32_t type) {
  switch (type) {
    case 1:
      return pb::TimeSeries::kCounterSamples;
    case 2:
      return pb::TimeSeries::kGaugeSamples;
    case 3:
      return pb::TimeSeries::kRateSamples;
    case 4:
      return pb::TimeSeries::kTrendSamples;
    default:
      return pb::TimeSeries::SAMPLES_NOT_SET;
  }
}

bool is_right(const pb::TrendValue& value) {
  std::uint64_t counters = 0;
  for (const pb::Span& span : value.spans()) counters += span.length();
  return counters == static_cast<std::uint64_t>(value.counters_size());
}

/// Times from the year 1 to 9999, as google/protobuf/timestamp.proto has them.
template <class Values>
bool have_times(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](const auto& value) {
    return value.time().seconds() >= -62135596800 && value.time().seconds() <= 253402300799;
  });
}

bool is_right(const pb::TimeSeries& series, std::uint32_t type) {
  if (series.samples_case() != samples_of(type)) return false;
  const auto& labels = series.labels();
  const auto& trends = series.trend_samples().values();
  if (!have_times(series.counter_samples().values()) || !have_times(series.gauge_samples().values()) ||
      !have_times(series.rate_samples().values()) || !have_times(trends))
    return false;
  return std::all_of(labels.begin(), labels.end(),
                     [](const pb::Label& label) {
                       return text::is_valid_utf8(label.name()) && text::is_valid_utf8(label.value());
                     }) &&
         std::all_of(trends.begin(), trends.end(),
                     [](const pb::TrendValue& value) { return is_right(value); });
}

bool is_right(const pb::Metric& metric) {
  const auto& all = metric.time_series();
  return !metric.name().empty() && text::is_valid_utf8(metric.name()) &&
         samples_of(metric.type()) != pb::TimeSeries::SAMPLES_NOT_SET &&
         std::all_of(all.begin(), all.end(),
                     [&](const pb::TimeSeries& series) { return is_right(series, metric.type()); });
}

bool has_unknown_fields(pb::MetricSet set) {
  set.clear_test_run_id();
  set.clear_aggregation_period();
  set.clear_metrics();
  return set.ByteSizeLong() > 0;
}

bool is_right(const pb::MetricSet& set) {
  return set.aggregation_period() > 0 && text::is_valid_utf8(set.test_run_id()) && !has_unknown_fields(set) &&
         std::all_of(set.metrics().begin(), set.metrics().end(),
                     [](const pb::Metric& metric) { return is_right(metric); });
}

}  // namespace

pb::MetricSet parsed_cloud(std::string_view body) {
  const std::string request = uncompressed(body);
  const google::protobuf::LogSilencer silencer;  // what is thrown says it
  pb::MetricSet set;
  if (!set.ParseFromString(request) || !is_right(set)) throw std::runtime_error("not a request to k6 cloud");
  return set;
}

int values_of(const pb::TimeSeries& series) {
  return series.counter_samples().values_size() + series.gauge_samples().values_size() +
         series.rate_samples().values_size() + series.trend_samples().values_size();
}

std::string_view cloud_type_name(std::uint32_t type) {
  using series::MetricType;
  return series::name_of(type == 1   ? MetricType::counter
                         : type == 2 ? MetricType::gauge
                         : type == 3 ? MetricType::rate
                                     : MetricType::trend);
}

std::string cloud_heading(const pb::Metric& metric, const pb::TimeSeries& series) {
  std::string labels;
  for (const pb::Label& label : series.labels()) {
    labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", text::printable(label.name()),
                          text::promql_string(label.value()));
  }
  return text::printable(metric.name()) + (labels.empty() ? "" : '{' + labels + '}');
}

}  // namespace k6apm::providers
