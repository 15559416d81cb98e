// Answers as no receiver should give them: read within bounds, and no longer than the time-out.
#include <atomic>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "delivery/backoff.hpp"
#include "delivery/http_client.hpp"
#include "loopback_server.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::HttpClient;
using delivery::Response;
using Clock = std::chrono::steady_clock;

const std::atomic<bool> k_never{false};
constexpr std::size_t k_10_gb = 10'000'000'000;
/// What is on its way when the connection is closed: buffers of the kernel on both sides.
constexpr std::size_t k_on_the_way = 32'000'000;

/// What a receiver said, and how much of it went out.
struct Said {
  Response response{};
  std::size_t bytes = 0;
};

/// Asks a receiver that begins with `head` and repeats `piece` until `limit` bytes, or the client closes.
Said ask(const std::string& head, const std::string& piece, std::size_t limit = k_10_gb) {
  std::atomic<std::size_t> bytes{0};
  Said said;
  {
    LoopbackServer server([&](const Request&, std::size_t) {
      Answer reply{head};
      reply.more = [&bytes, piece, limit] {
        if (bytes >= limit) return std::string();
        bytes += piece.size();
        return piece;
      };
      reply.close = true;
      return reply;
    });
    HttpClient client;
    said.response = client.send("POST", {server.url(), {}}, "x", 20s, k_never);
  }
  said.bytes = bytes;
  return said;
}

std::string chunk(std::size_t size) {
  char head[32];
  std::snprintf(head, sizeof head, "%zx\r\n", size);
  return head + std::string(size, 'e') + "\r\n";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::optional<double> wait_of(const std::string& header) {
  LoopbackServer server([&](const Request&, std::size_t) { return answer(503, "", header + "\r\n"); });
  HttpClient client;
  return client.send("POST", {server.url(), {}}, "x", 20s, k_never).retry_after_s;
}

std::string http_date(std::time_t time, const char* form) {
  char text[64];
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::strftime(text, sizeof text, form, &utc);
  return text;
}

}  // namespace

TEST_CASE("a wait is believed where it is one") {
  struct Case {
    std::string value;
    std::optional<double> wait_s;
  };
  for (const Case& one : std::vector<Case>{
           {"7", 7.0},
           {" 7 ", 7.0},
           {"007", 7.0},
           {"7, 8", 7.0},
           {"0", {}},
           {"-1", {}},
           {"-9223372036854775808", {}},
           {"99999999999999999999999", {}},
           {"", {}},
           {" ", {}},
           {"soon", {}},
           {"nan", {}},
           {"inf", {}},
           {"Fri, 31 Dec 1999 23:59:59 GMT", {}},
           {"Thu, 01 Jan 1970 00:00:00 GMT", {}},
           {"Fri, 99 Foo 2099 99:99:99 GMT", {}},
       }) {
    CAPTURE(one.value);
    CHECK(wait_of("Retry-After: " + one.value) == one.wait_s);
  }
}

TEST_CASE("a date to wait for is read in all three forms of HTTP") {
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    const std::optional<double> wait_s = wait_of("Retry-After: " + http_date(std::time(nullptr) + 600, form));
    REQUIRE(wait_s);
    CHECK(*wait_s > 590);
    CHECK(*wait_s <= 600);
  }
}

TEST_CASE("a wait beyond all measure is a number all the same, and the retries of a request bound it") {
  for (const char* value : {"9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT", "4102444800"}) {
    const std::optional<double> wait_s = wait_of(std::string("Retry-After: ") + value);
    REQUIRE(wait_s);
    CHECK(std::isfinite(*wait_s));
    CHECK(*wait_s > 3600);
    delivery::Backoff backoff(300, [] { return 0.5; });
    CHECK(backoff.next(1, wait_s) == 299.0);
    CHECK_FALSE(backoff.next(300, wait_s));
  }
}

TEST_CASE("of 10 GB little is read, and the status counts") {
  for (const int status : {200, 400, 503}) {
    CAPTURE(status);
    const std::string line = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
    for (const Said& said : {ask(line + "Content-Length: 10000000000\r\n\r\n", std::string(100000, 'e')),
                             ask(line + "Transfer-Encoding: chunked\r\n\r\n", chunk(100000)),
                             ask(line + "Connection: close\r\n\r\n", std::string(100000, 'e'))}) {
      CHECK(said.response.status == status);
      CHECK(said.response.error.empty());
      CHECK_FALSE(said.response.whole);
      CHECK(said.response.body == std::string(HttpClient::k_max_kept_bytes, 'e'));
      CHECK(said.bytes < HttpClient::k_max_read_bytes + k_on_the_way);
    }
  }
}

TEST_CASE("headers without end are left") {
  const std::string header = "X-More: " + std::string(990, 'h') + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  struct Case {
    std::string what;
    std::string head;
    std::string piece;
    int status;
    std::string error;
  };
  for (const Case& one : std::vector<Case>{
           {"lines", "HTTP/1.1 400 X\r\n", header, 400, ""},
           {"one line", "HTTP/1.1 400 X\r\nX-More: ", header.substr(0, 998), 400, ""},
           {"behind the body", "HTTP/1.1 400 X\r\n" + chunked + "0\r\n", header, 400, ""},
           {"no line at all", "", header.substr(0, 998), 0, "did not answer in HTTP"},
           {"status line", "HTTP/1.1 200 ", header.substr(0, 998), 0, "did not answer in HTTP"},
           {"100-continue", "", "HTTP/1.1 100 X\r\n\r\n", 0, "sends headers without end"},
           {"early hints", "", "HTTP/1.1 103 X\r\n" + header + "\r\n", 0, "sends headers without end"},
       }) {
    CAPTURE(one.what);
    const Said said = ask(one.head, one.piece);
    CHECK(said.response.status == one.status);
    CHECK(has(said.response.error, one.error));
    CHECK(said.response.error.empty() == (one.status != 0));
    CHECK(said.response.body.empty());
    CHECK_FALSE(said.response.whole);
    CHECK(said.bytes < k_on_the_way);
  }
}

TEST_CASE("headers within bounds are taken") {
  const std::string header = "X-More: " + std::string(990, 'h') + "\r\n";
  std::string headers;
  while (headers.size() + header.size() < 250000) headers += header;
  LoopbackServer server([&](const Request&, std::size_t) { return answer(200, "all", headers); });
  HttpClient client;
  for (int i = 0; i < 2; ++i) {  // the bound is that of one answer
    const Response response = client.send("POST", {server.url(), {}}, "x", 20s, k_never);
    CHECK(response.status == 200);
    CHECK(response.body == "all");
    CHECK(response.whole);
  }
}

TEST_CASE("an answer that trickles ends at the time-out") {
  struct Case {
    std::string head;
    std::string piece;
    int status;
  };
  for (const Case& one : std::vector<Case>{
           {"HTTP/1.1 400 ", "X", 0},
           {"HTTP/1.1 400 X\r\nX-More: ", "h", 400},
           {"HTTP/1.1 400 X\r\nContent-Length: 1000\r\n\r\n", "e", 400},
           {"HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\ne\r\n", 400},
           {"HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension", 400},
           {"", "HTTP/1.1 100 X\r\n\r\n", 0},
       }) {
    CAPTURE(one.head);
    CAPTURE(one.piece);
    LoopbackServer server([&](const Request&, std::size_t) {
      Answer reply{one.head};
      reply.more = [&] {
        std::this_thread::sleep_for(50ms);
        return one.piece;
      };
      return reply;
    });
    HttpClient client;
    const auto begin = Clock::now();
    const Response response = client.send("POST", {server.url(), {}}, "x", 400ms, k_never);
    CHECK(Clock::now() - begin >= 390ms);
    CHECK(Clock::now() - begin < 3s);
    CHECK(response.status == one.status);
    CHECK(response.error.empty() == (one.status != 0));
    if (one.status == 0) CHECK(has(response.error, "timed out after 0.4 s"));
    CHECK(response.sent_unanswered == (one.status == 0));
    CHECK_FALSE(response.whole);
  }
}

TEST_CASE("a body is garbage") {
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += static_cast<char>(i * 7);
  LoopbackServer server([&](const Request&, std::size_t number) {
    if (number == 0) return answer(200, garbage);
    // Chunks that are none.
    return Answer{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + garbage, true};
  });
  HttpClient client;
  const Response first = client.send("POST", {server.url(), {}}, "x", 20s, k_never);
  CHECK(first.status == 200);
  CHECK(first.body == garbage);
  CHECK(first.whole);
  const Response second = client.send("POST", {server.url(), {}}, "x", 20s, k_never);
  CHECK(second.status == 200);
  CHECK(second.error.empty());
  CHECK_FALSE(second.whole);
}

}  // namespace k6apm::test
