#include "delivery/answers.hpp"

#include <doctest/doctest.h>

namespace k6apm::test {

using delivery::receiver_words;
using delivery::refusal_hint;

TEST_CASE("the receiver's words are one clean line") {
  CHECK(receiver_words(400, "out of order sample\n") == "400 out of order sample");
  CHECK(receiver_words(400, "a\r\n\tb\x1b[31m\xff") == "400 a b [31m\xEF\xBF\xBD");
  CHECK(receiver_words(401, "") == "401 Unauthorized");
  CHECK(receiver_words(418, " \n") == "418");
  CHECK(receiver_words(401, "no user w with token s3cret, s3c", {"s3c", "", "s3cret"}) ==
        "401 no user w with token ***, ***");
  CHECK(receiver_words(400, std::string(400, 'x')) == "400 " + std::string(300, 'x') + "...");
  std::string umlauts;
  for (int i = 0; i < 301; ++i) umlauts += "\xC3\xA4";
  CHECK(receiver_words(400, umlauts) == "400 " + umlauts.substr(0, 600) + "...");
}

TEST_CASE("known refusals have a hint") {
  const auto hints = [](long status, const char* words, const char* part, bool resent = false) {
    CAPTURE(words);
    CHECK(refusal_hint(status, words, resent).find(part) != std::string::npos);
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
  CHECK(refusal_hint(400, "400 something else", true).empty());
  // Moving the run is no sure way out where the series itself goes on later.
  CHECK(refusal_hint(400, "400 out of order sample", false).find("--end-at") == std::string::npos);
}

}  // namespace k6apm::test
