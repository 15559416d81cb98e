#include "cli/folding.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace k6apm;

namespace {

void add(std::vector<Notice>& notices, std::size_t count, std::string_view kind,
         Severity severity = Severity::warning) {
  for (std::size_t i = 0; i < count; ++i)
    notices.push_back({severity, {"a.js", i + 1}, std::string(kind) + std::to_string(i), "", kind});
}

std::vector<std::string> texts(const std::vector<Notice>& notices) {
  std::vector<std::string> all;
  for (const Notice& notice : notices) all.push_back(notice.text);
  return all;
}

}  // namespace

TEST_CASE("six of a kind are shown, of seven the first five and a count") {
  std::vector<Notice> notices;
  add(notices, 6, "x");
  CHECK(texts(cli::folded(notices)) == std::vector<std::string>{"x0", "x1", "x2", "x3", "x4", "x5"});
  notices.clear();
  add(notices, 7, "x");
  CHECK(texts(cli::folded(notices)) ==
        std::vector<std::string>{"x0", "x1", "x2", "x3", "x4", "and 2 more x"});
}

TEST_CASE("the count stands behind the fifth, with its severity and no place") {
  std::vector<Notice> notices;
  add(notices, 128, "x", Severity::note);
  const std::vector<Notice> shown = cli::folded(notices);
  REQUIRE(shown.size() == 6);
  CHECK(shown[5].text == "and 123 more x");
  CHECK(shown[5].severity == Severity::note);
  CHECK(shown[5].where.file.empty());
  CHECK(shown[5].hint == "-v shows each of them");
}

TEST_CASE("each kind is counted by itself, and what has none is always shown") {
  std::vector<Notice> notices;
  for (int i = 0; i < 8; ++i) {
    add(notices, 1, "x");
    add(notices, 1, "");
    add(notices, 1, "y");
  }
  const std::vector<Notice> shown = cli::folded(notices);
  REQUIRE(shown.size() == 8 + 6 + 6);
  CHECK(texts(shown)[12] == "x0");
  CHECK(texts(shown)[13] == "and 3 more x");
  CHECK(texts(shown)[14] == "0");
  CHECK(texts(shown)[15] == "y0");
  CHECK(texts(shown)[16] == "and 3 more y");
}

TEST_CASE("nothing stays nothing") { CHECK(cli::folded({}).empty()); }
