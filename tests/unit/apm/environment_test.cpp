// What a Prometheus destination takes of K6_PROMETHEUS_RW_*.
#include "reading.hpp"

using k6apm::apm::ApmBlock;
using k6apm::apm::Destination;
using k6apm::apm::Environment;
using reading::contains;

namespace {

/// The first destination of `--apm JSON`, with variables whose names lack their prefix.
ApmBlock block_of(const std::string& json, const std::map<std::string, std::string>& values) {
  std::map<std::string, std::string> full;
  for (const auto& [name, value] : values) full["K6_PROMETHEUS_RW_" + name] = value;
  const Environment env = {[full](std::string_view name) -> std::optional<std::string> {
                             const auto found = full.find(std::string(name));
                             return found == full.end() ? std::nullopt : std::optional(found->second);
                           },
                           [full] {
                             std::vector<std::string> names;
                             for (const auto& [name, value] : full) names.push_back(name);
                             return names;
                           }};
  return json.empty() ? k6apm::apm::read_environment(env) : k6apm::apm::read_apm_argument(json, env);
}

/// `name=value@place` of a setting, empty where it is not there.
std::string setting_of(const Destination& destination, const std::string& name) {
  for (const auto& one : destination.settings) {
    if (one.name == name) return one.value + "@" + (one.where ? one.where->file : "default");
  }
  return {};
}

std::string headers_of(const Destination& destination) {
  std::string text;
  for (const auto& [name, value] : destination.connection.headers) text += name + "=" + value + ";";
  return text;
}

const std::string k_silent = "{provider: 'prometheus'}";
const std::string k_url = "{provider: 'prometheus', remoteWriteURL: 'http://h/w'}";

}  // namespace

TEST_CASE("the URL is taken where the block has none") {
  Destination one = block_of(k_silent, {{"SERVER_URL", "http://e/w?k=v"}}).destinations.at(0);
  CHECK(one.disabled.empty());
  CHECK(one.remote_write_url == "http://e/w?k=v");
  CHECK(setting_of(one, "remoteWriteURL") == "http://e/w?k=***@K6_PROMETHEUS_RW_SERVER_URL");
  CHECK(block_of(k_url, {{"SERVER_URL", "http://e/w"}}).destinations.at(0).remote_write_url == "http://h/w");
  CHECK(contains(block_of(k_silent, {}).destinations.at(0).disabled, "remoteWriteURL is missing"));
  CHECK(contains(block_of(k_silent, {{"SERVER_URL", ""}}).destinations.at(0).disabled,
                 "remoteWriteURL is missing"));
  CHECK(contains(block_of(k_silent, {{"SERVER_URL", "h/w"}}).destinations.at(0).disabled, "no http://"));
  CHECK(block_of("{provider: 'datadog', apiKey: 'k'}", {{"SERVER_URL", "h/w"}})
            .destinations.at(0)
            .disabled.empty());
}

TEST_CASE("a block of the environment alone") {
  const ApmBlock block = block_of("", {{"SERVER_URL", "http://e/w"}, {"BEARER_TOKEN", "t"}});
  CHECK(block.origin == k6apm::apm::Origin::environment);
  CHECK(block.json == R"([{"provider":"prometheus"}])");
  CHECK(block.where.line == 0);
  REQUIRE(block.destinations.size() == 1);
  const Destination& one = block.destinations.front();
  CHECK(one.entries.size() == 6);
  CHECK(one.token.reveal() == "t");
  CHECK(setting_of(one, "provider") == "prometheus@K6_PROMETHEUS_RW_SERVER_URL");
}

TEST_CASE("the login is taken where the block has none") {
  struct Row {
    std::string json;
    std::map<std::string, std::string> values;
    std::string login;  ///< user:password/token
    std::string place;
  };
  const std::string with_token =
      "{provider: 'prometheus', remoteWriteURL: 'http://h/w', credentials: {token: 'b'}}";
  const std::string in_url = "{provider: 'prometheus', remoteWriteURL: 'http://a:b@h/w'}";
  const std::vector<Row> table = {
      {k_url, {}, ":/", "none@default"},
      {k_url, {{"BEARER_TOKEN", "t"}}, ":/t", "token ***@K6_PROMETHEUS_RW_BEARER_TOKEN"},
      {k_url,
       {{"USERNAME", "u"}, {"PASSWORD", "p"}},
       "u:p/",
       "username u, password ***@K6_PROMETHEUS_RW_USERNAME"},
      {k_url, {{"USERNAME", "u"}}, "u:/", "username u, password none@K6_PROMETHEUS_RW_USERNAME"},
      {k_url, {{"USERNAME", "u"}, {"BEARER_TOKEN", "t"}}, ":/t", "token ***@K6_PROMETHEUS_RW_BEARER_TOKEN"},
      {with_token, {{"USERNAME", "u"}, {"PASSWORD", "p"}}, ":/b", "token ***@--apm"},
      {in_url, {{"BEARER_TOKEN", "t"}}, ":/", "none@default"},
      {k_silent,
       {{"SERVER_URL", "http://a:b@h/w"}, {"BEARER_TOKEN", "t"}},
       ":/t",
       "token ***@K6_PROMETHEUS_RW_BEARER_TOKEN"},
  };
  for (const Row& row : table) {
    const Destination one = block_of(row.json, row.values).destinations.at(0);
    CHECK(one.disabled.empty());
    CHECK(one.username + ":" + one.password.reveal() + "/" + one.token.reveal() == row.login);
    CHECK(setting_of(one, "credentials") == row.place);
  }
}

TEST_CASE("headers") {
  const std::vector<std::pair<std::map<std::string, std::string>, std::string>> table = {
      {{{"HEADERS_X-A", "1"}}, "X-A=1;"},
      {{{"HTTP_HEADERS", "X-A:1,X-B: 2:3 ,,"}}, "X-A=1;X-B=2:3;"},
      {{{"HEADERS_X-A", "1"}, {"HTTP_HEADERS", "x-a:2"}}, "x-a=2;"},
      {{{"HTTP_HEADERS", "Content-Type:x,X-A:1"}}, "X-A=1;"},
      {{{"HTTP_HEADERS", "X-A:"}}, ""},
  };
  for (const auto& [values, headers] : table) {
    const Destination one = block_of(k_url, values).destinations.at(0);
    CHECK(one.disabled.empty());
    CHECK(headers_of(one) == headers);
  }
  const ApmBlock reserved = block_of(k_url, {{"HEADERS_Host", "x"}});
  CHECK(contains(reading::all_notices(reserved), "the header Host is passed over"));
  for (const char* wrong : {"X-A", "X A:1", "X-A:1\n"})
    CHECK_FALSE(block_of(k_url, {{"HTTP_HEADERS", wrong}}).destinations.at(0).disabled.empty());
  const Destination secret = block_of(k_url, {{"HTTP_HEADERS", "X-Token:t,X-Org:o"}}).destinations.at(0);
  CHECK(setting_of(secret, "header X-Token") == "***@K6_PROMETHEUS_RW_HTTP_HEADERS");
  CHECK(setting_of(secret, "header X-Org") == "o@K6_PROMETHEUS_RW_HTTP_HEADERS");
}

TEST_CASE("certificates, Trends, and what is true or false") {
  const Destination one = block_of(k_url, {{"CLIENT_CERTIFICATE", "c.pem"},
                                           {"CLIENT_CERTIFICATE_KEY", "k.pem"},
                                           {"INSECURE_SKIP_TLS_VERIFY", "T"},
                                           {"TREND_STATS", "p(95)"},
                                           {"TREND_AS_NATIVE_HISTOGRAM", "1"}})
                              .destinations.at(0);
  CHECK(one.connection.cert_file == "c.pem");
  CHECK(one.connection.key_file == "k.pem");
  CHECK(one.connection.insecure);
  CHECK(one.trend_stats == "p(95)");
  CHECK(one.native_histograms);
  for (const char* no : {"0", "f", "False", "FALSE", "false", "F"})
    CHECK_FALSE(block_of(k_url, {{"INSECURE_SKIP_TLS_VERIFY", no}}).destinations.at(0).connection.insecure);
  CHECK(contains(block_of(k_url, {{"INSECURE_SKIP_TLS_VERIFY", "yes"}}).destinations.at(0).disabled,
                 "true or false"));
}
