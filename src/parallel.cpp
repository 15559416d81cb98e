#include "parallel.hpp"

#include <exception>
#include <thread>
#include <vector>

namespace k6apm {

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
    std::vector<std::jthread> threads;
    threads.reserve(n);
    for (std::size_t index = 1; index < n; ++index) threads.emplace_back(guarded, index);
    if (n > 0) guarded(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace k6apm
