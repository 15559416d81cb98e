#include "providers/prometheus_answers.hpp"

#include <doctest/doctest.h>

namespace k6apm::test {

using providers::prometheus_advice;

TEST_CASE("known refusals have a hint") {
  const auto hints = [](long status, const char* words, const char* part, bool resent = false) {
    CAPTURE(words);
    CHECK(prometheus_advice(status, words, resent).find(part) != std::string::npos);
  };
  hints(400, "400 out of bounds", "--end-at now");
  hints(400, "400 out of bounds", "out_of_order_time_window");
  hints(500, "500 too old sample", "--end-at now");
  hints(400, "400 out of bounds: timestamp is too far in the future", "future");
  hints(400, "400 out of bounds: timestamp is too far in the future", "--end-at now");
  hints(400, "400 Out of order sample", "out_of_order_time_window");
  hints(409, "409 conflict", "out_of_order_time_window");
  hints(400, "400 err-mimir-sample-timestamp-too-old", "--end-at now");
  hints(400, "400 out of bounds", "earlier attempt", true);
  hints(400, "400 duplicate sample for timestamp", "--tag");
  hints(400, "400 out of order sample", "earlier attempt", true);
  hints(401, "401 Unauthorized", "login");
  hints(403, "403", "login");
  hints(404, "404 page not found", "--web.enable-remote-write-receiver");
  hints(413, "413", "1 MiB");
  hints(301, "301", "redirects");
  hints(500, "500 native histograms are disabled", "--enable-feature=native-histograms");
  CHECK(prometheus_advice(400, "400 something else", true).empty());
  // Moving the run is no sure way out where the series itself goes on later.
  CHECK(prometheus_advice(400, "400 out of order sample", false).find("--end-at") == std::string::npos);
}

}  // namespace k6apm::test
