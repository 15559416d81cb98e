#include "parallel.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <vector>

#include "heap.hpp"
#include "thread.hpp"

namespace k6apm {
namespace {

/// Whether there were never so many threads at once: the last of them gets a new heap then.
bool is_most(std::size_t threads) {
  static std::atomic<std::size_t> most{1};
  std::size_t before = most;
  return before < threads && most.compare_exchange_strong(before, threads);
}

}  // namespace

void run_parallel(std::size_t n, const std::function<void(std::size_t)>& work) {
  std::vector<std::exception_ptr> failures(n);
  const auto guarded = [&](std::size_t index) {
    try {
      work(index);
    } catch (...) {
      failures[index] = std::current_exception();
    }
  };
  {
    std::deque<Thread> threads;
    for (std::size_t index = 1; index < n; ++index) {
      threads.emplace_back(index, [&guarded, index, new_heap = is_most(index + 1)] {
        if (new_heap) use_huge_pages();
        guarded(index);
      });
    }
    if (n > 0) guarded(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

void share_out(std::size_t threads, std::size_t n, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  run_parallel(std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(n, 1)), [&](std::size_t) {
    try {
      for (std::size_t i = next++; i < n; i = next++) work(i);
    } catch (...) {
      next = n;
      throw;
    }
  });
}

}  // namespace k6apm
