#include "delivery/failure.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "delivery/libcurl.hpp"

namespace k6apm::delivery {
namespace {

constexpr const char* k_no_http = " did not answer in HTTP";

/// Whether the receiver ended the handshake because of our certificate, or because there is none (alerts of
/// RFC 8446, 6.2, in the words of OpenSSL; with TLS 1.3 they come with the first reading).
bool is_about_our_certificate(std::string_view curl_text) {
  if (curl_text.find(" alert ") == std::string_view::npos) return false;
  return curl_text.find("certificate") != std::string_view::npos ||
         curl_text.find("unknown ca") != std::string_view::npos;
}

std::string connect_error(CURL* curl, const std::string& host) {
  long number = 0;
  libcurl().easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
  if (number == ECONNREFUSED) return "connection refused by " + host;
  if (number == 0) return "no connection to " + host;
  return fmt::format("no connection to {}: {}", host, std::strerror(static_cast<int>(number)));
}

bool was_sent(CURL* curl) {
  long bytes = 0;
  libcurl().easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

}  // namespace

std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parts(libcurl().url(), libcurl().url_cleanup);
  if (!parts || libcurl().url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return "the receiver";
  char* text = nullptr;
  if (libcurl().url_get(parts.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) return "the receiver";
  std::string host(text);
  libcurl().free(text);
  text = nullptr;
  if (libcurl().url_get(parts.get(), CURLUPART_PORT, &text, 0) == CURLUE_OK) host += std::string(":") + text;
  libcurl().free(text);
  return host;
}

// curl's own text is added only where it is about certificates: elsewhere it may hold parts of the URL.
Failure failure_of(CURL* curl, CURLcode code, const std::string& url, std::chrono::milliseconds timeout,
                   const char* curl_text) {
  const std::string host = host_of(url);
  if (is_about_our_certificate(curl_text)) {
    return {fmt::format("{} does not take the client's certificate (--cert): {}", host, curl_text), true};
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"could not resolve host " + host, false,
              "check the spelling of the host in the URL, and the network"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {"could not resolve the proxy's name"};
    case CURLE_COULDNT_CONNECT:
      return {connect_error(curl, host), false,
              "see that the receiver runs there, and check host and port of the URL"};
    case CURLE_OPERATION_TIMEDOUT:
      return {fmt::format("{} timed out after {} s", host, static_cast<double>(timeout.count()) / 1000)};
    case CURLE_GOT_NOTHING:
      return {host + " closed the connection without an answer"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return {"the connection to " + host + " broke"};
    case CURLE_SSL_CONNECT_ERROR:
      return {"the TLS handshake with " + host + " failed", false,
              "check scheme and port of the URL: it may have to be http"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {fmt::format("the TLS certificate of {} is not trusted: {}", host, curl_text), true,
              "where the receiver has a certificate authority of its own: --cacert FILE"};
    case CURLE_SSL_CERTPROBLEM:
      return {fmt::format("the client certificate cannot be used: {}", curl_text), true};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Also what curl calls an answer that is none, HTTP/0.9.
      if (was_sent(curl)) return {host + k_no_http, false, k_no_http_hint};
      [[fallthrough]];
    case CURLE_URL_MALFORMAT:
      return {"the URL is malformed or neither http nor https", true};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_OUT_OF_MEMORY:  // what curl calls a line of more than 100 KB
      return {host + k_no_http, false, k_no_http_hint};
    case CURLE_WRITE_ERROR:  // our own bound; an answer whose body is too long has a status
      return {host + " sends headers without end"};
    case CURLE_ABORTED_BY_CALLBACK:
      return {"interrupted"};
    default:
      return {fmt::format("no answer from {} (error {} of curl)", host, static_cast<int>(code))};
  }
}

}  // namespace k6apm::delivery
