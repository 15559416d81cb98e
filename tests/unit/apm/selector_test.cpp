#include "apm/selector.hpp"

#include <doctest/doctest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

using k6apm::apm::Selector;
using k6apm::apm::SelectorError;

namespace {

using Tags = std::map<std::string, std::string, std::less<>>;

bool selects(const std::string& selector, const std::string& metric, const Tags& tags) {
  return Selector::parse(selector).matches(metric, [&](std::string_view name) -> std::string_view {
    const auto tag = tags.find(name);
    return tag == tags.end() ? std::string_view() : std::string_view(tag->second);
  });
}

struct Valid {
  std::string text;
  std::string metric;  ///< "-" where it is not fixed
  std::vector<std::string> tags;
};

const std::vector<Valid> valid = {
    {"http_reqs", "http_reqs", {}},
    {" \t\r\nhttp_reqs # the total\n", "http_reqs", {}},
    {"ns:http_reqs", "ns:http_reqs", {}},
    {":x", ":x", {}},
    {"http_reqs{}", "http_reqs", {}},
    {"http_reqs{status=\"500\"}", "http_reqs", {"status"}},
    {"http_reqs{status=\"500\",}", "http_reqs", {"status"}},
    {"http_reqs { status = '500' , method != `GET` }", "http_reqs", {"method", "status"}},
    {"http_reqs{ # inside\n status=\"5\" }", "http_reqs", {"status"}},
    {"x{a=\"1\",a=\"2\",b=\"\"}", "x", {"a", "b"}},
    {"{__name__=\"x\"}", "x", {}},
    {"{__name__=\"x\",__name__=~\"x|y\"}", "x", {}},
    {"{__name__=~\"x.*\",__name__=\"xy\"}", "xy", {}},
    {"{__name__=~\"http_.*\"}", "-", {}},
    {"{__name__!=\"x\",a=\"b\"}", "-", {"a"}},
    {"{\"my metric\"}", "my metric", {}},
    {"{a=\"b\",\"my metric\",}", "my metric", {"a"}},
    {"{\"__name__\"=\"x\"}", "x", {}},
    {"x{\"my tag\"=\"v\"}", "x", {"my tag"}},
    {"x{on=\"1\",bool=\"2\",inf=\"3\"}", "x", {"bool", "inf", "on"}},
    {"sum{by=\"x\"}", "sum", {"by"}},
    {"{x!=\"\"}", "-", {"x"}},
    {"{x=~\".+\"}", "-", {"x"}},
    {"{x!~\".*\"}", "-", {"x"}},
    {"x{a=\"\"}", "x", {"a"}},
    {"x{a=\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\"}", "x", {"a"}},
    {"x{a='\\''}", "x", {"a"}},
    {"x{a=\"\\101\\x41\\u0041\\U00000041\"}", "x", {"a"}},
    {"x{a=\"\\xff\"}", "x", {"a"}},
    {"x{a=`\\d\n`}", "x", {"a"}},
    {"x{a=~\"\\\\d+\"}", "x", {"a"}},
    {"x{a=~`\\p{Han}{3}`}", "x", {"a"}},
    {"x{a=\"#{},\"}", "x", {"a"}},
};

struct Invalid {
  std::string text;
  std::size_t offset;
  std::string says;
};

const std::vector<Invalid> invalid = {
    {"", 0, "empty"},
    {"  # nothing", 11, "empty"},
    {"{}", 0, "non-empty matcher"},
    {"{x=\"\"}", 0, "non-empty matcher"},
    {"{x=~\".*\"}", 0, "non-empty matcher"},
    {"{x!=\"a\"}", 0, "non-empty matcher"},
    {"{x!~\".+\"}", 0, "non-empty matcher"},
    {"{\"\"}", 0, "non-empty matcher"},
    {"500", 0, "unexpected '5'"},
    {"http-reqs", 4, "unexpected '-'"},
    {"a b", 2, "should end here"},
    {"a{}b", 3, "should end here"},
    {"a{}{}", 3, "should end here"},
    {"a\"b\"", 1, "should end here"},
    {"\"a\"", 0, "a metric name or { is needed"},
    {"a,", 1, "should end here"},
    {"bool", 0, "keyword"},
    {"ON{a=\"b\"}", 0, "keyword"},
    {"NaN", 0, "keyword"},
    {"group_left", 0, "keyword"},
    {"a{", 2, "} is missing"},
    {"a{b=\"c\"", 7, "} is missing"},
    {"a{b=\"c\",", 8, "} is missing"},
    {"a{,}", 2, "label name"},
    {"a{b=\"c\",,}", 8, "label name"},
    {"a{,b=\"c\"}", 2, "label name"},
    {"a{b}", 3, "=, !=, =~ and !~"},
    {"a{b \"c\"}", 4, "=, !=, =~ and !~"},
    {"a{b=c}", 4, "quoted value"},
    {"a{b=}", 4, "quoted value"},
    {"a{b=5}", 4, "unexpected '5'"},
    {"a{b==\"c\"}", 3, "== is no operator"},
    {"a{b!\"c\"}", 3, "unexpected '!'"},
    {"a{b>\"c\"}", 3, "unexpected '>'"},
    {"a{b:c=\"d\"}", 3, "unexpected ':'"},
    {"a{b=\"c\" d=\"e\"}", 8, "comma or }"},
    {"a}", 1, "should end here"},
    {"a{b=\"c}", 4, "never closed"},
    {"a{b='c}", 4, "never closed"},
    {"a{b=`c}", 4, "never closed"},
    {"a{b=\"c\nd\"}", 6, "line break"},
    {"a{b=\"\\d\"}", 5, "unknown escape \\d"},
    {"a{b=~\"2\\.\"}", 7, "unknown escape \\."},
    {"a{b=\"\\'\"}", 5, "unknown escape"},
    {"a{b='\\\"'}", 5, "unknown escape"},
    {"a{b=\"\\8\"}", 5, "unknown escape"},
    {"a{b=\"\\40\"}", 5, "octal"},
    {"a{b=\"\\400\"}", 5, "above \\377"},
    {"a{b=\"\\x4\"}", 5, "hexadecimal"},
    {"a{b=\"\\u00e\"}", 5, "hexadecimal"},
    {"a{b=\"\\ud800\"}", 5, "no Unicode code point"},
    {"a{b=\"\\U00110000\"}", 5, "no Unicode code point"},
    {"a{b=\"\xff\"}", 5, "not valid UTF-8"},
    {"a{b=`\xc0\x80`}", 5, "not valid UTF-8"},
    {"a{b=\"\xed\xa0\x80\"}", 5, "not valid UTF-8"},
    {"\xc3\xa9", 0, "unexpected byte 0xc3"},
    {"a{b=~\"(\"}", 5, "regular expression"},
    {"a{b!~\"[z-a]\"}", 5, "regular expression"},
    {"a{b=~\"(?=x)\"}", 5, "regular expression"},
    {"a{b=~\"(x)\\\\1\"}", 5, "regular expression"},
    {"a{b=~\"x{1001}\"}", 5, "regular expression"},
    {"a{b=~\"\\xff\"}", 5, "not valid UTF-8"},
    {"a{__name__=\"b\"}", 2, "must not be set twice"},
    {"a{__name__=~\"b\"}", 2, "must not be set twice"},
    {"a{\"b\"}", 2, "must not be set twice"},
    {"a{b=\"c\",\"__name__\"=\"a\"}", 8, "must not be set twice"},
    {std::string(70000, 'a'), 65536, "64 KiB"},
};

struct Match {
  std::string selector;
  Tags tags;
  bool selected;
};

const std::vector<Match> matches = {
    {"m", {}, true},
    {"m", {{"a", "x"}}, true},
    {"other", {}, false},
    {"m{a=\"\"}", {}, true},
    {"m{a=\"\"}", {{"a", ""}}, true},
    {"m{a=\"\"}", {{"a", "x"}}, false},
    {"m{a!=\"\"}", {}, false},
    {"m{a!=\"\"}", {{"a", "x"}}, true},
    {"m{a!=\"x\"}", {}, true},
    {"m{a!=\"x\"}", {{"a", "x"}}, false},
    {"m{a!~\"x\"}", {}, true},
    {"m{a=~\"x|\"}", {}, true},
    {"m{a=~\"x\"}", {}, false},
    {"m{a=~\"x\"}", {{"a", "xy"}}, false},
    {"m{a=~\"y\"}", {{"a", "xy"}}, false},
    {"m{a=~\"x|y\"}", {{"a", "xy"}}, false},
    {"m{a=~\"x|xy\"}", {{"a", "xy"}}, true},
    {"m{a=~\"^xy$\"}", {{"a", "xy"}}, true},
    {"m{a=~\".*\"}", {{"a", "x\ny"}}, true},
    {"m{a=~\"x.y\"}", {{"a", "x\ny"}}, true},
    {"m{a=~\"(?-s)x.y\"}", {{"a", "x\ny"}}, false},
    {"m{a=~\"x$\"}", {{"a", "x\n"}}, false},
    {"m{a=~\"(?i)get\"}", {{"a", "GeT"}}, true},
    {"m{a=~\"(?i)k\"}", {{"a", "\u212A"}}, true},
    {"m{a=~\"2..\"}", {{"a", "204"}}, true},
    {"m{a=~\"[23][0-9]{2}\"}", {{"a", "404"}}, false},
    {"m{a=~\"\\\\d+\"}", {{"a", "12"}}, true},
    {"m{a=~`\\d+`}", {{"a", "\u0661"}}, false},
    {"m{a=~\".\"}", {{"a", "\u00e9"}}, true},
    {"m{a=~\"\\\\Qa.b\\\\E\"}", {{"a", "axb"}}, false},
    {"m{a=\"\\u00e9\"}", {{"a", "\u00e9"}}, true},
    {"m{a=\"\\101\"}", {{"a", "A"}}, true},
    {"m{a=`\\n`}", {{"a", "\\n"}}, true},
    {"m{a!=\"1\",a!=\"2\"}", {{"a", "2"}}, false},
    {"m{a!=\"1\",a!=\"2\"}", {{"a", "3"}}, true},
    {"m{\"my tag\"=\"v\"}", {{"my tag", "v"}}, true},
    {"m{\"\"=\"v\"}", {}, false},
    {"{__name__=~\"m|n\"}", {}, true},
    {"{__name__=~\"mm*x\"}", {}, false},
    {"{__name__!=\"m\",a=\"x\"}", {{"a", "x"}}, false},
    {"{\"m\",\"n\"}", {}, false},
    {"{\"m\"}", {}, true},
};

}  // namespace

TEST_CASE("selectors that are valid, with their metric and tags") {
  for (const Valid& row : valid) {
    CAPTURE(row.text);
    const Selector selector = Selector::parse(row.text);
    CHECK(selector.metric().value_or("-") == row.metric);
    CHECK(selector.tag_names() == row.tags);
  }
}

TEST_CASE("selectors that are not, with the byte where they go wrong") {
  for (const Invalid& row : invalid) {
    CAPTURE(row.text.substr(0, 80));
    try {
      Selector::parse(row.text);
      FAIL("accepted");
    } catch (const SelectorError& error) {
      CAPTURE(error.text);
      CHECK(error.offset == row.offset);
      CHECK(error.text.find(row.says) != std::string::npos);
    }
  }
}

TEST_CASE("what a selector selects of the metric m") {
  for (const Match& row : matches) {
    CAPTURE(row.selector);
    CHECK(selects(row.selector, "m", row.tags) == row.selected);
  }
}

TEST_CASE("k6's submetric form is refused with the selector that says the same") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"http_reqs{status:500}", "write http_reqs{status=\"500\"}"},
      {"http_req_duration{name:item page}", "write http_req_duration{name=\"item page\"}"},
      {"http_reqs{status:500, method:GET}", "write http_reqs{status=\"500\",method=\"GET\"}"},
      {"http_reqs{url:http://a/b?c=d}", "write http_reqs{url=\"http://a/b?c=d\"}"},
      {"x{q:\"quoted\"}", "write x{q=\"quoted\"}"},
      {"x{q:a\"b\\c}", "write x{q=\"a\\\"b\\\\c\"}"},
      {"x{my tag:1}", "write x{\"my tag\"=\"1\"}"},
      {"x{a:}", "write x{a=\"\"}"},
      {"orders placed{plan:gold}", "write {\"orders placed\",plan=\"gold\"}"},
  };
  for (const auto& [text, hint] : table) {
    CAPTURE(text);
    try {
      Selector::parse(text);
      FAIL("accepted");
    } catch (const SelectorError& error) {
      CHECK(error.hint == hint);
      CHECK_NOTHROW(Selector::parse(error.hint.substr(6)));
    }
  }
}

TEST_CASE("a regular expression cannot take more memory than it may") {
  CHECK_THROWS_AS(Selector::parse("a{b=~\"((x{1000}){1000}){1000}\"}"), SelectorError);
}
