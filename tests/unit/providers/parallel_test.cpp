#include "parallel.hpp"

#include <doctest/doctest.h>
#include <sched.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "heap.hpp"

namespace k6apm::test {

TEST_CASE("work is shared out: each once, whatever the number of threads") {
  for (const std::size_t threads : {0U, 1U, 2U, 5U}) {
    for (const std::size_t n : {0U, 1U, 3U, 100U}) {
      std::vector<std::atomic<int>> done(n);
      share_out(threads, n, [&](std::size_t i) { ++done[i]; });
      for (const std::atomic<int>& one : done) CHECK(one == 1);
    }
  }
}

TEST_CASE("an exception ends what is shared out") {
  for (const std::size_t threads : {1U, 3U}) {
    std::atomic<std::size_t> done = 0;
    CHECK_THROWS_AS(share_out(threads, 100'000,
                              [&](std::size_t i) {
                                if (i == 2) throw std::runtime_error("two");
                                ++done;
                              }),
                    std::runtime_error);
    CHECK(done < 99'999);
  }
}

/// The processors that the calling thread may use.
cpu_set_t allowed() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  REQUIRE(sched_getaffinity(0, sizeof processors, &processors) == 0);
  return processors;
}

TEST_CASE("threads may use the processors that their creator may, and leave it those") {
  const cpu_set_t all = allowed();
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
  for (const cpu_set_t& processors : {all, one}) {
    REQUIRE(sched_setaffinity(0, sizeof processors, &processors) == 0);
    std::vector<cpu_set_t> of_threads(7);
    run_parallel(of_threads.size(), [&](std::size_t thread) { of_threads[thread] = allowed(); });
    for (const cpu_set_t& own : of_threads) CHECK(CPU_EQUAL(&own, &processors));
  }
  REQUIRE(sched_setaffinity(0, sizeof all, &all) == 0);
}

TEST_CASE("heaps in huge pages hold what heaps hold") {
  std::vector<std::vector<std::vector<std::size_t>>> of_threads(4);
  run_parallel(of_threads.size(), [&](std::size_t thread) {
    use_huge_pages();
    for (std::size_t size = 1; size < 300'000; size = size * 3 + thread)
      of_threads[thread].emplace_back(size, size + thread);
    use_huge_pages();  // again does no harm
    of_threads[thread].emplace_back(7, 7 + thread);
  });
  for (std::size_t thread = 0; thread < of_threads.size(); ++thread) {
    for (const std::vector<std::size_t>& one : of_threads[thread])
      CHECK(one == std::vector<std::size_t>(one.size(), one.size() + thread));
  }
}

}  // namespace k6apm::test
