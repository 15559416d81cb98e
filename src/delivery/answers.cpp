// Texts of receivers: Prometheus 2.42 to 3.14 (storage/errors, tsdb/head_append.go,
// storage/remote/write_handler.go), Mimir's err-mimir-* messages, Thanos. What surprises: the same sample too
// old is 400 `out of bounds`, 400 `out of order sample`, 400 or 500 `too old sample`, or 409, by receiver and
// version.
#include "delivery/answers.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "text/printable.hpp"

namespace k6apm::delivery {
namespace {

/// Characters of an answer that a person reads; our own choice.
constexpr std::size_t k_max_words = 300;

std::string_view status_name(long status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return {};
  }
}

/// At most `n` characters of valid UTF-8.
std::string first_characters(const std::string& text, std::size_t n) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && ++characters > n) return text.substr(0, i) + "...";
  }
  return text;
}

/// Runs of blanks as one, none at the ends.
std::string tidied(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

/// Receivers may repeat what they were sent. The longest secret goes first: one may be a part of another.
std::string masked(std::string text, std::vector<std::string> secrets) {
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace

std::string receiver_words(long status, std::string_view body, const std::vector<std::string>& secrets) {
  const std::string shown = masked(std::string(body), secrets);
  // Four bytes for a character at most, and as much again for blanks that go.
  const std::string words = tidied(text::printable(std::string_view(shown).substr(0, 8 * k_max_words)));
  if (!words.empty()) return fmt::format("{} {}", status, first_characters(words, k_max_words));
  return tidied(fmt::format("{} {}", status, status_name(status)));
}

std::string refusal_hint(long status, std::string_view words, bool resent) {
  const std::string text = lower_case(words);
  const auto says = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  const bool old = says("too old") || says("too-old") || says("out of bounds");
  const bool late =
      old || says("out of order") || says("out-of-order") || says("duplicate sample") || status == 409;
  if (status == 401 || status == 403) return "check the login of this destination in the apm block";
  if (status == 404 || status == 405) {
    return "check the path of the URL: Prometheus takes /api/v1/write, and needs the flag "
           "--web.enable-remote-write-receiver";
  }
  if (status >= 300 && status < 400) return "redirects are not followed: give the final URL in the apm block";
  if (status == 413)
    return "raise the limit for request bodies at the receiver or at the proxy before it to 1 MiB";
  if (says("too far in the future")) {
    return "the run lies in the receiver's future: compare the clocks of the load generator and the "
           "receiver, or move the run with --end-at now";
  }
  if (late && resent)
    return "the receiver has probably stored these points at an earlier attempt of the request";
  if (says("duplicate sample")) {
    return "the receiver holds other values at these times: tell this run apart with --tag or "
           "includeTestRunId";
  }
  if (old) {
    return "the receiver holds newer samples: move the run with --end-at now, send it to an empty receiver, "
           "or set out_of_order_time_window at the receiver (Prometheus: storage.tsdb)";
  }
  if (late) {
    return "the receiver holds newer samples: send to an empty one, or set out_of_order_time_window at the "
           "receiver "
           "(Prometheus: storage.tsdb)";
  }
  return {};
}

}  // namespace k6apm::delivery
