#include "text/utf8.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using k6apm::text::with_valid_utf8;

TEST_CASE("bytes that are no UTF-8 become U+FFFD one by one, as in Go") {
  const std::string bad = "\xef\xbf\xbd";
  struct Case {
    std::string text;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"", ""},
      {"plain", "plain"},
      {std::string("a\0b", 3), std::string("a\0b", 3)},
      {"\x7f", "\x7f"},
      {"\xc3\xa9", "\xc3\xa9"},
      {"\xe2\x82\xac", "\xe2\x82\xac"},
      {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"\xff", bad},
      {"a\x80z", "a" + bad + "z"},
      {"\xc3", bad},
      {"\xc3z", bad + "z"},
      {"\xe2\x82", bad + bad},
      {"\xe2\x82z", bad + bad + "z"},
      {"\xf0\x9f\x98", bad + bad + bad},
      {"\xc0\xaf", bad + bad},
      {"\xc1\xbf", bad + bad},
      {"\xe0\x80\xaf", bad + bad + bad},
      {"\xed\xa0\x80", bad + bad + bad},
      {"\xf0\x80\x80\x80", bad + bad + bad + bad},
      {"\xf4\x90\x80\x80", bad + bad + bad + bad},
      {"\xf5\x80", bad + bad},
      {"\xe2\x82\xac\xff\xc3\xa9", "\xe2\x82\xac" + bad + "\xc3\xa9"},
      {bad, bad},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(k6apm::text::with_valid_utf8(c.text) == c.expected);
    CHECK(k6apm::text::with_valid_utf8(c.expected) == c.expected);
    CHECK(k6apm::text::is_valid_utf8(c.text) == (c.text == c.expected));
  }
}
