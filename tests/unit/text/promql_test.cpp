#include "text/promql.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

TEST_CASE("a text is written as a string literal of PromQL") {
  using namespace std::string_view_literals;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_cases{{
      {"", R"("")"},
      {"GET /a", R"("GET /a")"},
      {R"(a "b" \c)", R"("a \"b\" \\c")"},
      {"two\nlines", R"("two\nlines")"},
      {"\0\x1f\x7f"sv, R"("\x00\x1f\x7f")"},
      {"größe", R"("größe")"},
  }};
  for (const auto& [text, literal] : k_cases) CHECK(k6apm::text::promql_string(text) == literal);
}
