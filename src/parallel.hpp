// The one place where threads are started.
#pragma once

#include <cstddef>
#include <functional>

namespace k6apm {

/// Runs work(0) ... work(n - 1) side by side and returns when all have ended. work(0) runs on the caller's
/// thread. The first exception, by index, is thrown again here after all have ended.
void run_parallel(std::size_t n, const std::function<void(std::size_t)>& work);

/// Calls work(0) ... work(n - 1), each once, from at most `threads` threads (at least one), each of which
/// takes the next when it has done one. After an exception no more are begun; the first by thread is thrown
/// again.
void share_out(std::size_t threads, std::size_t n, const std::function<void(std::size_t)>& work);

}  // namespace k6apm
