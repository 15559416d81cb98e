// A receiver on 127.0.0.1 that answers by script and remembers what it was sent.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace k6apm::test {

struct Request {
  std::string head{};  ///< request line and headers
  std::string body{};
  std::size_t connection = 0;
};

/// What the receiver does with a request: waits, writes `bytes`, then what `more` gives until it gives
/// nothing or the peer is gone, and may close the connection or reset it.
struct Answer {
  std::string bytes{};
  bool close = false;
  std::chrono::milliseconds delay{0};
  bool reset = false;
  std::function<std::string()> more{};
};

inline Answer answer(int status, const std::string& body = {}, const std::string& headers = {}) {
  return {"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n" + headers + "\r\n" + body,
          false,
          {}};
}

class LoopbackServer {
 public:
  /// `script` is called for each request in turn, from several threads but one at a time. With `early` it is
  /// called when the head has arrived, and the body is not read.
  using Script = std::function<Answer(const Request&, std::size_t number)>;

  explicit LoopbackServer(Script script, bool early = false) : m_script(std::move(script)), m_early(early) {
    ::setenv("no_proxy", "*", 1);  // before there is a second thread
    m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(m_listener, 16);
    socklen_t size = sizeof address;
    ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept_all(); });
  }

  ~LoopbackServer() {
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    {
      const std::scoped_lock lock(m_mutex);
      for (const int fd : m_open) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : m_threads) thread.join();
    for (const int fd : m_open) ::close(fd);
    ::close(m_listener);
  }

  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url(const std::string& path = "/api/v1/write") const {
    return "http://127.0.0.1:" + std::to_string(m_port) + path;
  }

  std::vector<Request> requests() {
    const std::scoped_lock lock(m_mutex);
    return m_requests;
  }

  std::size_t connections() {
    const std::scoped_lock lock(m_mutex);
    return m_threads.size();
  }

 private:
  void accept_all() {
    for (std::size_t connection = 0;; ++connection) {
      const int fd = ::accept(m_listener, nullptr, nullptr);
      if (fd < 0) return;
      const std::scoped_lock lock(m_mutex);
      m_open.push_back(fd);
      m_threads.emplace_back([this, fd, connection] { serve(fd, connection); });
    }
  }

  void serve(int fd, std::size_t connection) {
    std::string buffer;
    while (true) {
      Request request;
      request.connection = connection;
      if (!read_request(fd, buffer, request)) return;
      Answer reply;
      {
        const std::scoped_lock lock(m_mutex);
        m_requests.push_back(request);
        reply = m_script(request, m_requests.size() - 1);
      }
      std::this_thread::sleep_for(reply.delay);
      send_all(fd, reply);
      if (reply.reset) return reset(fd);
      // With bytes that nobody has read, closing resets the connection, and an answer could be lost; shutting
      // it down leaves the peer before a full window for ever.
      if (reply.close && reply.bytes.empty()) return drop(fd);
      if (reply.close) {
        ::shutdown(fd, SHUT_RDWR);
        return;
      }
    }
  }

  static void send_all(int fd, const Answer& reply) {
    std::string bytes = reply.bytes;
    do {
      while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.erase(0, static_cast<std::size_t>(sent));
      }
      if (reply.more) bytes = reply.more();
    } while (!bytes.empty());
  }

  void reset(int fd) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    drop(fd);
  }

  void drop(int fd) {
    const std::scoped_lock lock(m_mutex);
    std::erase(m_open, fd);
    ::close(fd);
  }

  bool read_request(int fd, std::string& buffer, Request& request) const {
    std::size_t head_end = 0;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(fd, buffer)) return false;
    }
    request.head = buffer.substr(0, head_end + 2);
    buffer.erase(0, head_end + 4);
    if (m_early) return true;
    const std::size_t length_at = request.head.find("Content-Length: ");
    const std::size_t length =
        length_at == std::string::npos ? 0 : std::stoul(request.head.substr(length_at + 16));
    while (buffer.size() < length) {
      if (!read_more(fd, buffer)) return false;
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return true;
  }

  static bool read_more(int fd, std::string& buffer) {
    char bytes[16384];
    const ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  Script m_script;
  bool m_early;
  int m_listener = -1;
  int m_port = 0;
  std::thread m_acceptor{};
  std::mutex m_mutex{};
  std::vector<int> m_open{};
  std::vector<std::thread> m_threads{};
  std::vector<Request> m_requests{};
};

}  // namespace k6apm::test
