// Specification: RFC 9110, 5.6.2 (token), 5.5 (values) and 7.6.1 (what is about the connection); Prometheus
// remote write 1.0: its own headers must not be overridden.
#include "apm/http_header.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace k6apm::apm {

namespace {

constexpr std::string_view reserved_headers[] = {"Content-Encoding",
                                                 "Content-Type",
                                                 "X-Prometheus-Remote-Write-Version",
                                                 "User-Agent",
                                                 "Host",
                                                 "Content-Length",
                                                 "Transfer-Encoding",
                                                 "Connection",
                                                 "Keep-Alive",
                                                 "Proxy-Connection",
                                                 "Proxy-Authorization",
                                                 "Expect",
                                                 "TE",
                                                 "Trailer",
                                                 "Upgrade"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

}  // namespace

bool same_header(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool is_reserved_header(std::string_view name) {
  return std::any_of(std::begin(reserved_headers), std::end(reserved_headers),
                     [&](std::string_view one) { return same_header(one, name); });
}

std::optional<std::pair<std::string, std::string>> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = trimmed(text.substr(0, colon));
  if (name.empty()) return std::nullopt;
  return std::pair(std::string(name), std::string(trimmed(text.substr(colon + 1))));
}

std::optional<std::string> header_problem(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    // What stands there may be a part of a secret.
    return "before the colon stands no name of a header: letters, digits and hyphens are allowed";
  }
  if (is_reserved_header(name)) {
    return fmt::format("{} cannot be set: k6apm sets it as the protocol demands", name);
  }
  const bool control = std::any_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
  if (control) return fmt::format("the value of {} holds a line break or another control character", name);
  return std::nullopt;
}

}  // namespace k6apm::apm
