#include "delivery/pause.hpp"

#include <algorithm>
#include <thread>

namespace k6apm::delivery {

bool pause(double seconds, const std::atomic<bool>& interrupted) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  while (!interrupted) {
    const Clock::time_point now = Clock::now();
    if (now >= end) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(end - now, k_pause_step));
  }
  return false;
}

}  // namespace k6apm::delivery
