#include "connections.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apm/http_header.hpp"
#include "delivery/libcurl.hpp"
#include "error.hpp"
#include "evaluation/files.hpp"
#include "plan.hpp"
#include "providers/exposed_login.hpp"
#include "providers/prometheus_query.hpp"
#include "providers/provider.hpp"

namespace k6apm {
namespace {

using apm::Connection;
using apm::Destination;

/// A setting of the command line, in the place of the same of the environment.
void record(Destination& destination, const std::string& name, std::string value, const char* flag) {
  std::erase_if(destination.settings,
                [&](const apm::Setting& other) { return apm::same_header(other.name, name); });
  destination.settings.push_back({name, std::move(value), Location{flag}});
}

void set_headers(const cli::Job& job, Destination& destination) {
  auto& headers = destination.connection.headers;
  for (const auto& [name, value] : job.headers) {
    std::erase_if(headers, [&name = name](const auto& other) { return apm::same_header(other.first, name); });
    headers.emplace_back(name, value);
    record(destination, "header " + name, apm::looks_secret(name) ? "***" : value, "--header");
  }
}

void set_tls(const cli::Job& job, Destination& destination) {
  Connection& connection = destination.connection;
  if (job.ca_file) {
    connection.ca_file = *job.ca_file;
    record(destination, "cacert", *job.ca_file, "--cacert");
  }
  if (job.cert_file) {
    connection.cert_file = *job.cert_file;
    connection.key_file.clear();  // it was that of another certificate
    std::erase_if(destination.settings, [](const apm::Setting& other) { return other.name == "key"; });
    record(destination, "cert", *job.cert_file, "--cert");
  }
  if (job.key_file) {
    connection.key_file = *job.key_file;
    record(destination, "key", *job.key_file, "--key");
  }
  if (job.insecure) {
    connection.insecure = true;
    record(destination, "insecure", "true", "--insecure");
  }
}

/// The PEM text of a file that holds `what` (RFC 7468). Nothing of it is shown.
std::string pem_of(const std::string& path, std::string_view mark, std::string_view what) {
  const evaluation::FileContent content = evaluation::read_local_file(path);
  if (!content.text) throw Error(ExitStatus::usage, content.why, "", {path});
  if (content.text->find(mark) == std::string::npos)
    throw Error(ExitStatus::usage, fmt::format("holds no {} in PEM form", what), "", {path});
  return *content.text;
}

void check_files(const Connection& connection) {
  constexpr std::string_view k_certificate = "CERTIFICATE-----";  // also TRUSTED, X509
  constexpr std::string_view k_key = "PRIVATE KEY-----";          // also RSA, EC, ENCRYPTED
  if (!connection.ca_file.empty()) pem_of(connection.ca_file, k_certificate, "certificate");
  if (connection.cert_file.empty()) {
    if (connection.key_file.empty()) return;
    throw Error(ExitStatus::usage, "is the key of a client certificate, and there is no certificate",
                "give it with --cert", {connection.key_file});
  }
  const std::string cert = pem_of(connection.cert_file, k_certificate, "certificate");
  if (connection.key_file.empty() && cert.find(k_key) == std::string::npos)
    throw Error(ExitStatus::usage, "holds no private key", "name the file of the key with --key",
                {connection.cert_file});
  const std::string& key_file = connection.key_file.empty() ? connection.cert_file : connection.key_file;
  const std::string key = pem_of(key_file, k_key, "private key");
  // "Proc-Type: 4,ENCRYPTED" of old, "BEGIN ENCRYPTED PRIVATE KEY" of PKCS #8.
  if (key.find("ENCRYPTED") != std::string::npos) {
    throw Error(ExitStatus::usage, "holds a key with a passphrase, which nobody could be asked for",
                "take the passphrase off: openssl pkey -in FILE -out FILE", {key_file});
  }
}

bool is_sent(const cli::Job& job) {
  return !job.check && !job.only_counts() && !job.output && !job.openmetrics;
}

/// Where the requests of a destination go that carry its login.
std::vector<providers::Endpoint> endpoints_of(const cli::Job& job, const Destination& destination) {
  std::vector<providers::Endpoint> endpoints{
      providers::find_provider(destination.kind)->endpoint(destination, {})};
  if (!job.verify || destination.kind != apm::ProviderKind::prometheus) return endpoints;
  if (auto query = providers::query_endpoint(destination, job.query_url, {}))
    endpoints.push_back(*std::move(query));
  return endpoints;
}

/// Says, once per host, where a login can be read on the way.
void note_exposed_logins(const cli::Job& job, apm::ApmBlock& block) {
  std::set<std::string> said;
  for (const Destination& destination : block.destinations) {
    if (!destination.disabled.empty() || !plan::is_wanted(job, destination)) continue;
    for (const providers::Endpoint& endpoint : endpoints_of(job, destination)) {
      const std::optional<std::string> host = providers::exposed_login_host(endpoint);
      if (!host || !said.insert(*host).second) continue;
      block.notices.push_back(
          {Severity::note, destination.where,
           fmt::format("{}: the login goes to {} over plain http: anybody on the way can read it",
                       destination.place(), *host),
           "give an https:// URL, where the receiver has one"});
    }
  }
}

}  // namespace

void set_connections(const cli::Job& job, apm::ApmBlock& block) {
  std::set<std::string> unverified;  // by what asks for it
  bool takes_headers = false;
  for (Destination& destination : block.destinations) {
    const bool used = destination.disabled.empty();
    if (destination.kind == apm::ProviderKind::prometheus) {
      set_headers(job, destination);
      takes_headers = takes_headers || used;
    }
    set_tls(job, destination);
    if (!used) continue;
    check_files(destination.connection);
    if (destination.connection.insecure)
      unverified.insert(job.insecure ? "--insecure" : "K6_PROMETHEUS_RW_INSECURE_SKIP_TLS_VERIFY");
  }
  if (!job.headers.empty() && !takes_headers) {
    block.notices.push_back(
        {Severity::note, {}, "--header goes nowhere: it is for Prometheus destinations, and none is used"});
  }
  if (!is_sent(job)) return;
  delivery::libcurl();  // here, so that it is not found missing when all is read
  for (const std::string& why : unverified)
    block.notices.push_back({Severity::note, {}, fmt::format("certificates are not verified ({})", why)});
  note_exposed_logins(job, block);
}

}  // namespace k6apm
