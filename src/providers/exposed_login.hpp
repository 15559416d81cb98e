// Logins that travel unencrypted.
#pragma once

#include <optional>
#include <string>

#include "providers/payload.hpp"

namespace k6apm::providers {

/// The host to which the login of `endpoint` would go so that everybody on the way can read it: as it stands
/// in the URL, without a port, and *** where the URL may hold part of a login there. Nothing where there is
/// no login (a secret header, or a value in the query string under a key that looks secret), where the URL is
/// not http, and where the host is this machine: localhost and names below it (RFC 6761, 6.3), 127.0.0.0/8,
/// ::1.
std::optional<std::string> exposed_login_host(const Endpoint& endpoint);

}  // namespace k6apm::providers
