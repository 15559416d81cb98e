#include "providers/exposed_login.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "apm/secret.hpp"

namespace k6apm::providers {
namespace {

constexpr std::string_view k_scheme = "http://";

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// `query` is that of a URL, with its question mark.
bool has_secret_value(std::string_view query) {
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view pair = query.substr(0, query.find_first_of("&;"));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (equals + 1 < pair.size() && apm::looks_secret(pair.substr(0, equals))) return true;
    query.remove_prefix(pair.size());
  }
  return false;
}

bool is_loopback_address(const std::string& host) {
  constexpr std::uint32_t k_loopback_net = 127;
  constexpr int k_net_shift = 24;
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return ntohl(address.s_addr) >> k_net_shift == k_loopback_net;
  }
  in6_addr address_6{};
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  const std::string inside = host.substr(1, host.size() - 2);
  return inet_pton(AF_INET6, inside.c_str(), &address_6) == 1 && IN6_IS_ADDR_LOOPBACK(&address_6);
}

bool is_this_machine(std::string host) {
  if (host.ends_with('.')) host.pop_back();  // a name from the root
  return is_loopback_address(host) || host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

std::optional<std::string> exposed_login_host(const Endpoint& endpoint) {
  std::string_view rest(endpoint.url);
  if (lower_case(rest.substr(0, k_scheme.size())) != k_scheme) return std::nullopt;
  rest = rest.substr(k_scheme.size());
  rest = rest.substr(0, rest.find('#'));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  // The colons inside the brackets of an IPv6 address begin no port.
  const std::size_t bracket = authority.rfind(']');
  const std::string_view host =
      authority.substr(0, authority.find(':', bracket == std::string_view::npos ? 0 : bracket));
  const bool has_login = std::any_of(endpoint.headers.begin(), endpoint.headers.end(),
                                     [](const Header& one) { return one.secret; }) ||
                         has_secret_value(rest.substr(std::min(rest.find('?'), rest.size())));
  if (!has_login || is_this_machine(lower_case(host))) return std::nullopt;
  // As for masked_url(): an @ behind the host may still end a login.
  return endpoint.url.find('@') == std::string::npos ? std::string(host) : "***";
}

}  // namespace k6apm::providers
