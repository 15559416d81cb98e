// Specification: docs.datadoghq.com, "Getting Started with Datadog Sites"; the servers and security schemes
// of DataDog/datadog-api-client-go, openapi v1 and v2 (2026); "Historical Metrics Ingestion" for the sites
// without. What surprises: a key is good for one site only; people paste the address of the web interface
// (`app.`), the bare site or an address with a path of the API, and each of them once worked in some client.
#include "providers/datadog_endpoint.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <fmt/format.h>

#include "providers/login.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

struct Region {
  std::string_view name{};
  std::string_view site{};
};

constexpr Region k_regions[] = {
    {"us", "datadoghq.com"},      {"us1", "datadoghq.com"},        {"us3", "us3.datadoghq.com"},
    {"us5", "us5.datadoghq.com"}, {"eu", "datadoghq.eu"},          {"eu1", "datadoghq.eu"},
    {"ap1", "ap1.datadoghq.com"}, {"ap2", "ap2.datadoghq.com"},    {"uk1", "uk1.datadoghq.com"},
    {"us1-fed", "ddog-gov.com"},  {"us2-fed", "us2.ddog-gov.com"},
};

/// Sites without historical metrics.
constexpr std::string_view k_not_historical[] = {"ddog-gov.com", "us2.ddog-gov.com"};

/// What stands at the end of an apiURL and is no prefix of a proxy; the longer ones first.
constexpr std::string_view k_api_paths[] = {"/api/v1/series", "/api/v2/series", "/api/v1", "/api/v2", "/api"};

/// An apiURL in its parts, without userinfo and fragment.
struct ApiUrl {
  std::string scheme{};  ///< "https"
  std::string host{};    ///< in lower case
  std::string port{};    ///< with its colon, or empty
  std::string prefix{};  ///< path of a proxy without a slash at its end, or empty
  std::string query{};   ///< without its question mark
};

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string_view without_api_path(std::string_view path) {
  const auto trim = [&path] { path = path.substr(0, path.find_last_not_of('/') + 1); };
  trim();
  for (const std::string_view end : k_api_paths) {
    if (!path.ends_with(end)) continue;
    path.remove_suffix(end.size());
    trim();
    break;
  }
  return path;
}

ApiUrl parts_of(std::string url) {
  take_userinfo(url);
  std::string_view rest = url;
  rest = rest.substr(0, rest.find('#'));
  ApiUrl parts;
  const std::size_t scheme = std::min(rest.find("://"), rest.size());
  parts.scheme = lower_case(rest.substr(0, scheme));
  rest.remove_prefix(std::min(scheme + 3, rest.size()));
  const std::size_t query = std::min(rest.find('?'), rest.size());
  if (query < rest.size()) parts.query = rest.substr(query + 1);
  rest = rest.substr(0, query);
  const std::size_t path = std::min(rest.find('/'), rest.size());
  parts.prefix = without_api_path(rest.substr(path));
  const std::string_view authority = rest.substr(0, path);
  // The colons inside the brackets of an IPv6 address begin no port.
  const std::size_t bracket = authority.rfind(']');
  std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  colon = std::min(colon, authority.size());
  parts.host = lower_case(authority.substr(0, colon));
  parts.port = authority.substr(colon);
  return parts;
}

/// The known site that `host` belongs to: by itself, or as its `api.`, `app.` or `www.`; else empty.
std::string site_of_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);  // a name from the root
  for (const std::string_view prefix : {"api.", "app.", "www."}) {
    if (!host.starts_with(prefix)) continue;
    host.remove_prefix(prefix.size());
    break;
  }
  const bool known = std::any_of(std::begin(k_regions), std::end(k_regions),
                                 [host](const Region& region) { return region.site == host; });
  return known ? std::string(host) : std::string();
}

/// The URL of `path`, without userinfo.
std::string url_of(const apm::Destination& destination, std::string_view path) {
  if (destination.api_url.empty()) return fmt::format("https://api.{}{}", datadog_site(destination), path);
  ApiUrl parts = parts_of(destination.api_url);
  if (const std::string site = site_of_host(parts.host); !site.empty()) {
    parts.host = "api." + site;
    parts.prefix.clear();  // no proxy: a page of the web interface
    if (parts.scheme == "http") parts.port.clear();
    parts.scheme = "https";  // the keys must not cross the internet in the clear
  }
  std::string url = fmt::format("{}://{}{}{}{}", parts.scheme, parts.host, parts.port, parts.prefix, path);
  if (parts.query.empty()) return url;
  url += path.find('?') == std::string_view::npos ? '?' : '&';
  return url += parts.query;
}

}  // namespace

std::string datadog_site(const apm::Destination& destination) {
  if (!destination.api_url.empty()) return site_of_host(parts_of(destination.api_url).host);
  const auto* const found = std::find_if(std::begin(k_regions), std::end(k_regions),
                                         [&](const Region& one) { return one.name == destination.region; });
  return std::string(found == std::end(k_regions) ? k_regions[0].site : found->site);
}

std::string site_text(const apm::Destination& destination) {
  if (destination.api_url.empty()) {
    return fmt::format("{} (region {})", datadog_site(destination), destination.region);
  }
  const ApiUrl parts = parts_of(destination.api_url);
  return text::printable(parts.host + parts.port);
}

Endpoint datadog_endpoint(const apm::Destination& destination, std::string_view path,
                          std::string_view user_agent, bool with_app_key) {
  const std::string& api_key = destination.api_key.reveal();
  const std::string& app_key = destination.app_key.reveal();
  refuse_controls(destination, "apiKey", "Datadog", api_key);
  Endpoint endpoint;
  endpoint.headers = {{"Accept", "application/json", false},
                      {"User-Agent", std::string(user_agent), false},
                      {"DD-API-KEY", api_key, true}};
  if (with_app_key && !app_key.empty()) {
    refuse_controls(destination, "appKey", "Datadog", app_key);
    endpoint.headers.push_back({"DD-APPLICATION-KEY", app_key, true});
  }
  endpoint.secrets = {api_key, app_key};
  endpoint.url = destination.api_url;
  add_login(destination, "Datadog", endpoint);
  add_tls(destination, endpoint);
  endpoint.url = url_of(destination, path);
  return endpoint;
}

bool takes_historical(const apm::Destination& destination) {
  const std::string site = datadog_site(destination);
  return std::find(std::begin(k_not_historical), std::end(k_not_historical), site) ==
         std::end(k_not_historical);
}

}  // namespace k6apm::providers
