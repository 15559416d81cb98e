// Logins of HTTP destinations: in a header, in the URL, and what of them nobody may see.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apm/destination.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// The userinfo of a URL, percent-decoded.
struct Login {
  std::string username{};
  std::string password{};
  std::string encoded{};  ///< as it stood in the URL
};

/// Base64 with padding (RFC 4648, 4).
std::string base64(std::string_view bytes);

/// Takes the userinfo out of `url` (RFC 3986, 3.2.1), if it has one.
std::optional<Login> take_userinfo(std::string& url);

/// What stands in the query string of `url` besides the keys, as it is and decoded; both & and ; separate.
std::vector<std::string> query_values(std::string_view url);

/// Throws Error with ExitStatus::usage where `text`, the `what` for `receiver`, holds a control character: a
/// line break in a header would begin another header. The message does not show `text`.
void refuse_controls(const apm::Destination& destination, std::string_view what, std::string_view receiver,
                     std::string_view text);

/// Moves the login of `endpoint.url` into a header, or puts that of the destination there, which wins: a
/// token as Bearer, else user name and password as Basic (RFC 7617). Adds what nobody may see to
/// `endpoint.secrets`. Throws as refuse_controls().
void add_login(const apm::Destination& destination, std::string_view receiver, Endpoint& endpoint);

/// Adds what the person says of the connection. Headers are those of remote write; a login that is there
/// already wins over one among them.
void add_headers(const apm::Destination& destination, Endpoint& endpoint);
void add_tls(const apm::Destination& destination, Endpoint& endpoint);

}  // namespace k6apm::providers
