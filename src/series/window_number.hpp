// Windows are numbered from the epoch: the number is the start divided by the length, rounded down.
#pragma once

#include <cstdint>

namespace k6apm::series {

inline constexpr std::int64_t k_nanoseconds_per_second = 1'000'000'000;

/// The window that has this time. Both in the same unit, `window` > 0.
constexpr std::int64_t window_number(std::int64_t time, std::int64_t window) {
  const std::int64_t quotient = time / window;
  return time % window < 0 ? quotient - 1 : quotient;
}

}  // namespace k6apm::series
