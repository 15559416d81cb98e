#include "providers/datadog_body_contents.hpp"

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_body.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {
namespace {

/// Of a time that a body may hold, which need not be ours.
std::int64_t milliseconds(std::int64_t time_s) {
  constexpr std::int64_t k_last_s = std::numeric_limits<std::int64_t>::max() / k_ms_per_s;
  if (time_s > k_last_s || time_s < -k_last_s)
    throw std::runtime_error("no series of the Datadog API: a time out of range");
  return time_s * k_ms_per_s;
}

}  // namespace

BodyContents datadog_body_contents(std::string_view body) {
  BodyContents contents;
  for (SentSeries& sent : datadog_contents(body)) {
    contents.names.push_back(
        {sent.metric, std::string(name_of(sent.type)), std::move(sent.unit), sent.interval_s});
    BodySeries& series = contents.series.emplace_back();
    series.name = std::move(sent.metric);
    series.tags = fmt::format("{{{}}}", fmt::join(sent.tags, ","));
    series.lines = {"value"};
    series.times_ms.reserve(sent.points.size());
    series.values.reserve(sent.points.size());
    for (const DatadogPoint& point : sent.points) {
      series.times_ms.push_back(milliseconds(point.time_s));
      series.values.push_back(point.value);
    }
  }
  return contents;
}

}  // namespace k6apm::providers
