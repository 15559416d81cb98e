#include "parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

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

}  // namespace k6apm::test
