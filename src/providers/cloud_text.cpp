#include "providers/cloud_text.hpp"

#include <iterator>
#include <ostream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "providers/cloud_parsing.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::cloud;

std::string text_of(const pb::CounterValue& value) { return fmt::format("{}", value.value()); }

std::string text_of(const pb::GaugeValue& value) {
  return fmt::format("last={} min={} max={} avg={} count={}", value.last(), value.min(), value.max(),
                     value.avg(), value.count());
}

std::string text_of(const pb::RateValue& value) {
  return fmt::format("nonzero={} total={}", value.nonzero_count(), value.total_count());
}

std::string text_of(const pb::TrendValue& value) {
  std::string text = fmt::format("count={} sum={} min={} max={}", value.count(), value.sum(),
                                 value.min_value(), value.max_value());
  if (value.has_extra_low_values_counter())
    fmt::format_to(std::back_inserter(text), " low={}", value.extra_low_values_counter());
  if (value.has_extra_high_values_counter())
    fmt::format_to(std::back_inserter(text), " high={}", value.extra_high_values_counter());
  std::uint64_t bucket = 0;
  int at = 0;
  for (const pb::Span& span : value.spans()) {
    bucket += span.offset();
    for (std::uint32_t i = 0; i < span.length(); ++i) {
      fmt::format_to(std::back_inserter(text), "{}{}:{}", at == 0 ? " hdr=" : ",", bucket++,
                     value.counters(at));
      ++at;
    }
  }
  return text;
}

template <class Samples>
void print_values(const std::string& heading, const Samples& samples, std::ostream& out) {
  for (const auto& value : samples.values())
    out << heading << ' ' << text_of(value) << ' ' << value.time().seconds() << '\n';
}

}  // namespace

bool looks_like_cloud(std::string_view body) {
  try {
    parsed_cloud(body);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void print_cloud(std::string_view body, std::ostream& out) {
  const pb::MetricSet set = parsed_cloud(body);
  for (const pb::Metric& metric : set.metrics()) {
    out << fmt::format("# {} {}, buckets of {} s, test run {}\n", text::printable(metric.name()),
                       cloud_type_name(metric.type()), set.aggregation_period(),
                       text::printable(set.test_run_id()));
    for (const pb::TimeSeries& series : metric.time_series()) {
      const std::string heading = cloud_heading(metric, series);
      print_values(heading, series.counter_samples(), out);
      print_values(heading, series.gauge_samples(), out);
      print_values(heading, series.rate_samples(), out);
      print_values(heading, series.trend_samples(), out);
    }
  }
}

}  // namespace k6apm::providers
