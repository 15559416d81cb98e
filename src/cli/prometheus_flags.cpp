#include "cli/prometheus_flags.hpp"

#include <stdexcept>

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_prometheus = "Prometheus";

/// A URL without anything that may be a secret: everybody who can list processes sees it.
void set_query_url(Job& job, const std::string& value) {
  const std::size_t scheme = value.find("://");
  const bool is_http = value.starts_with("http://") || value.starts_with("https://");
  if (!is_http || scheme + 3 == value.size() || value.find_first_of("@?# ") != std::string::npos) {
    throw std::invalid_argument("an http or https URL without login and query string is allowed");
  }
  job.query_url = value;
}

}  // namespace

std::vector<Flag> prometheus_flags() {
  return {
      {"--allow-future",
       "",
       ValueKind::none,
       k_prometheus,
       "send points far ahead of now, too",
       "Points more than ten minutes ahead are left out without this flag: Prometheus 2.54 and later refuse "
       "them, and an older one that took a single such point refuses everything of the present from then "
       "on.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.allow_future = true; },
       true},
      {"--query-url",
       "URL",
       ValueKind::text,
       k_prometheus,
       "where --verify asks, without /api/v1/query",
       "Needed where the query API is not beside the write URL. It gets the login and the query string of "
       "the "
       "write URL. "
       "Beside /api/v1/write it is /api/v1/query, beside /api/v1/push /prometheus/api/v1/query, beside "
       "/api/prom/push /api/prom/api/v1/query.",
       "",
       {},
       false,
       set_query_url,
       true},
  };
}

}  // namespace k6apm::cli
