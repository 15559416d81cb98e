#include "text/nearest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace k6apm::text;

TEST_CASE("the distance counts letters, and a swap of two as one") {
  struct Case {
    std::string_view a;
    std::string_view b;
    std::size_t distance;
  };
  const Case cases[] = {
      {"", "", 0},
      {"", "abc", 3},
      {"metod", "method", 1},
      {"methhod", "method", 1},
      {"mathod", "method", 1},
      {"mehtod", "method", 1},
      {"promethues", "prometheus", 1},
      {"ca", "abc", 3},  // optimal string alignment: a swapped pair is not edited again
      {"kitten", "sitting", 3},
      {"Max", "max", 0},
      {"dryrun", "dry-run", 0},
      {"http-req_Failed", "httpReqFailed", 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.a);
    CAPTURE(one.b);
    CHECK(spelling_distance(one.a, one.b) == one.distance);
    CHECK(spelling_distance(one.b, one.a) == one.distance);
  }
}

TEST_CASE("only what is near is suggested: two letters, in short words one") {
  struct Case {
    std::string_view word;
    std::vector<std::string_view> candidates;
    std::string meant;
  };
  const Case cases[] = {
      {"k7", {"apm", "k6"}, "k6"},
      {"q7", {"apm", "k6"}, ""},
      {"sum", {"max"}, ""},
      {"mox", {"sum", "max"}, "max"},
      {"alway", {"auto", "always", "never"}, "always"},
      {"finish", {"finished", "user"}, "finished"},
      {"finis", {"finished", "user"}, ""},
      {"http_req_durations", {"http_reqs", "http_req_duration"}, "http_req_duration"},
      {"http_req_sending", {"http_req_waiting"}, ""},
      {"staus", {"state", "status"}, "status"},
      {"max_series", {"max-series"}, "max-series"},
      {"abcd", {"abce", "abcf"}, "abce"},
      {"a", {"b"}, ""},
      {"", {"a"}, ""},
      {"--", {"a"}, ""},
      {"vus", {}, ""},
      {"vus", {"vus"}, ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.word);
    CHECK(nearest(one.word, one.candidates) == one.meant);
  }
}

TEST_CASE("very long words are not compared") {
  const std::string word(65, 'a');
  const std::string almost = word + "b";
  CHECK(nearest(word, {almost}).empty());
  CHECK(nearest(word.substr(1), {word}) == word);
}

TEST_CASE("the question is asked only where there is a word") {
  CHECK(did_you_mean("max") == "did you mean max?");
  CHECK(did_you_mean("").empty());
}
