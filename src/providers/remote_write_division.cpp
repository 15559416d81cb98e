#include "providers/remote_write_division.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <snappy.h>

#include "providers/remote_write.hpp"
#include "providers/remote_write.pb.h"
#include "text/promql.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;

constexpr const char* k_name_label = "__name__";

pb::WriteRequest request_of(const Payload& payload) {
  std::string bytes;
  pb::WriteRequest request;
  const google::protobuf::LogSilencer silencer;
  const bool read = snappy::Uncompress(payload.body.data(), payload.body.size(), &bytes);
  if (!read || !request.ParseFromString(bytes)) request.Clear();
  return request;
}

bool is_stale_marker(const pb::Sample& sample) {
  return std::bit_cast<std::uint64_t>(sample.value()) == k_stale_marker_bits;
}

/// How many samples there are without the stale marker, which is the last.
int points_of(const pb::TimeSeries& series) {
  const int size = series.samples_size();
  return size > 0 && is_stale_marker(series.samples(size - 1)) ? size - 1 : size;
}

Payload payload_of(const pb::WriteRequest& request, std::uint64_t slice) {
  Payload payload;
  payload.slice = slice;
  for (const pb::TimeSeries& series : request.timeseries()) {
    const int points = points_of(series);
    if (points == 0) continue;
    const std::int64_t first_ms = series.samples(0).timestamp();
    const std::int64_t last_ms = series.samples(points - 1).timestamp();
    payload.first_ms = payload.series == 0 ? first_ms : std::min(payload.first_ms, first_ms);
    payload.last_ms = payload.series == 0 ? last_ms : std::max(payload.last_ms, last_ms);
    payload.points += static_cast<std::uint64_t>(points);
    ++payload.series;
  }
  payload.body = compressed(request.SerializeAsString());
  return payload;
}

}  // namespace

std::optional<std::pair<Payload, Payload>> remote_write_halves(const Payload& payload, bool by_points) {
  pb::WriteRequest left = request_of(payload);
  pb::WriteRequest right;
  const int series = left.timeseries_size();
  if (series > 1) {
    for (int i = series / 2; i < series; ++i) right.add_timeseries()->Swap(left.mutable_timeseries(i));
    left.mutable_timeseries()->DeleteSubrange(series / 2, series - series / 2);
  } else {
    const int points = series == 1 ? points_of(left.timeseries(0)) : 0;
    if (!by_points || points < 2) return std::nullopt;
    pb::TimeSeries* const first = left.mutable_timeseries(0);
    pb::TimeSeries* const second = right.add_timeseries();
    *second = *first;
    first->mutable_samples()->DeleteSubrange(points / 2, first->samples_size() - points / 2);
    second->mutable_samples()->DeleteSubrange(0, points / 2);
  }
  return std::pair{payload_of(left, payload.slice), payload_of(right, payload.slice)};
}

std::string remote_write_first_series(const Payload& payload) {
  const pb::WriteRequest request = request_of(payload);
  if (request.timeseries().empty()) return {};
  std::string name;
  std::string labels;
  for (const pb::Label& label : request.timeseries(0).labels()) {
    if (label.name() == k_name_label) {
      name = label.value();
      continue;
    }
    labels +=
        fmt::format("{}{}={}", labels.empty() ? "" : ",", label.name(), text::promql_string(label.value()));
  }
  return labels.empty() ? name : name + '{' + labels + '}';
}

}  // namespace k6apm::providers
