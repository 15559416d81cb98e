#include <doctest/doctest.h>

#include "error.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

std::string header(const providers::Endpoint& endpoint, const std::string& name) {
  for (const providers::Header& one : endpoint.headers) {
    if (one.name == name) return one.value;
  }
  return "(none)";
}

providers::Endpoint endpoint(const apm::Destination& destination) {
  return prometheus().endpoint(destination, "k6apm/0.1.0");
}

}  // namespace

TEST_CASE("headers of remote write 1.0") {
  apm::Destination destination;
  destination.remote_write_url = "https://receiver/api/v1/push?tenant=a&x=%20";
  const auto to = endpoint(destination);
  CHECK(to.url == "https://receiver/api/v1/push?tenant=a&x=%20");
  CHECK(header(to, "Content-Encoding") == "snappy");
  CHECK(header(to, "Content-Type") == "application/x-protobuf");
  CHECK(header(to, "X-Prometheus-Remote-Write-Version") == "0.1.0");
  CHECK(header(to, "User-Agent") == "k6apm/0.1.0");
  CHECK(header(to, "Authorization") == "(none)");
}

TEST_CASE("logins") {
  apm::Destination destination;
  destination.remote_write_url = "http://aladdin:open%20sesame@receiver:9090/write@x?u=a@b";
  SUBCASE("from the URL") {
    const auto to = endpoint(destination);
    CHECK(to.url == "http://receiver:9090/write@x?u=a@b");
    CHECK(header(to, "Authorization") == "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(to.headers.back().secret);
  }
  SUBCASE("of the block wins") {
    destination.username = "u";
    destination.password = apm::Secret("p:");
    CHECK(header(endpoint(destination), "Authorization") == "Basic dTpwOg==");
    CHECK(endpoint(destination).url == "http://receiver:9090/write@x?u=a@b");
  }
  SUBCASE("token") {
    destination.token = apm::Secret("abc");
    CHECK(header(endpoint(destination), "Authorization") == "Bearer abc");
  }
  SUBCASE("line breaks are refused, and not shown") {
    destination.token = apm::Secret("abc\r\nX-Other: 1");
    CHECK_THROWS_WITH_AS(endpoint(destination),
                         "the token for Prometheus holds a line break or another control character", Error);
    destination.token = apm::Secret();
    destination.username = "a\nb";
    CHECK_THROWS_AS(endpoint(destination), Error);
  }
}

TEST_CASE("what answers mean") {
  using providers::Verdict;
  const std::pair<long, Verdict> table[] = {
      {200, Verdict::delivered}, {204, Verdict::delivered}, {299, Verdict::delivered},
      {301, Verdict::stop},      {304, Verdict::stop},      {400, Verdict::bad_part},
      {401, Verdict::stop},      {403, Verdict::stop},      {404, Verdict::stop},
      {405, Verdict::stop},      {408, Verdict::retry},     {409, Verdict::refused},
      {413, Verdict::too_large}, {415, Verdict::refused},   {422, Verdict::refused},
      {429, Verdict::retry},     {500, Verdict::retry},     {503, Verdict::retry},
      {599, Verdict::retry},     {100, Verdict::retry},
  };
  for (const auto& row : table) {
    const long status = row.first;
    CAPTURE(status);
    CHECK(prometheus().judge(status, {}).verdict == row.second);
  }
}

TEST_CASE("a receiver without native histograms is not asked again") {
  CHECK(prometheus().judge(500, "native histograms are disabled\n").verdict == providers::Verdict::refused);
  CHECK(prometheus().judge(503, "native histograms are disabled\n").verdict == providers::Verdict::retry);
}

TEST_CASE("the table has Prometheus") {
  REQUIRE(providers::find_provider(apm::ProviderKind::prometheus) != nullptr);
  CHECK(prometheus().name == "prometheus");
}

}  // namespace k6apm::test
