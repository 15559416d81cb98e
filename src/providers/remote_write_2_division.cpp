#include "providers/remote_write_2_division.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <snappy.h>

#include "providers/remote_write.hpp"
#include "providers/remote_write_2.pb.h"
#include "providers/write_request_2.hpp"
#include "text/promql.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write_2;

pb::Request request_of(const Payload& payload) {
  std::string bytes;
  pb::Request request;
  const google::protobuf::LogSilencer silencer;
  const bool read = snappy::Uncompress(payload.body.data(), payload.body.size(), &bytes);
  if (!read || !request.ParseFromString(bytes)) request.Clear();
  return request;
}

bool is_stale(const pb::Sample& sample) {
  return std::bit_cast<std::uint64_t>(sample.value()) == k_stale_marker_bits;
}

bool is_stale(const remote_write::Histogram& histogram) {
  return std::bit_cast<std::uint64_t>(histogram.sum()) == k_stale_marker_bits;
}

/// How many values there are without the stale marker, which is the last.
template <class Values>
int points_of(const Values& values) {
  if (values.empty()) return 0;
  return is_stale(*values.rbegin()) ? values.size() - 1 : values.size();
}

/// A series has samples or histograms.
int points_of(const pb::TimeSeries& series) {
  return points_of(series.samples()) + points_of(series.histograms());
}

template <class Values>
void count_times(const Values& values, Payload& payload) {
  const int points = points_of(values);
  if (points == 0) return;
  const std::int64_t first_ms = values.Get(0).timestamp();
  const std::int64_t last_ms = values.Get(points - 1).timestamp();
  payload.first_ms = payload.series == 0 ? first_ms : std::min(payload.first_ms, first_ms);
  payload.last_ms = payload.series == 0 ? last_ms : std::max(payload.last_ms, last_ms);
  payload.points += static_cast<std::uint64_t>(points);
  ++payload.series;
}

void count(const pb::TimeSeries& series, Payload& payload) {
  count_times(series.samples(), payload);
  count_times(series.histograms(), payload);
  payload.samples += static_cast<std::uint64_t>(series.samples_size());
  payload.histograms += static_cast<std::uint64_t>(series.histograms_size());
}

/// Leaves the first `points` values, or the others.
template <class Values>
void leave(Values& values, int points, bool first) {
  if (values.empty()) return;
  values.DeleteSubrange(first ? points : 0, first ? values.size() - points : points);
}

/// The series of `part`, whose refs are those of `symbols`, as a payload with symbols of its own.
Payload payload_of(pb::Request part, const pb::Request& whole, std::uint64_t slice) {
  Payload payload;
  payload.slice = slice;
  Symbols symbols;
  const auto moved = [&](std::uint32_t ref) { return symbols.ref_of(whole.symbols(static_cast<int>(ref))); };
  for (pb::TimeSeries& series : *part.mutable_timeseries()) {
    for (std::uint32_t& ref : *series.mutable_labels_refs()) ref = moved(ref);
    series.mutable_metadata()->set_help_ref(moved(series.metadata().help_ref()));
    series.mutable_metadata()->set_unit_ref(moved(series.metadata().unit_ref()));
    count(series, payload);
  }
  payload.body = compressed(symbols.encoded() + part.SerializeAsString());
  return payload;
}

}  // namespace

std::optional<std::pair<Payload, Payload>> remote_write_2_halves(const Payload& payload, bool by_points) {
  const pb::Request whole = request_of(payload);
  const int series = whole.timeseries_size();
  pb::Request left;
  pb::Request right;
  if (series > 1) {
    for (int i = 0; i < series; ++i) *(i < series / 2 ? left : right).add_timeseries() = whole.timeseries(i);
  } else {
    const int points = series == 1 ? points_of(whole.timeseries(0)) : 0;
    if (!by_points || points < 2) return std::nullopt;
    pb::TimeSeries& first = *left.add_timeseries() = whole.timeseries(0);
    pb::TimeSeries& second = *right.add_timeseries() = whole.timeseries(0);
    leave(*first.mutable_samples(), points / 2, true);
    leave(*first.mutable_histograms(), points / 2, true);
    leave(*second.mutable_samples(), points / 2, false);
    leave(*second.mutable_histograms(), points / 2, false);
  }
  return std::pair{payload_of(std::move(left), whole, payload.slice),
                   payload_of(std::move(right), whole, payload.slice)};
}

std::string remote_write_2_first_series(const Payload& payload) {
  const pb::Request request = request_of(payload);
  if (request.timeseries().empty()) return {};
  const pb::TimeSeries& series = request.timeseries(0);
  std::string name;
  std::string labels;
  for (int i = 0; i + 1 < series.labels_refs_size(); i += 2) {
    const std::string& label = request.symbols(static_cast<int>(series.labels_refs(i)));
    const std::string& value = request.symbols(static_cast<int>(series.labels_refs(i + 1)));
    if (label == "__name__") {
      name = value;
    } else {
      labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", label, text::promql_string(value));
    }
  }
  return labels.empty() ? name : name + '{' + labels + '}';
}

}  // namespace k6apm::providers
