// The windows of a gauge that several files tell of.
#pragma once

#include <cstdint>
#include <vector>

#include "series/accumulator.hpp"
#include "series/series.hpp"

namespace k6apm::series {

/// The windows in ascending order, each with what the files have together there (Finish).
std::vector<Window> finish_gauge(GaugeWindows& gauge, std::int64_t window_ns, MergeGauges merge);

}  // namespace k6apm::series
