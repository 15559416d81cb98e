#include "apm/http_header.hpp"

#include <doctest/doctest.h>

#include <tuple>
#include <vector>

#include "apm/secret.hpp"

using namespace k6apm::apm;

TEST_CASE("NAME: VALUE is cut at the first colon") {
  const std::vector<std::tuple<std::string, std::string, std::string>> table = {
      {"X-A: b", "X-A", "b"},           {"X-A:b", "X-A", "b"}, {" X-A \t:  b c \t", "X-A", "b c"},
      {"X-A: b:c: d", "X-A", "b:c: d"}, {"X-A:", "X-A", ""},   {"X-A: \xC3\xA4", "X-A", "\xC3\xA4"}};
  for (const auto& [text, name, value] : table) {
    const auto header = parse_header(text);
    REQUIRE(header);
    CHECK(header->first == name);
    CHECK(header->second == value);
  }
  for (const char* text : {"", "X-A", ":b", "  : b"}) CHECK_FALSE(parse_header(text));
}

TEST_CASE("what cannot be a header of our own") {
  for (const char* name : {"Content-Encoding", "CONTENT-TYPE", "x-prometheus-remote-write-version",
                           "User-Agent", "Host", "Content-Length", "Transfer-Encoding", "Connection",
                           "Expect", "TE", "Upgrade", "", "X A", "X\n", "X:", "X(", "\xC3\xA4"}) {
    CAPTURE(name);
    CHECK(header_problem(name, "b"));
  }
  for (const char* name : {"X-Scope-OrgID", "Authorization", "x_y", "A1", "Content-Types"}) {
    CAPTURE(name);
    CHECK_FALSE(header_problem(name, "b\tc"));
  }
  for (const char* value : {"s3cret\n", "s3cret\r", "\x01s3cret", "s3cret\x7F"}) {
    const auto problem = header_problem("X-A", value);
    REQUIRE(problem);
    CHECK(problem->find("s3cret") == std::string::npos);
  }
}

TEST_CASE("secrets by the look of the name") {
  for (const char* name :
       {"TOKEN", "X-Api-Key", "authorization", "Cookie", "MY_PASSWORD", "K6_PROMETHEUS_RW_HTTP_HEADERS"})
    CHECK(looks_secret(name));
  for (const char* name : {"X-Scope-OrgID", "BASE_URL", "K6_PROMETHEUS_RW_SERVER_URL", ""})
    CHECK_FALSE(looks_secret(name));
}
