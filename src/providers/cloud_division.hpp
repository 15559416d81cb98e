// Requests to k6 cloud in parts, where one as a whole is not taken.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "providers/payload.hpp"

namespace k6apm::providers {

/// As Provider::halves and Provider::first_series.
std::optional<std::pair<Payload, Payload>> cloud_halves(const Payload& payload, bool by_points);
std::string cloud_first_series(const Payload& payload);

}  // namespace k6apm::providers
