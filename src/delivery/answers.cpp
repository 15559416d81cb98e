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

std::string clean_words(std::string_view foreign, const std::vector<std::string>& secrets) {
  const std::string shown = masked(std::string(foreign), secrets);
  // Four bytes for a character at most, and as much again for blanks that go.
  const std::string words = tidied(text::printable(std::string_view(shown).substr(0, 8 * k_max_words)));
  return first_characters(words, k_max_words);
}

std::string receiver_words(long status, std::string_view body, const std::vector<std::string>& secrets) {
  const std::string words = clean_words(body, secrets);
  if (!words.empty()) return fmt::format("{} {}", status, words);
  return tidied(fmt::format("{} {}", status, status_name(status)));
}

}  // namespace k6apm::delivery
