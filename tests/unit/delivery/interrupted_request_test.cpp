// A request while a signal asks the run to end: it has to, within 2 s, whatever is waited for.
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "delivery/http_client.hpp"
#include "loopback_server.hpp"

namespace k6apm::test {
namespace {

using namespace std::chrono_literals;
using delivery::HttpClient;
using delivery::Response;
using Clock = std::chrono::steady_clock;

constexpr auto k_soon = 2s;

/// A resolver that says nothing about one host before it is let.
class Resolver {
 public:
  static constexpr const char* k_host = "hangs.invalid";

  void wait() {
    std::unique_lock lock(m_mutex);
    ++m_asked;
    m_changed.wait_for(lock, 20s, [this] { return m_let; });  // else a test that fails would not end
    --m_asked;
    m_changed.notify_all();
  }
  void hang() {
    const std::scoped_lock lock(m_mutex);
    m_let = false;
  }
  /// Lets all go, and waits until they have. The result is how many waited.
  int let() {
    std::unique_lock lock(m_mutex);
    const int asked = m_asked;
    m_let = true;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return m_asked == 0; });
    return asked;
  }

 private:
  std::mutex m_mutex{};
  std::condition_variable m_changed{};
  bool m_let = true;
  int m_asked = 0;
};

Resolver resolver;

/// Sets the flag after a while.
class Signal {
 public:
  explicit Signal(std::chrono::milliseconds after) : m_after(after) {}
  ~Signal() { m_thread.join(); }
  const std::atomic<bool>& flag() const { return m_flag; }
  Clock::duration since() const { return Clock::now() - m_time.load(); }

 private:
  std::chrono::milliseconds m_after;
  std::atomic<bool> m_flag{false};
  std::atomic<Clock::time_point> m_time{};
  std::thread m_thread{[this] {
    std::this_thread::sleep_for(m_after);
    m_time = Clock::now();
    m_flag = true;
  }};
};

Response send(const std::string& url, const std::string& body, const std::atomic<bool>& interrupted,
              std::chrono::milliseconds timeout = 30s) {
  HttpClient client;
  return client.send("POST", {url, {}}, body, timeout, interrupted);
}

/// That no answer came, and that this was found out soon.
void check_given_up(const std::string& url, const std::string& body, bool sent) {
  const Signal signal(200ms);
  const Response response = send(url, body, signal.flag());
  CHECK(signal.flag());
  CHECK(signal.since() < k_soon);
  CHECK(response.status == 0);
  CHECK(response.error == "interrupted");
  CHECK(response.sent_unanswered == sent);
}

}  // namespace
}  // namespace k6apm::test

/// In the place of the system's: libcurl finds this one first.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  if (name != nullptr && name == std::string(k6apm::test::Resolver::k_host)) {
    k6apm::test::resolver.wait();
    return EAI_AGAIN;
  }
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, result);
}

namespace k6apm::test {

TEST_CASE("an answer that is on its way is waited for") {
  LoopbackServer server([](const Request&, std::size_t) {
    Answer reply = answer(204);
    reply.delay = 500ms;
    return reply;
  });
  const Signal signal(100ms);
  const Response response = send(server.url(), "x", signal.flag());
  CHECK(signal.flag());
  CHECK(response.status == 204);
  CHECK_FALSE(response.sent_unanswered);
}

TEST_CASE("nothing is begun behind a signal") {
  LoopbackServer server([](const Request&, std::size_t) { return answer(204); });
  const std::atomic<bool> interrupted{true};
  const Response response = send(server.url(), "x", interrupted);
  CHECK(response.status == 0);
  CHECK(response.error == "interrupted");
  CHECK_FALSE(response.sent_unanswered);
  CHECK(server.connections() == 0);
}

TEST_CASE("a receiver that does not answer is given up") {
  LoopbackServer server([](const Request&, std::size_t) { return Answer{}; });
  check_given_up(server.url(), "x", true);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a receiver that does not read is given up") {
  const std::chrono::seconds longer_than_that(3);
  LoopbackServer server(
      [&](const Request&, std::size_t) {
        return Answer{"", false, longer_than_that};
      },
      true);
  check_given_up(server.url(), std::string(30000000, 'x'), false);
}

TEST_CASE("a body of an answer that does not end is given up, and its status counts") {
  LoopbackServer server([](const Request&, std::size_t) {
    Answer reply{"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n"};
    reply.more = [] {
      std::this_thread::sleep_for(100ms);
      return std::string(1, 'x');
    };
    return reply;
  });
  const Signal signal(200ms);
  const Response response = send(server.url(), "x", signal.flag());
  CHECK(signal.flag());
  CHECK(signal.since() < k_soon);
  CHECK(response.status == 200);
  CHECK_FALSE(response.whole);
}

TEST_CASE("a TLS handshake is given up") {
  LoopbackServer server([](const Request&, std::size_t) { return Answer{}; });
  check_given_up("https" + server.url().substr(4), "x", false);
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that is not taken is given up") {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(listener, 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> in_the_way;
  for (int i = 0; i < 4; ++i) {
    in_the_way.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(in_the_way.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ::setenv("no_proxy", "*", 1);
  check_given_up("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/", "x", false);
  for (const int fd : in_the_way) ::close(fd);
  ::close(listener);
}

TEST_CASE("a resolver that hangs is given up") {
  const std::string url = std::string("http://") + Resolver::k_host + "/";
  ::setenv("no_proxy", "*", 1);
  resolver.hang();
  SUBCASE("behind a signal") { check_given_up(url, "x", false); }
  SUBCASE("at the time-out") {
    const std::atomic<bool> never{false};
    const auto begin = Clock::now();
    const Response response = send(url, "x", never, 200ms);
    CHECK(Clock::now() - begin < k_soon);
    CHECK(response.status == 0);
    CHECK(response.error == std::string(Resolver::k_host) + " timed out after 0.2 s");
  }
  CHECK(resolver.let() == 1);
}

}  // namespace k6apm::test
