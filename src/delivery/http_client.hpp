// One HTTP connection to a receiver.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/payload.hpp"

namespace k6apm::delivery {

/// What came back, or why nothing did.
struct Response {
  long status = 0;     ///< 200 and more; 0 when there was no answer
  std::string body{};  ///< as much of it as was to be kept
  bool whole = false;  ///< `body` is all of it: it neither broke off nor was it too long
  std::vector<providers::Header> headers{};  ///< those that Endpoint::answer_headers names, where they came
  std::optional<double> retry_after_s{};     ///< what the receiver asks for, counted from now: Retry-After in
                                             ///< either form, else X-RateLimit-Reset of a 429
  std::string error{};   ///< why there was no answer, for people; no secret, no part of a URL but its host
  std::string hint{};    ///< what can be done about it
  bool lasting = false;  ///< no answer, and trying again will not help: a wrong URL, an untrusted certificate
  bool sent_unanswered = false;  ///< all of the request went out on a connection that then brought no answer:
                                 ///< it may have been taken. Also with an answer: where it was sent once more
  bool sent_twice = false;  ///< so it was, and went out once more at once, whether that was answered or not
};

/// A kept-alive connection; only http and https, HTTP/1.1, certificates are verified, redirects are not
/// followed. Proxies (http_proxy, HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) and, as curl's own programs
/// do, trusted certificates (CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR) are taken from the environment;
/// those of the endpoint win. One object per thread. Never raises SIGPIPE.
class HttpClient {
 public:
  /// Bytes of an answer that are kept where nobody says otherwise, and those that are read at most before the
  /// connection is closed. Our own bounds: error messages of receivers are a line or two.
  static constexpr std::size_t k_max_kept_bytes = std::size_t{64} * 1024;
  static constexpr std::size_t k_max_read_bytes = std::size_t{1024} * 1024;

  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends one request and waits for the answer, at most `timeout` in all. `method` is GET, which goes
  /// without a body, POST or PUT. When `interrupted` becomes true a request that has begun to go out has
  /// one more second to be answered, any other is given up at once (a host that does not resolve does not
  /// hold it up either); one that is sent afterwards is not. Where a kept-alive connection turns out to be
  /// dead the request is sent once more, at once and on a fresh one. `max_kept_bytes` of the answer are kept.
  /// Throws std::bad_alloc only.
  Response send(const std::string& method, const providers::Endpoint& endpoint, std::string_view body,
                std::chrono::milliseconds timeout, const std::atomic<bool>& interrupted,
                std::size_t max_kept_bytes = k_max_kept_bytes);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace k6apm::delivery
