#include "text/width.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace k6apm::text;

TEST_CASE("columns are those of a terminal: two for wide characters, none for combining ones") {
  CHECK(columns_of("") == 0);
  CHECK(columns_of("http_reqs") == 9);
  CHECK(columns_of("größe") == 5);
  CHECK(columns_of("e\xcc\x81t\xcc\x81") == 2);  // with combining acute accents
  CHECK(columns_of("日本語") == 6);
  CHECK(columns_of("▁▂▃") == 3);
}

TEST_CASE("what is too long is shortened in its middle or cut off at its end, never by more than it takes") {
  struct Case {
    std::string text;
    std::size_t columns;
    std::string shortened;
    std::string cut_off;
  };
  const std::vector<Case> cases = {
      {"k6_http_reqs", 12, "k6_http_reqs", "k6_http_reqs"},
      {"k6_http_reqs", 11, "k6_ht…_reqs", "k6_http_re…"},
      {"k6_http_reqs", 10, "k6_ht…reqs", "k6_http_r…"},
      {"k6_http_reqs", 2, "k…", "k…"},
      {"k6_http_reqs", 1, "…", "…"},
      {"k6_http_reqs", 0, "", ""},
      {"", 0, "", ""},
      {"日本語", 6, "日本語", "日本語"},
      {"日本語", 5, "日…語", "日本…"},
      {"日本語", 4, "日…", "日…"},  // half a character is none
      {"ae\xcc\x81z", 2, "a…", "a…"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CAPTURE(c.columns);
    CHECK(shortened(c.text, c.columns) == c.shortened);
    CHECK(cut_off(c.text, c.columns) == c.cut_off);
    CHECK(columns_of(shortened(c.text, c.columns)) <= c.columns);
  }
}
