#include "delivery/answers.hpp"

#include <doctest/doctest.h>

namespace k6apm::test {

using delivery::receiver_words;

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

}  // namespace k6apm::test
