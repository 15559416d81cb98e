// Where Datadog's API stands for a destination, and with which headers it is asked.
#pragma once

#include <string>
#include <string_view>

#include "apm/destination.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// The Datadog site of the destination, `datadoghq.eu`: that of apiURL where this is given, else of the
/// region. Empty where apiURL names another host, which is a proxy.
std::string datadog_site(const apm::Destination& destination);

/// The same for messages: "datadoghq.eu (region eu)", or the host of apiURL, cleaned.
std::string site_text(const apm::Destination& destination);

/// Where requests to `path`, such as `/api/v2/series`, go: `https://api.SITE`, also where apiURL names a page
/// of a site, or apiURL, whose path stays as the prefix of a proxy, without a path of the API at its end. The
/// query string of apiURL follows `path`.
/// Headers are the keys (the app key where there is one and `with_app_key` asks for it), User-Agent, Accept
/// and a login of apiURL; those about the body are the caller's. Throws Error with ExitStatus::usage where a
/// key holds control characters.
Endpoint datadog_endpoint(const apm::Destination& destination, std::string_view path,
                          std::string_view user_agent, bool with_app_key);

/// Whether the site has historical metrics; of a proxy nobody knows, and it is taken to have them.
bool takes_historical(const apm::Destination& destination);

}  // namespace k6apm::providers
