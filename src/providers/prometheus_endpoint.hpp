// Where and how remote write requests are sent.
#pragma once

#include <string_view>

#include "apm/destination.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// The endpoint for requests of the given content type and protocol version, the login among its headers.
/// Throws as add_login().
Endpoint prometheus_endpoint(const apm::Destination& destination, std::string_view user_agent,
                             std::string_view content_type, std::string_view version);

}  // namespace k6apm::providers
