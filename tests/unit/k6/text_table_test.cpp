#include "k6/text_table.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

using k6apm::k6::TextTable;

namespace {

/// Long texts that differ in a single byte, wherever it is, short ones, and the empty one.
std::vector<std::string> similar_texts() {
  std::vector<std::string> texts = {""};
  for (const std::size_t length : {1U, 7U, 8U, 9U, 15U, 16U, 63U, 64U, 65U, 200U, 1000U}) {
    texts.emplace_back(length, 'x');
    for (std::size_t at = 0; at < length; ++at) {
      texts.emplace_back(length, 'x');
      texts.back()[at] = 'y';
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("a text is found with its own value, however similar others are and in whatever order they come") {
  const std::vector<std::string> texts = similar_texts();
  TextTable<std::size_t> table;
  std::map<std::string, std::size_t> expected;
  std::mt19937_64 random(3);  // NOLINT(cert-msc51-cpp)
  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::string& text = texts[random() % texts.size()];
    const auto known = expected.find(text);
    std::size_t* const found = table.find(text);
    REQUIRE((found != nullptr) == (known != expected.end()));
    if (found != nullptr) {
      REQUIRE(*found == known->second);
      REQUIRE(table.find_recent(text) == found);  // it was found a moment ago
      continue;
    }
    CHECK(table.find_recent(text) == nullptr);
    const auto [value, made] = table.make(text);
    CHECK(made);
    value = i;
    expected[text] = i;
  }
  CHECK(expected.size() == texts.size());
}

TEST_CASE("a value stays where it is until all are forgotten") {
  TextTable<int> table;
  int& first = table.make("{\"name\":\"first\"}").first;
  first = 1;
  for (int i = 0; i < 10'000; ++i) table.make(std::to_string(i)).first = i;
  CHECK(table.find("{\"name\":\"first\"}") == &first);
  CHECK_FALSE(table.make("{\"name\":\"first\"}").second);
  CHECK(table.find("9999") != nullptr);
  table.clear();
  CHECK(table.find("{\"name\":\"first\"}") == nullptr);
  CHECK(table.find_recent("9999") == nullptr);
  CHECK(table.make("9999").second);
}
