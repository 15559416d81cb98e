// Specification: Prometheus remote write 1.0 (prometheus/docs, docs/specs/prw/remote_write_spec.md, April
// 2023). What surprises: four headers are obligatory, the version one says 0.1.0 for protocol 1.0; 204 means
// taken, not stored; Thanos answers 409 to samples out of order, which is for good, and some proxies 408,
// which is not.
#include "providers/prometheus.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "error.hpp"
#include "providers/prometheus_export.hpp"
#include "providers/prometheus_mapping.hpp"
#include "providers/remote_write.hpp"

namespace k6apm::providers {
namespace {

std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= n ? digits[group >> (18 - 6 * k) & 0x3FU] : '=';
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

struct Login {
  std::string username{};
  std::string password{};
  std::string encoded{};  ///< as it stood in the URL
};

/// Takes the userinfo out of `url` (RFC 3986, 3.2.1), if it has one.
std::optional<Login> take_userinfo(std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::size_t begin = scheme + 3;
  const std::string_view authority =
      std::string_view(url).substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view userinfo = authority.substr(0, at);
  const std::size_t colon = userinfo.find(':');
  Login login{percent_decoded(userinfo.substr(0, colon)), {}, std::string(userinfo)};
  if (colon != std::string_view::npos) login.password = percent_decoded(userinfo.substr(colon + 1));
  url.erase(begin, at + 1);
  return login;
}

/// What stands in the query string of `url` besides the keys, as it is and decoded; both & and ; separate.
std::vector<std::string> query_values(std::string_view url) {
  std::vector<std::string> values;
  const std::size_t begin = url.find('?');
  if (begin == std::string_view::npos) return values;
  std::string_view query = url.substr(begin + 1, url.find('#', begin) - begin - 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find_first_of("&;"));
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? pair : pair.substr(equals + 1);
    values.emplace_back(value);
    values.push_back(percent_decoded(value));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return values;
}

/// A line break in a header would begin another header.
void refuse_controls(const apm::Destination& destination, std::string_view what, std::string_view text) {
  const bool bad = std::any_of(text.begin(), text.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!bad) return;
  throw Error(ExitStatus::usage,
              fmt::format("the {} for Prometheus holds a line break or another control character", what),
              fmt::format("check the {} for a stray line end", what), destination.where);
}

std::optional<std::string> authorization(const apm::Destination& destination, std::optional<Login> from_url) {
  if (!destination.token.empty()) {
    refuse_controls(destination, "token", destination.token.reveal());
    return "Bearer " + destination.token.reveal();
  }
  if (!destination.username.empty() || !destination.password.empty()) {
    from_url = Login{destination.username, destination.password.reveal(), {}};
  }
  if (!from_url) return std::nullopt;
  refuse_controls(destination, "user name", from_url->username);
  return "Basic " + base64(from_url->username + ":" + from_url->password);
}

Endpoint endpoint(const apm::Destination& destination, std::string_view user_agent) {
  Endpoint endpoint;
  endpoint.url = destination.remote_write_url;
  endpoint.headers = {{"Content-Encoding", "snappy", false},
                      {"Content-Type", "application/x-protobuf", false},
                      {"X-Prometheus-Remote-Write-Version", "0.1.0", false},
                      {"User-Agent", std::string(user_agent), false}};
  endpoint.secrets = query_values(endpoint.url);
  endpoint.secrets.push_back(destination.token.reveal());
  endpoint.secrets.push_back(destination.password.reveal());
  std::optional<Login> from_url = take_userinfo(endpoint.url);
  if (from_url) {
    const std::string& encoded = from_url->encoded;
    const std::string encoded_password = encoded.substr(std::min(encoded.find(':') + 1, encoded.size()));
    endpoint.secrets.insert(endpoint.secrets.end(),
                            {encoded, encoded_password, from_url->username, from_url->password});
  }
  if (auto value = authorization(destination, std::move(from_url))) {
    endpoint.secrets.push_back(value->substr(value->find(' ') + 1));
    endpoint.headers.push_back({"Authorization", *std::move(value), true});
  }
  return endpoint;
}

std::unique_ptr<Export> open(const apm::Destination& destination, std::vector<series::Series> series,
                             const ExportSettings& settings) {
  return std::make_unique<PrometheusExport>(map_series(destination, std::move(series), settings),
                                            destination.resample_s);
}

/// The specification: 5xx MUST be sent again, 429 MAY, other 4xx MUST NOT. 408 is a proxy's way to say
/// time-out. A redirect is not followed, for the login must not go elsewhere.
Verdict verdict_of(long status) {
  if (status >= 200 && status < 300) return Verdict::delivered;
  if (status == 408 || status == 429 || status >= 500) return Verdict::retry;
  if (status >= 300 && status < 400) return Verdict::stop;
  if (status == 401 || status == 403 || status == 404 || status == 405) return Verdict::stop;
  if (status >= 400) return Verdict::refused;
  return Verdict::retry;
}

Judgement judge(long status, std::string_view body) {
  const Verdict verdict = verdict_of(status);
  return {verdict, verdict == Verdict::delivered ? "" : std::string(body)};
}

/// Anything: snappy blocks have no magic number.
bool recognises(std::string_view) { return true; }

}  // namespace

Provider prometheus() {
  return {
      .name = "prometheus",
      .kind = apm::ProviderKind::prometheus,
      .trend_stats = "avg,min,med,max,p(90),p(95),p(99),count,sum",
      .endpoint = endpoint,
      .open = open,
      .judge = judge,
      .recognises = recognises,
      .decode = print_remote_write,
  };
}

}  // namespace k6apm::providers
