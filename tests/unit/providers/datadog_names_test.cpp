#include <doctest/doctest.h>

#include <random>
#include <string>
#include <utility>

#include "providers/datadog_names.hpp"
#include "text/utf8.hpp"

namespace k6apm::test {

using providers::datadog_constant_tags;
using providers::datadog_name;
using providers::datadog_tags;
using series::Tags;

namespace {

std::string repeated(const std::string& text, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += text;
  return out;
}

/// `key=value` with commas between them.
std::string shown(const Tags& tags) {
  std::string text;
  for (const auto& [key, value] : tags) text += (text.empty() ? "" : ",") + key + "=" + value;
  return text;
}

}  // namespace

TEST_CASE("names of metrics for Datadog") {
  const std::pair<std::string, std::string> table[] = {
      {"k6.http_reqs", "k6.http_reqs"},
      {"K6.Http", "K6.Http"},
      {"a-b c", "a_b_c"},
      {"a__b", "a__b"},
      {"a.", "a."},
      {"a-", "a_"},
      {"_.9a9", "a9"},
      {"k6.\xC3\xA4\xC3\xB6", "k6.__"},
      {"\xC3\xA4x", "x"},
      {"k6.\xF0\x9F\x98\x80", "k6._"},
      {"a\xFF\xC3", "a__"},
      {"a\xE2\x82z", "a__z"},
      {std::string("a\0b", 3), "a_b"},
      {"", ""},
      {"9_.", ""},
      {"\xE4\xB8\xAD", ""},
      {repeated("a", 201), repeated("a", 200)},
      {"9" + repeated("a", 200), repeated("a", 200)},
      {"a" + repeated("\xC3\xA4", 300), "a" + repeated("_", 199)},
  };
  for (const auto& [target, name] : table) {
    CAPTURE(target);
    CHECK(datadog_name(target) == name);
    CHECK(datadog_name(name) == name);
  }
}

TEST_CASE("a suffix shortens the name before it") {
  CHECK(datadog_name("k6.a b", ".95percentile") == "k6.a_b.95percentile");
  CHECK(datadog_name("9", ".avg").empty());
  CHECK(datadog_name("a", "") == "a");
  CHECK(datadog_name(repeated("a", 196), ".avg") == repeated("a", 196) + ".avg");
  CHECK(datadog_name(repeated("a", 197), ".avg") == repeated("a", 196) + ".avg");
  CHECK(datadog_name(repeated("a", 300), ".median") == repeated("a", 193) + ".median");
}

TEST_CASE("tags for Datadog") {
  const std::pair<Tags, std::string> table[] = {
      {{{"status", "200"}}, "status=200"},
      {{{"Name", "GET /Cart?x=1"}}, "name=get_/cart_x_1"},
      {{{"url", "https://a.b/c-d"}}, "url=https://a.b/c-d"},
      {{{"a", "x__y"}, {"b", "x!?_y"}}, "a=x_y,b=x_y"},
      {{{"a", "x_"}, {"b", "x:"}, {"c", "x_:_:"}, {"d", "!"}}, "a=x,b=x,c=x,d="},
      {{{"a", ""}}, "a="},
      {{{"a:b", "c"}}, "a=b:c"},
      {{{"a", ":b"}}, "a=:b"},
      {{{"a_", "b"}}, "a_=b"},
      {{{"_a", "b"}, {"1", "c"}, {"-", "d"}}, "-=d,1=c,_a=b"},
      {{{"", "x"}}, ""},
      {{{"$", "x"}, {"_", "x"}, {":y", "x"}, {"_:y", "x"}, {"?", ""}}, ""},
      {{{"k", "\xC3\x84\xC3\xB6"}}, "k=\xC3\xA4\xC3\xB6"},                                // A and o with dots
      {{{"\xD0\x9A", "\xE4\xB8\xAD\xE6\x96\x87"}}, "\xD0\xBA=\xE4\xB8\xAD\xE6\x96\x87"},  // Cyrillic, Han
      {{{"k", "\xD9\xA1\xE2\x85\xA7\xC2\xB2x"}},
       "k=\xD9\xA1_x"},                  // Arabic 1 stays, Roman 8 and superscript 2 go
      {{{"k", "\xC4\xB0"}}, "k=i"},      // I with a dot
      {{{"k", "e\xCC\x81x"}}, "k=e_x"},  // a combining accent
      {{{"k", "a\xF0\x9F\x98\x80\xF0\x9F\x98\x80z"}}, "k=a_z"},
      {{{"k", "a\xFFz"}}, "k=a_z"},
      {{{"a", "X"}, {"A", "x"}, {"a", "y"}}, "a=x,a=y"},
      {{{"b", "1"}, {"a", "1"}}, "a=1,b=1"},
  };
  for (const auto& [tags, expected] : table) {
    const std::string given = shown(tags);
    CAPTURE(given);
    CHECK(shown(datadog_tags(tags, {})) == expected);
    CHECK(shown(datadog_constant_tags(tags)) == expected);
    CHECK(shown(datadog_tags(datadog_tags(tags, {}), {})) == expected);
  }
}

TEST_CASE("a tag has at most 200 code points, its key and the colon included") {
  const auto value_of = [](const std::string& value) {
    return datadog_tags({{"k", value}}, {}).at(0).second;
  };
  CHECK(value_of(repeated("a", 300)) == repeated("a", 198));
  CHECK(value_of(repeated("\xC3\x84", 300)) == repeated("\xC3\xA4", 198));
  CHECK(value_of(repeated("a", 196) + "_:b") == repeated("a", 196));  // the end goes after the cut
  CHECK(value_of("__" + repeated("a", 300)) == "_" + repeated("a", 197));
  CHECK(datadog_tags({{repeated("k", 250), "v"}}, {}) == Tags{{repeated("k", 200), ""}});
}

TEST_CASE("tags of the run give way to constant ones with the same key") {
  const Tags tags = {{"ENV", "a"}, {"env", "b"}, {"env_", "c"}, {"env:x", "d"}, {"other", "e"}};
  CHECK(shown(datadog_tags(tags, {"Env"})) == "env_=c,other=e");
  CHECK(shown(datadog_tags(tags, {"env!"})) == "env=a,env=b,env=x:d,other=e");
  CHECK(shown(datadog_tags(tags, {"", "none"})) == "env=a,env=b,env=x:d,env_=c,other=e");
}

TEST_CASE("a series has at most 100 tags, the constant ones included") {
  Tags tags;
  for (int i = 100; i < 250; ++i) tags.emplace_back("t" + std::to_string(i), "x");
  const Tags all = datadog_tags(tags, {});
  CHECK(all.size() == 100);
  CHECK(all.back().first == "t199");
  CHECK(datadog_tags(tags, {"a", "b"}).size() == 98);
  CHECK(datadog_tags(tags, {"t100"}).front().first == "t101");
  CHECK(datadog_tags(tags, std::vector<std::string>(100, "a")).empty());
  CHECK(datadog_tags(tags, std::vector<std::string>(101, "a")).empty());
  CHECK(datadog_constant_tags(tags).size() == 100);
}

TEST_CASE("every code point by itself: what was normalised stays") {
  for (char32_t code_point = 1; code_point <= 0x10FFFF; ++code_point) {
    std::string one = "x";
    text::append_utf8(one, code_point);
    const Tags tags = datadog_tags({{"k", one}}, {});
    const bool stays = tags.size() == 1 && datadog_tags(tags, {}) == tags;
    if (!stays) FAIL("U+" << static_cast<unsigned>(code_point));  // no CHECK: a million of them take long
  }
}

TEST_CASE("random text: what was normalised stays, within the limits") {
  std::mt19937 random(1);
  const std::string pieces[] = {
      "a", "Z", "_", ":", "9", "/", ".", "!", " ", "\xC3\x84", "\xFF", "\xE4\xB8\xAD", "\xC4\xB0", "-"};
  const auto text = [&](std::size_t most) {
    std::string out;
    for (std::size_t left = random() % (most + 1); left > 0; --left)
      out += pieces[random() % std::size(pieces)];
    return out;
  };
  for (int round = 0; round < 20000; ++round) {
    Tags tags;
    for (std::size_t left = random() % 4; left > 0; --left)
      tags.emplace_back(text(6), text(random() % 8 == 0 ? 300 : 6));
    const std::vector<std::string> constants = {text(3)};
    CAPTURE(shown(tags));
    const Tags once = datadog_tags(tags, constants);
    REQUIRE(shown(datadog_tags(once, constants)) == shown(once));
    REQUIRE(shown(datadog_constant_tags(once)) == shown(once));
    const std::string name = datadog_name(text(220));
    REQUIRE(name.size() <= 200);
    REQUIRE(datadog_name(name) == name);
  }
}

}  // namespace k6apm::test
