#include "series/elapsed.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using k6apm::series::nanoseconds_between;

TEST_CASE("times may lie farther apart than the largest signed number of nanoseconds") {
  CHECK(nanoseconds_between(-5, 7) == 12);
  CHECK(nanoseconds_between(7, 7) == 0);
  CHECK(nanoseconds_between(-9'214'560'000'000'000'000, 9'214'646'399'999'999'999) ==
        18'429'206'399'999'999'999U);
  CHECK(nanoseconds_between(std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max()) ==
        std::numeric_limits<std::uint64_t>::max());
}
