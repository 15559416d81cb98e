// Bodies of remote write 1.0 taken apart again: they are our own, so that nothing can be wrong with them. A
// body of another kind (remote write 2.0 has no field in common) has no series here and cannot be divided.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "providers/payload.hpp"

namespace k6apm::providers {

/// A payload in two: its series by half, or with `by_points` the samples of its only series, a stale marker
/// with the last of them; metadata goes with the first half. Nothing where there is but one.
std::optional<std::pair<Payload, Payload>> remote_write_halves(const Payload& payload, bool by_points);

/// `k6_vus{a="b"}`: the first series of a payload; empty where it has none.
std::string remote_write_first_series(const Payload& payload);

}  // namespace k6apm::providers
