// Bodies of remote write 2.0 taken apart again. They are our own, so that nothing can be wrong with them; a
// body of 1.0, which has no field in common with them, has no series here and cannot be divided.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "providers/payload.hpp"

namespace k6apm::providers {

/// A payload in two, each with the symbols that it needs: its series by half, or with `by_points` the samples
/// of its only series, a stale marker with the last of them. Nothing where it cannot be divided so.
std::optional<std::pair<Payload, Payload>> remote_write_2_halves(const Payload& payload, bool by_points);

/// `k6_vus{a="b"}`: the first series of a payload; empty where it has none.
std::string remote_write_2_first_series(const Payload& payload);

}  // namespace k6apm::providers
