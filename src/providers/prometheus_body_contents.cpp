#include "providers/prometheus_body_contents.hpp"

#include <bit>
#include <cstdint>
#include <string>
#include <variant>

#include "providers/native_histogram.hpp"
#include "providers/remote_write_parsing.hpp"
#include "providers/remote_write_text.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
namespace pb2 = ::k6apm::remote_write_2;

bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == k_stale_marker_bits; }

double count_of(const pb::Histogram& histogram) {
  return histogram.has_count_float() ? histogram.count_float() : static_cast<double>(histogram.count_int());
}

/// `sent` is a TimeSeries of either version.
template <class TimeSeries>
BodySeries points_of(const TimeSeries& sent) {
  BodySeries series;
  series.running_histogram = !sent.histograms().empty();
  if (series.running_histogram)
    series.lines = {"count", "sum"};
  else
    series.lines = {"value"};
  for (const auto& sample : sent.samples()) {
    if (is_stale(sample.value())) {
      series.stale_ms = sample.timestamp();
      continue;
    }
    series.times_ms.push_back(sample.timestamp());
    series.values.push_back(sample.value());
  }
  for (const pb::Histogram& histogram : sent.histograms()) {
    if (is_stale(histogram.sum())) {
      series.stale_ms = histogram.timestamp();
      continue;
    }
    series.times_ms.push_back(histogram.timestamp());
    series.values.push_back(count_of(histogram));
    series.values.push_back(histogram.sum());
  }
  return series;
}

void set_labels(const LabelList& labels, BodySeries& series) {
  series.name = name_of(labels);
  series.tags = label_text(labels);
}

BodyContents contents_of(const pb::WriteRequest& request) {
  BodyContents contents;
  for (const pb::MetricMetadata& metadata : request.metadata()) {
    contents.names.push_back({metadata.metric_family_name(), std::string(metadata_type_name(metadata.type())),
                              metadata.unit(), 0});
  }
  for (const pb::TimeSeries& sent : request.timeseries()) {
    BodySeries& series = contents.series.emplace_back(points_of(sent));
    set_labels(labels_of(sent), series);
  }
  return contents;
}

BodyContents contents_of(const pb2::Request& request) {
  BodyContents contents;
  for (const pb2::TimeSeries& sent : request.timeseries()) {
    BodySeries& series = contents.series.emplace_back(points_of(sent));
    set_labels(labels_of(request, sent), series);
    contents.names.push_back({series.name, std::string(metadata_type_name(sent.metadata().type())),
                              symbol_at(request, sent.metadata().unit_ref()), 0});
  }
  return contents;
}

}  // namespace

BodyContents prometheus_body_contents(std::string_view body) {
  return std::visit([](const auto& request) { return contents_of(request); }, parsed_remote_write(body));
}

}  // namespace k6apm::providers
