#include "providers/cloud_division.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "providers/cloud_parsing.hpp"
#include "providers/payload.hpp"
#include "providers/remote_write.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::cloud;

std::optional<pb::MetricSet> contents_of(const Payload& payload) {
  try {
    return parsed_cloud(payload.body);
  } catch (const std::runtime_error&) {
    return std::nullopt;  // nothing that could be divided
  }
}

/// Calls `work` with the values of the series, whatever their type.
template <class Series, class Work>
void with_values(Series& series, const Work& work) {
  switch (series.samples_case()) {
    case pb::TimeSeries::kCounterSamples:
      return work(*series.mutable_counter_samples()->mutable_values());
    case pb::TimeSeries::kGaugeSamples:
      return work(*series.mutable_gauge_samples()->mutable_values());
    case pb::TimeSeries::kRateSamples:
      return work(*series.mutable_rate_samples()->mutable_values());
    case pb::TimeSeries::kTrendSamples:
      return work(*series.mutable_trend_samples()->mutable_values());
    case pb::TimeSeries::SAMPLES_NOT_SET:
      return;
  }
}

int series_of(const pb::MetricSet& set) {
  int series = 0;
  for (const pb::Metric& metric : set.metrics()) series += metric.time_series_size();
  return series;
}

/// The series from `begin` on, and before `end`, counted through all metrics.
pb::MetricSet part_of(const pb::MetricSet& set, int begin, int end) {
  pb::MetricSet part;
  part.set_test_run_id(set.test_run_id());
  part.set_aggregation_period(set.aggregation_period());
  int at = 0;
  for (const pb::Metric& metric : set.metrics()) {
    pb::Metric* of_part = nullptr;
    for (const pb::TimeSeries& series : metric.time_series()) {
      const int number = at++;
      if (number < begin || number >= end) continue;
      if (of_part == nullptr) {
        of_part = part.add_metrics();
        of_part->set_name(metric.name());
        of_part->set_type(metric.type());
      }
      *of_part->add_time_series() = series;
    }
  }
  return part;
}

/// The one series of `set` with its values from `begin` on, and before `end`.
pb::MetricSet points_of(const pb::MetricSet& set, int begin, int end) {
  pb::MetricSet part = part_of(set, 0, 1);
  with_values(*part.mutable_metrics(0)->mutable_time_series(0), [=](auto& values) {
    values.DeleteSubrange(end, values.size() - end);
    values.DeleteSubrange(0, begin);
  });
  return part;
}

Payload payload_of(pb::MetricSet set, std::uint64_t slice) {
  Payload payload;
  payload.slice = slice;
  for (pb::Metric& metric : *set.mutable_metrics()) {
    for (pb::TimeSeries& series : *metric.mutable_time_series()) {
      ++payload.series;
      with_values(series, [&payload](const auto& values) {
        for (const auto& value : values) {
          const std::int64_t time_ms = value.time().seconds() * k_ms_per_s;
          payload.first_ms = payload.points == 0 ? time_ms : std::min(payload.first_ms, time_ms);
          payload.last_ms = payload.points == 0 ? time_ms : std::max(payload.last_ms, time_ms);
          ++payload.points;
        }
      });
    }
  }
  payload.body = compressed(set.SerializeAsString());
  return payload;
}

}  // namespace

std::optional<std::pair<Payload, Payload>> cloud_halves(const Payload& payload, bool by_points) {
  const std::optional<pb::MetricSet> set = contents_of(payload);
  const int series = set ? series_of(*set) : 0;
  if (series > 1) {
    return std::pair{payload_of(part_of(*set, 0, series / 2), payload.slice),
                     payload_of(part_of(*set, series / 2, series), payload.slice)};
  }
  if (!by_points || series == 0) return std::nullopt;
  const pb::MetricSet one = part_of(*set, 0, 1);
  const int points = values_of(one.metrics(0).time_series(0));
  if (points < 2) return std::nullopt;
  return std::pair{payload_of(points_of(one, 0, points / 2), payload.slice),
                   payload_of(points_of(one, points / 2, points), payload.slice)};
}

std::string cloud_first_series(const Payload& payload) {
  const std::optional<pb::MetricSet> set = contents_of(payload);
  if (!set) return {};
  for (const pb::Metric& metric : set->metrics()) {
    if (metric.time_series_size() > 0) return cloud_heading(metric, metric.time_series(0));
  }
  return {};
}

}  // namespace k6apm::providers
