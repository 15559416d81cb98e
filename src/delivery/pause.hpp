// A wait that a signal ends.
#pragma once

#include <atomic>
#include <chrono>

namespace k6apm::delivery {

/// How often a wait looks at the interrupt flag, which no condition variable can watch.
inline constexpr std::chrono::milliseconds k_pause_step{50};

/// Waits for so long; false when `interrupted` cut it short or was set before.
bool pause(double seconds, const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
