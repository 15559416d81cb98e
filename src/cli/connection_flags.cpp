#include "cli/connection_flags.hpp"

#include <stdexcept>

#include "apm/http_header.hpp"
#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_connection = "Connection";

/// The value may be a secret: it stands in no message.
void add_header(Job& job, const std::string& text) {
  auto header = apm::parse_header(text);
  if (!header || header->second.empty())
    throw std::invalid_argument("NAME: VALUE is needed, such as 'X-Scope-OrgID: team-a'");
  if (const auto problem = apm::header_problem(header->first, header->second))
    throw std::invalid_argument(*problem);
  if (apm::same_header(header->first, "Authorization")) {
    throw std::invalid_argument(
        "Authorization is not taken here, where it could be seen in the process list: put the login into "
        "credentials of the apm block, or into the environment (K6_PROMETHEUS_RW_BEARER_TOKEN)");
  }
  std::erase_if(job.headers, [&](const auto& other) { return apm::same_header(other.first, header->first); });
  job.headers.push_back(*std::move(header));
}

std::string file_name(const std::string& text) {
  if (text.empty()) refuse_value(text, "the name of a file is");
  return text;
}

}  // namespace

std::vector<Flag> connection_flags() {
  return {
      {"--header",
       "NAME: VALUE",
       ValueKind::text,
       k_connection,
       "one more header of each request (repeatable)",
       "For Prometheus destinations, such as the tenant of a Mimir: 'X-Scope-OrgID: team-a'. Headers of "
       "remote "
       "write, of HTTP itself and logins are refused. Of equal names the later wins.",
       "",
       {},
       false,
       add_header,
       true},
      {"--cacert",
       "FILE",
       ValueKind::file,
       k_connection,
       "trust the certificates in FILE (PEM)",
       "For all destinations over HTTPS, instead of the system's file; CURL_CA_BUNDLE, SSL_CERT_FILE and "
       "SSL_CERT_DIR do the same.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.ca_file = file_name(v); },
       true},
      {"--cert",
       "FILE",
       ValueKind::file,
       k_connection,
       "client certificate (PEM)",
       "For receivers that ask for one. The key may stand in the same file.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.cert_file = file_name(v); },
       true},
      {"--key",
       "FILE",
       ValueKind::file,
       k_connection,
       "private key of --cert (PEM, without passphrase)",
       "Where it stands in a file of its own.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.key_file = file_name(v); },
       true},
      {"--insecure",
       "",
       ValueKind::none,
       k_connection,
       "do not verify certificates of receivers",
       "Anybody on the way can read and change what is sent then, the login too.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.insecure = true; },
       true},
  };
}

}  // namespace k6apm::cli
