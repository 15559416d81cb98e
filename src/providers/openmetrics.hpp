// The series of one destination as OpenMetrics text with times, for `promtool tsdb create-blocks-from
// openmetrics`.
#pragma once

#include <cstdint>
#include <string>

#include "providers/prometheus_mapping.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

/// Unix milliseconds as seconds, to the last digit: `1763623646.005`; whole seconds without a fraction.
std::string open_metrics_time(std::int64_t time_ms);

/// Hands the whole text to `put` in pieces of about 64 KiB, until it returns false. Families stand one after
/// another, and in each its series, every one with all its samples in ascending order of time; no stale
/// markers. Windows are `resample_s` seconds long. Nothing of the text is kept.
void write_open_metrics(const Mapping& mapping, std::int64_t resample_s, const TextSink& put);

}  // namespace k6apm::providers
