#include "providers/login.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "apm/http_header.hpp"
#include "apm/secret.hpp"
#include "error.hpp"

namespace k6apm::providers {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

std::optional<std::string> authorization(const apm::Destination& destination, std::string_view receiver,
                                         std::optional<Login> from_url) {
  if (!destination.token.empty()) {
    refuse_controls(destination, "token", receiver, destination.token.reveal());
    return "Bearer " + destination.token.reveal();
  }
  if (!destination.username.empty() || !destination.password.empty()) {
    from_url = Login{destination.username, destination.password.reveal(), {}};
  }
  if (!from_url) return std::nullopt;
  refuse_controls(destination, "user name", receiver, from_url->username);
  return "Basic " + base64(from_url->username + ":" + from_url->password);
}

}  // namespace

std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= n ? digits[group >> (18 - 6 * k) & 0x3FU] : '=';
    }
  }
  return out;
}

std::optional<Login> take_userinfo(std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::size_t begin = scheme + 3;
  const std::string_view authority =
      std::string_view(url).substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view userinfo = authority.substr(0, at);
  const std::size_t colon = userinfo.find(':');
  Login login{percent_decoded(userinfo.substr(0, colon)), {}, std::string(userinfo)};
  if (colon != std::string_view::npos) login.password = percent_decoded(userinfo.substr(colon + 1));
  url.erase(begin, at + 1);
  return login;
}

std::vector<std::string> query_values(std::string_view url) {
  std::vector<std::string> values;
  const std::size_t begin = url.find('?');
  if (begin == std::string_view::npos) return values;
  std::string_view query = url.substr(begin + 1, url.find('#', begin) - begin - 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find_first_of("&;"));
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? pair : pair.substr(equals + 1);
    values.emplace_back(value);
    values.push_back(percent_decoded(value));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return values;
}

void refuse_controls(const apm::Destination& destination, std::string_view what, std::string_view receiver,
                     std::string_view text) {
  const bool bad = std::any_of(text.begin(), text.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!bad) return;
  throw Error(ExitStatus::usage,
              fmt::format("the {} for {} holds a line break or another control character", what, receiver),
              fmt::format("check the {} for a stray line end", what), destination.where);
}

void add_login(const apm::Destination& destination, std::string_view receiver, Endpoint& endpoint) {
  std::vector<std::string>& secrets = endpoint.secrets;
  for (std::string& value : query_values(endpoint.url)) secrets.push_back(std::move(value));
  secrets.push_back(destination.token.reveal());
  secrets.push_back(destination.password.reveal());
  std::optional<Login> from_url = take_userinfo(endpoint.url);
  if (from_url) {
    const std::string& encoded = from_url->encoded;
    const std::string encoded_password = encoded.substr(std::min(encoded.find(':') + 1, encoded.size()));
    secrets.insert(secrets.end(), {encoded, encoded_password, from_url->username, from_url->password});
  }
  if (auto value = authorization(destination, receiver, std::move(from_url))) {
    secrets.push_back(value->substr(value->find(' ') + 1));
    endpoint.headers.push_back({"Authorization", *std::move(value), true});
  }
}

void add_headers(const apm::Destination& destination, Endpoint& endpoint) {
  for (const auto& [name, value] : destination.connection.headers) {
    const bool there =
        std::any_of(endpoint.headers.begin(), endpoint.headers.end(),
                    [&name = name](const Header& header) { return apm::same_header(header.name, name); });
    if (there) continue;
    const bool secret = apm::looks_secret(name);
    endpoint.headers.push_back({name, value, secret});
    if (!secret) continue;
    endpoint.secrets.push_back(value);
    // A receiver may repeat a login without its scheme.
    endpoint.secrets.push_back(value.substr(value.find(' ') + 1));
  }
}

void add_tls(const apm::Destination& destination, Endpoint& endpoint) {
  const apm::Connection& connection = destination.connection;
  endpoint.tls = {connection.ca_file, connection.cert_file, connection.key_file, connection.insecure};
}

}  // namespace k6apm::providers
