#include "delivery/http_client.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <optional>
#include <vector>

#include "loopback_server.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::HttpClient;
using delivery::Response;

providers::Endpoint endpoint(const std::string& url) {
  return {url, {{"Content-Type", "application/x-protobuf", false}, {"Authorization", "Bearer secret", true}}};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::atomic<bool> k_never{false};

/// Sends two requests to a receiver that answers the first, and reads the `broken` ones after it without an
/// answer.
void die_on_second_request(const std::string& body, std::size_t broken, bool by_reset) {
  CAPTURE(body.size());
  CAPTURE(broken);
  CAPTURE(by_reset);
  LoopbackServer server([broken, by_reset](const Request&, std::size_t number) {
    if (number == 0 || number > broken) return answer(204);
    return Answer{"", !by_reset, {}, by_reset};
  });
  HttpClient client;
  const Response first = client.send("POST", endpoint(server.url()), "a", 5s, k_never);
  CHECK(first.status == 204);
  CHECK_FALSE(first.sent_unanswered);
  const Response second = client.send("POST", endpoint(server.url()), body, 5s, k_never);
  CHECK(second.status == (broken > 1 ? 0 : 204));
  CHECK(second.error.empty() == (broken <= 1));
  CHECK(second.sent_unanswered == (broken != 0));
  const auto requests = server.requests();
  REQUIRE(requests.size() == (broken == 0 ? 2 : 3));
  CHECK(requests[1].connection == 0);
  CHECK(requests.back().connection == (broken == 0 ? 0 : 1));
  CHECK(requests.back().body == body);
}

}  // namespace

TEST_CASE("a post arrives whole, with its headers, and the connection stays") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(204); });
  HttpClient client;
  std::string body(3000000, 'x');
  body[5] = '\0';
  for (int i = 0; i < 2; ++i)
    CHECK(client.send("POST", endpoint(server.url("/w?a=b")), body, 5s, k_never).status == 204);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].body == body);
  CHECK(requests[1].connection == requests[0].connection);
  CHECK(has(requests[0].head, "POST /w?a=b HTTP/1.1\r\n"));
  CHECK(has(requests[0].head, "Authorization: Bearer secret\r\n"));
  CHECK(has(requests[0].head, "Content-Type: application/x-protobuf\r\n"));
  CHECK_FALSE(has(requests[0].head, "Expect"));
}

TEST_CASE("every method comes as it was sent, on one connection") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(200, "{}"); });
  HttpClient client;
  providers::Endpoint to = endpoint(server.url("/api/v1/query?q=1"));
  to.headers.push_back({"Accept", "application/json", false});
  const std::string body = "{\"type\":\"count\"}";
  for (const char* method : {"PUT", "GET", "POST", "GET", "PUT"}) {
    const Response response = client.send(method, to, body, 5s, k_never);
    CHECK(response.status == 200);
    CHECK(response.body == "{}");
    CHECK(response.whole);
    const Request request = server.requests().back();
    CHECK(request.head.find(std::string(method) + " /api/v1/query?q=1 HTTP/1.1\r\n") == 0);
    CHECK(request.body == (std::string(method) == "GET" ? "" : body));
    CHECK(has(request.head, "Content-Length") == (std::string(method) != "GET"));
    CHECK(has(request.head, "Accept: application/json\r\n"));
    CHECK_FALSE(has(request.head, "Expect"));
    CHECK_FALSE(has(request.head, "Transfer-Encoding"));
    CHECK(request.connection == 0);
  }
  CHECK(client.send("PUT", to, {}, 5s, k_never).status == 200);
  CHECK(has(server.requests().back().head, "Content-Length: 0\r\n"));
}

TEST_CASE("a rate limit says when it ends") {
  struct Case {
    int status;
    const char* headers;
    std::optional<double> wait_s;
  };
  for (const Case& one : std::vector<Case>{
           {429, "X-RateLimit-Reset: 9\r\n", 9.0},
           {429, "x-ratelimit-reset:  0.5 \r\n", 0.5},
           {429, "X-RateLimit-Reset: 9\r\nRetry-After: 3\r\n", 3.0},
           {429, "X-RateLimit-Reset: 86400\r\n", 86400.0},
           {429, "X-RateLimit-Reset: 1760000000\r\n", {}},
           {429, "X-RateLimit-Reset: 0\r\n", {}},
           {429, "X-RateLimit-Reset: -1\r\n", {}},
           {429, "X-RateLimit-Reset: nan\r\n", {}},
           {429, "X-RateLimit-Reset: inf\r\n", {}},
           {429, "X-RateLimit-Reset: 1e300\r\n", {}},
           {429, "X-RateLimit-Reset: 1e999\r\n", {}},
           {429, "X-RateLimit-Reset: -1e999\r\n", {}},
           {429, "X-RateLimit-Reset: Fri, 31 Dec 9999 23:59:59 GMT\r\n", {}},
           {429, "X-RateLimit-Reset: 9\r\nRetry-After: soon\r\n", 9.0},
           {429, "X-RateLimit-Reset: 9\r\nRetry-After: -3\r\n", 9.0},
           {429, "X-RateLimit-Reset: 9 s\r\n", {}},
           {429, "X-RateLimit-Reset:\r\n", {}},
           {429, "", {}},
           // The header comes with every answer.
           {503, "X-RateLimit-Reset: 9\r\n", {}},
           {503, "X-RateLimit-Reset: 9\r\nRetry-After: 3\r\n", 3.0},
       }) {
    CAPTURE(one.headers);
    LoopbackServer server(
        [&one](const Request&, std::size_t) { return answer(one.status, "", one.headers); });
    HttpClient client;
    CHECK(client.send("POST", endpoint(server.url()), "x", 5s, k_never).retry_after_s == one.wait_s);
  }
}

TEST_CASE("a long answer is kept where it is asked for") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return number == 0 ? answer(200, std::string(3000000, 'a'))
                       : Answer{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf", true, {}};
  });
  HttpClient client;
  const Response all = client.send("GET", endpoint(server.url()), {}, 5s, k_never, 4000000);
  CHECK(all.body.size() == 3000000);
  CHECK(all.whole);
  const Response half = client.send("GET", endpoint(server.url()), {}, 5s, k_never, 4000000);
  CHECK(half.status == 200);
  CHECK(half.body == "half");
  CHECK_FALSE(half.whole);
}

TEST_CASE("an answer comes with body and Retry-After in both forms") {
  LoopbackServer server([](const Request&, std::size_t number) {
    if (number == 0) return answer(429, "slow down\n", "Retry-After: 7\r\n");
    const std::time_t later = std::time(nullptr) + 60;
    char date[64];
    std::tm utc{};
    gmtime_r(&later, &utc);
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return answer(503, "", "Retry-After: " + std::string(date) + "\r\n");
  });
  HttpClient client;
  const Response seconds = client.send("POST", endpoint(server.url()), "x", 5s, k_never);
  CHECK(seconds.status == 429);
  CHECK(seconds.body == "slow down\n");
  CHECK(seconds.retry_after_s == 7.0);
  const Response date = client.send("POST", endpoint(server.url()), "x", 5s, k_never);
  REQUIRE(date.retry_after_s);
  CHECK(*date.retry_after_s > 55);
  CHECK(*date.retry_after_s <= 60);
}

TEST_CASE("long answers are cut, endless ones are left") {
  LoopbackServer server([](const Request&, std::size_t number) {
    return answer(400, std::string(number == 0 ? 100000 : 5000000, 'e'));
  });
  HttpClient client;
  for (int i = 0; i < 2; ++i) {
    const Response response = client.send("POST", endpoint(server.url()), "x", 5s, k_never);
    CHECK(response.status == 400);
    CHECK(response.body.size() == HttpClient::k_max_kept_bytes);
    CHECK_FALSE(response.whole);
    CHECK(response.error.empty());
  }
}

TEST_CASE("a kept connection that the receiver closed is replaced at once") {
  LoopbackServer server([](const Request&, std::size_t number) {
    Answer reply = answer(204);
    reply.close = number == 0;
    return reply;
  });
  HttpClient client;
  CHECK(client.send("POST", endpoint(server.url()), "a", 5s, k_never).status == 204);
  std::this_thread::sleep_for(50ms);
  const Response second = client.send("POST", endpoint(server.url()), "b", 5s, k_never);
  CHECK(second.status == 204);
  CHECK_FALSE(second.sent_unanswered);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a request on a connection that dies is sent once more, and what may have been taken is known") {
  for (const std::size_t size : {std::size_t{10}, std::size_t{3000000}}) {
    for (const std::size_t broken : {std::size_t{0}, std::size_t{1}, std::size_t{100}}) {
      for (const bool by_reset : {false, true}) {
        die_on_second_request(std::string(size, 'x'), broken, by_reset);
      }
    }
  }
}

TEST_CASE("a connection that dies in the body is replaced, too") {
  for (int i = 0; i < 20; ++i) {
    const bool by_reset = i % 2 == 1;
    CAPTURE(i);
    LoopbackServer server(
        [by_reset](const Request&, std::size_t number) {
          return number == 1 ? Answer{"", !by_reset, {}, by_reset} : answer(204);
        },
        true);
    HttpClient client;
    CHECK(client.send("GET", endpoint(server.url()), {}, 5s, k_never).status == 204);
    // More than is buffered on the way, at times.
    const std::string body(static_cast<std::size_t>(i + 1) * 1000000, 'x');
    const Response second = client.send("POST", endpoint(server.url()), body, 5s, k_never);
    CAPTURE(second.error);
    CHECK(second.status == 204);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 3);
    CHECK(requests[1].connection == 0);
    CHECK(requests[2].connection == 1);
  }
}

TEST_CASE("what did not reach the receiver as a whole was not taken") {
  SUBCASE("a kept connection was reset meanwhile") {
    LoopbackServer server([](const Request&, std::size_t number) {
      Answer reply = answer(204);
      reply.reset = number == 0;
      return reply;
    });
    HttpClient client;
    CHECK(client.send("POST", endpoint(server.url()), "a", 5s, k_never).status == 204);
    std::this_thread::sleep_for(50ms);
    const Response second = client.send("POST", endpoint(server.url()), "b", 5s, k_never);
    CHECK(second.status == 204);
    CHECK_FALSE(second.sent_unanswered);
    CHECK(server.requests().size() == 2);
  }
  SUBCASE("a fresh connection is reset in the body, or behind it") {
    for (const bool in_body : {true, false}) {
      LoopbackServer server([](const Request&, std::size_t) { return Answer{"", false, {}, true}; }, in_body);
      HttpClient client;
      // More than is buffered on the way.
      const Response response =
          client.send("POST", endpoint(server.url()), std::string(30000000, 'x'), 5s, k_never);
      CHECK(response.status == 0);
      CHECK(response.sent_unanswered == !in_body);
      CHECK(server.requests().size() == 1);
    }
  }
}

TEST_CASE("an answer during the upload is read") {
  bool close = false;
  SUBCASE("the receiver waits") {}
  SUBCASE("the receiver closes") { close = true; }
  LoopbackServer server(
      [close](const Request&, std::size_t) {
        Answer reply = answer(413, "too large", "Connection: close\r\n");
        reply.close = close;
        return reply;
      },
      true);
  HttpClient client;
  const Response response =
      client.send("POST", endpoint(server.url()), std::string(20000000, 'x'), 5s, k_never);
  CHECK(response.status == 413);
  CHECK(response.body == "too large");
}

TEST_CASE("why there is no answer, in plain words and without secrets") {
  HttpClient client;
  SUBCASE("refused") {
    std::string url;
    {
      const LoopbackServer gone([](const Request&, std::size_t) { return answer(204); });
      url = gone.url();
    }
    const Response response = client.send("POST", endpoint(url + "?key=hidden"), "x", 5s, k_never);
    CHECK(response.status == 0);
    CHECK(response.error == "connection refused by " + url.substr(7, url.find('/', 7) - 7));
    CHECK_FALSE(response.lasting);
    CHECK_FALSE(response.sent_unanswered);
  }
  SUBCASE("closed") {
    LoopbackServer server([](const Request&, std::size_t) { return Answer{"", true, {}}; });
    const Response response = client.send("POST", endpoint(server.url()), "x", 5s, k_never);
    CHECK(has(response.error, "closed the connection without an answer"));
  }
  SUBCASE("slow") {
    LoopbackServer server([](const Request&, std::size_t) { return Answer{"", false, {}}; });
    const Response response = client.send("POST", endpoint(server.url()), "x", 250ms, k_never);
    CHECK(has(response.error, "timed out after 0.25 s"));
    CHECK(response.sent_unanswered);
  }
  SUBCASE("no HTTP") {
    LoopbackServer server([](const Request&, std::size_t) { return Answer{"SSH-2.0-x\r\n", true, {}}; });
    const Response response = client.send("POST", endpoint(server.url()), "x", 5s, k_never);
    CHECK(response.status == 0);
    CHECK(has(response.error, "did not answer in HTTP"));
  }
  SUBCASE("unknown host") {
    const Response response =
        client.send("POST", endpoint("http://nowhere.invalid/x?key=hidden"), "x", 5s, k_never);
    CHECK(response.error == "could not resolve host nowhere.invalid");
  }
  SUBCASE("another protocol") {
    const Response response = client.send("POST", endpoint("file:///etc/passwd"), "x", 5s, k_never);
    CHECK(response.error == "the URL is malformed or neither http nor https");
    CHECK(response.lasting);
  }
}

TEST_CASE("redirects are not followed") {
  LoopbackServer server([](const Request&, std::size_t) {
    return answer(302, "", "Location: http://127.0.0.1:1/elsewhere\r\n");
  });
  HttpClient client;
  CHECK(client.send("POST", endpoint(server.url()), "x", 5s, k_never).status == 302);
  CHECK(server.requests().size() == 1);
}

}  // namespace k6apm::test
