// What a Prometheus destination takes of the environment where the block is silent: the variables of k6's own
// output. Source: grafana/k6, internal/output/prometheusrw/remotewrite/config.go. What surprises: names of
// headers stand in names of variables as they are, K6_PROMETHEUS_RW_HEADERS_X-Scope-OrgID, which few shells
// can set; a header of K6_PROMETHEUS_RW_HTTP_HEADERS wins over it, and k6 refuses a value with a colon there,
// which is taken here; a token wins over a login. Not taken: PUSH_INTERVAL and STALE_MARKERS, which have no
// meaning after the run, and TLS_MIN_VERSION.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "apm/dialect.hpp"
#include "apm/http_header.hpp"
#include "apm/secret.hpp"

namespace k6apm::apm {

namespace {

constexpr std::string_view k_prefix = "K6_PROMETHEUS_RW_";

std::string full_name(std::string_view name) { return std::string(k_prefix).append(name); }

// Go's strconv.ParseBool, by which k6 reads them.
std::optional<bool> parse_bool(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

bool has_userinfo(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

}  // namespace

std::optional<std::string> DestinationReader::variable(std::string_view name) const {
  std::optional<std::string> value = m_env(full_name(name));
  return value && value->empty() ? std::nullopt : value;
}

void DestinationReader::record_variable(std::string_view name, std::string_view setting, std::string value) {
  m_destination.settings.push_back({std::string(setting), std::move(value), Location{full_name(name)}});
}

// Once, however many destinations there are.
void DestinationReader::note_variable(std::string_view name, std::string text) {
  const Location where{full_name(name)};
  const bool said = std::any_of(m_notices.begin(), m_notices.end(), [&](const Notice& other) {
    return other.where.file == where.file && other.text == text;
  });
  if (!said) note(where, std::move(text));
}

bool DestinationReader::take_url() {
  const auto url = variable("SERVER_URL");
  if (!url) return false;
  m_destination.remote_write_url = *url;
  record_variable("SERVER_URL", "remoteWriteURL", masked_url(*url));
  if (!is_http_url(*url)) {
    disable({full_name("SERVER_URL")}, fmt::format("remoteWriteURL \"{}\" is no http:// or https:// URL",
                                                   cleaned(masked_url(*url), 120)));
  }
  return true;
}

bool DestinationReader::take_login() {
  // A login in the block's own URL is one of the block.
  if (member("remoteWriteURL") != nullptr && has_userinfo(m_destination.remote_write_url)) return false;
  const auto token = variable("BEARER_TOKEN");
  const auto username = variable("USERNAME");
  const auto password = variable("PASSWORD");
  if (token) {
    m_destination.token = Secret(*token);
    record_variable("BEARER_TOKEN", "credentials", "token ***");
    if (username || password) {
      note_variable("BEARER_TOKEN", fmt::format("counts, and {} and {} do not", full_name("USERNAME"),
                                                full_name("PASSWORD")));
    }
    return true;
  }
  if (!username && !password) return false;
  m_destination.username = username.value_or("");
  m_destination.password = Secret(password.value_or(""));
  record_variable(username ? "USERNAME" : "PASSWORD", "credentials",
                  fmt::format("username {}, password {}", m_destination.username, password ? "***" : "none"));
  return true;
}

void DestinationReader::take_connection() {
  take_headers();
  Connection& connection = m_destination.connection;
  take_flag("INSECURE_SKIP_TLS_VERIFY", "insecure", connection.insecure);
  take_text("CLIENT_CERTIFICATE", "cert", connection.cert_file);
  take_text("CLIENT_CERTIFICATE_KEY", "key", connection.key_file);
  take_text("TREND_STATS", "trendStats", m_destination.trend_stats);
  take_flag("TREND_AS_NATIVE_HISTOGRAM", "nativeHistograms", m_destination.native_histograms);
  for (const std::string_view name : {"SIGV4_REGION", "SIGV4_ACCESS_KEY", "SIGV4_SECRET_KEY"}) {
    if (!variable(name)) continue;
    note_variable(name, "is set, but requests are not signed for AWS");
    break;
  }
}

void DestinationReader::take_headers() {
  constexpr std::string_view one_header = "HEADERS_";
  for (const std::string& name : m_env.names().value_or(std::vector<std::string>{})) {
    if (!name.starts_with(full_name(one_header))) continue;
    const std::string_view rest = std::string_view(name).substr(k_prefix.size());
    if (const auto value = variable(rest)) take_header(rest, rest.substr(one_header.size()), *value);
  }
  const std::string all = variable("HTTP_HEADERS").value_or("");
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (const auto header = parse_header(one)) {
      take_header("HTTP_HEADERS", header->first, header->second);
    } else {
      disable({full_name("HTTP_HEADERS")},
              "KEY1:VALUE1,KEY2:VALUE2 is allowed, and a part has no colon or no key");
    }
  }
}

void DestinationReader::take_header(std::string_view variable_name, std::string_view name,
                                    std::string_view value) {
  const Location where{full_name(variable_name)};
  if (is_reserved_header(name)) {
    note_variable(variable_name,
                  fmt::format("the header {} is passed over: k6apm sets it as the protocol demands", name));
    return;
  }
  if (const auto problem = header_problem(name, value)) {
    disable(where, *problem);
    return;
  }
  if (value.empty()) return;
  auto& headers = m_destination.connection.headers;
  const std::string setting = fmt::format("header {}", name);
  std::erase_if(headers, [&](const auto& other) { return same_header(other.first, name); });
  std::erase_if(m_destination.settings,
                [&](const Setting& other) { return same_header(other.name, setting); });
  headers.emplace_back(name, value);
  record_variable(variable_name, setting, looks_secret(name) ? "***" : std::string(value));
}

void DestinationReader::take_text(std::string_view name, std::string_view setting, std::string& target) {
  const auto value = variable(name);
  if (!value) return;
  target = *value;
  record_variable(name, setting, *value);
}

void DestinationReader::take_flag(std::string_view name, std::string_view setting, bool& flag) {
  const auto value = variable(name);
  if (!value) return;
  const auto read = parse_bool(*value);
  if (!read) {
    disable({full_name(name)}, fmt::format("must be true or false, not \"{}\"", cleaned(*value)));
    return;
  }
  flag = *read;
  record_variable(name, setting, flag ? "true" : "false");
}

}  // namespace k6apm::apm
