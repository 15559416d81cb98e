// What stood in the way of an answer, for people.
#pragma once

#include <chrono>
#include <string>

#include <curl/curl.h>

namespace k6apm::delivery {

/// Why there is no answer.
struct Failure {
  std::string words{};   ///< no secret, no part of a URL but its host
  bool lasting = false;  ///< trying again will not help: a wrong URL, an untrusted certificate
  std::string hint{};    ///< the next step, where there is a sure one
};

/// Where what answers is no HTTP.
inline constexpr auto* k_no_http_hint = "check scheme and port of the URL: it may have to be https";

/// "host:port" of a URL: neither userinfo nor path nor query.
std::string host_of(const std::string& url);

/// What `code` is about. `curl` is the handle of the request to `url`, which had `timeout`; `curl_text` is
/// what is in its error buffer.
Failure failure_of(CURL* curl, CURLcode code, const std::string& url, std::chrono::milliseconds timeout,
                   const char* curl_text);

}  // namespace k6apm::delivery
