// How long it is from one time to another.
#pragma once

#include <cstdint>

namespace k6apm::series {

/// Nanoseconds from `first_ns` to `last_ns`, which is not before it. Unsigned, since times may lie farther
/// apart than the largest signed number.
constexpr std::uint64_t nanoseconds_between(std::int64_t first_ns, std::int64_t last_ns) {
  return static_cast<std::uint64_t>(last_ns) - static_cast<std::uint64_t>(first_ns);
}

}  // namespace k6apm::series
