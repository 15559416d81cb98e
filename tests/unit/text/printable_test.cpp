#include "text/printable.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("what a terminal would obey becomes a blank") {
  struct Case {
    std::string text;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"", ""},
      {"plain text, caf\xc3\xa9", "plain text, caf\xc3\xa9"},
      {"a\tb\r\n", "a b  "},
      {"\x1b[31mred", " [31mred"},
      {"\x7f", " "},
      {std::string("a\0b", 3), "a b"},
      {"\xc2\x9b"
       "31m",
       " 31m"},
      {"\xc2\x80", " "},
      {"\xc2\xa0", "\xc2\xa0"},
      {"\xc2", "\xef\xbf\xbd"},
      {"\x9b"
       "31m",
       "\xef\xbf\xbd"
       "31m"},
      {"\xC3\xA4\xF0\x9F\x98\x80", "\xC3\xA4\xF0\x9F\x98\x80"},
      {"\xFF\xC3", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(k6apm::text::printable(c.text) == c.expected);
  }
}
