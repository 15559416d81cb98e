#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "error.hpp"
#include "providers/datadog_endpoint.hpp"
#include "providers/login.hpp"

namespace k6apm::test {
namespace {

apm::Destination of_region(const std::string& region) {
  apm::Destination destination;
  destination.kind = apm::ProviderKind::datadog;
  destination.region = region;
  destination.api_key = apm::Secret("the-api-key");
  destination.app_key = apm::Secret("the-app-key");
  return destination;
}

apm::Destination of_url(const std::string& api_url) {
  apm::Destination destination = of_region("");
  destination.api_url = api_url;
  return destination;
}

providers::Endpoint endpoint(const apm::Destination& destination, bool with_app_key = false) {
  return providers::datadog_endpoint(destination, "/api/v2/series", "k6apm/0.1.0", with_app_key);
}

std::string headers_of(const providers::Endpoint& endpoint) {
  std::string text;
  for (const providers::Header& one : endpoint.headers) {
    text += one.name + ": " + one.value + (one.secret ? " (secret)\n" : "\n");
  }
  return text;
}

bool is_secret(const providers::Endpoint& endpoint, const std::string& text) {
  return std::find(endpoint.secrets.begin(), endpoint.secrets.end(), text) != endpoint.secrets.end();
}

}  // namespace

TEST_CASE("every region has its site") {
  const std::tuple<const char*, const char*, bool> table[] = {
      {"us", "datadoghq.com", true},          {"us1", "datadoghq.com", true},
      {"us3", "us3.datadoghq.com", true},     {"us5", "us5.datadoghq.com", true},
      {"eu", "datadoghq.eu", true},           {"eu1", "datadoghq.eu", true},
      {"ap1", "ap1.datadoghq.com", true},     {"ap2", "ap2.datadoghq.com", true},
      {"uk1", "uk1.datadoghq.com", true},     {"us1-fed", "ddog-gov.com", false},
      {"us2-fed", "us2.ddog-gov.com", false},
  };
  for (const auto& [name, site, historical] : table) {
    CAPTURE(name);
    const apm::Destination destination = of_region(name);
    CHECK(providers::datadog_site(destination) == site);
    CHECK(providers::site_text(destination) == std::string(site) + " (region " + name + ")");
    CHECK(endpoint(destination).url == std::string("https://api.") + site + "/api/v2/series");
    CHECK(providers::takes_historical(destination) == historical);
  }
}

TEST_CASE("apiURL in every form that people have") {
  const std::pair<std::string, std::string> table[] = {
      {"https://api.datadoghq.eu", "https://api.datadoghq.eu/api/v2/series"},
      {"https://api.datadoghq.eu/", "https://api.datadoghq.eu/api/v2/series"},
      {"https://app.datadoghq.eu", "https://api.datadoghq.eu/api/v2/series"},
      {"https://www.datadoghq.com/", "https://api.datadoghq.com/api/v2/series"},
      {"https://datadoghq.com", "https://api.datadoghq.com/api/v2/series"},
      {"https://us5.datadoghq.com", "https://api.us5.datadoghq.com/api/v2/series"},
      {"https://api.us3.datadoghq.com/api", "https://api.us3.datadoghq.com/api/v2/series"},
      {"https://api.datadoghq.com/api/v1", "https://api.datadoghq.com/api/v2/series"},
      {"https://api.datadoghq.com/api/v2/", "https://api.datadoghq.com/api/v2/series"},
      {"https://api.datadoghq.com/api/v1/series", "https://api.datadoghq.com/api/v2/series"},
      {"https://api.datadoghq.com//api/v2/series//", "https://api.datadoghq.com/api/v2/series"},
      {"HTTPS://App.DatadogHQ.com", "https://api.datadoghq.com/api/v2/series"},
      {"https://app.ddog-gov.com", "https://api.ddog-gov.com/api/v2/series"},
      {"https://api.datadoghq.com:443/", "https://api.datadoghq.com:443/api/v2/series"},
      {"http://api.datadoghq.com", "https://api.datadoghq.com/api/v2/series"},
      {"http://proxy.example:8080", "http://proxy.example:8080/api/v2/series"},
      {"http://proxy.example/datadog/", "http://proxy.example/datadog/api/v2/series"},
      {"http://proxy.example/Datadog/api/v1/series", "http://proxy.example/Datadog/api/v2/series"},
      {"http://proxy.example/myapi", "http://proxy.example/myapi/api/v2/series"},
      {"http://proxy.example/api/v3", "http://proxy.example/api/v3/api/v2/series"},
      {"http://app.example.com", "http://app.example.com/api/v2/series"},
      {"http://notdatadoghq.com", "http://notdatadoghq.com/api/v2/series"},
      {"https://datadoghq.com.example", "https://datadoghq.com.example/api/v2/series"},
      {"http://127.0.0.1:9999", "http://127.0.0.1:9999/api/v2/series"},
      {"http://[::1]:9999/x", "http://[::1]:9999/x/api/v2/series"},
      {"http://[::1]", "http://[::1]/api/v2/series"},
      {"http://p/x?team=a&b=/c", "http://p/x/api/v2/series?team=a&b=/c"},
      {"http://p?team=a", "http://p/api/v2/series?team=a"},
      {"http://p/?", "http://p/api/v2/series"},
      {"http://p/x#part", "http://p/x/api/v2/series"},
      {"http://p/x?a=b#part?c", "http://p/x/api/v2/series?a=b"},
      {"https://u:p@app.datadoghq.com/x", "https://api.datadoghq.com/api/v2/series"},
      {"https://us5.datadoghq.com/dashboard/abc?tpl=x", "https://api.us5.datadoghq.com/api/v2/series?tpl=x"},
      {"https://app.datadoghq.eu./", "https://api.datadoghq.eu/api/v2/series"},
      {"http://api.datadoghq.com:80", "https://api.datadoghq.com/api/v2/series"},
      {"http://datadoghq.com:443/", "https://api.datadoghq.com/api/v2/series"},
  };
  for (const auto& [api_url, url] : table) {
    CAPTURE(api_url);
    CHECK(endpoint(of_url(api_url)).url == url);
  }
  CHECK(providers::datadog_endpoint(of_url("http://p/x?team=a"), "/api/v1/query?from=1", "", true).url ==
        "http://p/x/api/v1/query?from=1&team=a");
}

TEST_CASE("what apiURL says of the site") {
  const std::tuple<std::string, std::string, std::string, bool> table[] = {
      {"https://app.datadoghq.eu/x", "datadoghq.eu", "app.datadoghq.eu", true},
      {"https://u:p@api.us2.ddog-gov.com/?k=v", "us2.ddog-gov.com", "api.us2.ddog-gov.com", false},
      {"https://Proxy.example:8080/a", "", "proxy.example:8080", true},
      {"https://a\xFF/", "", "a\xEF\xBF\xBD", true},
  };
  for (const auto& [api_url, site, text, historical] : table) {
    CAPTURE(api_url);
    apm::Destination destination = of_url(api_url);
    destination.region = "us1-fed";  // passed over
    CHECK(providers::datadog_site(destination) == site);
    CHECK(providers::site_text(destination) == text);
    CHECK(providers::takes_historical(destination) == historical);
  }
}

TEST_CASE("headers and secrets of Datadog") {
  CHECK(headers_of(endpoint(of_region("eu"))) ==
        "Accept: application/json\nUser-Agent: k6apm/0.1.0\nDD-API-KEY: the-api-key (secret)\n");
  CHECK(headers_of(endpoint(of_region("eu"), true)) ==
        "Accept: application/json\nUser-Agent: k6apm/0.1.0\nDD-API-KEY: the-api-key (secret)\n"
        "DD-APPLICATION-KEY: the-app-key (secret)\n");
  const auto to = endpoint(of_url("http://me:pass%20word@p/?key=v%41l"));
  CHECK(headers_of(to) ==
        "Accept: application/json\nUser-Agent: k6apm/0.1.0\nDD-API-KEY: the-api-key (secret)\n"
        "Authorization: Basic bWU6cGFzcyB3b3Jk (secret)\n");
  for (const char* secret : {"the-api-key", "the-app-key", "me:pass%20word", "pass%20word", "pass word",
                             "bWU6cGFzcyB3b3Jk", "v%41l", "vAl"}) {
    CAPTURE(secret);
    CHECK(is_secret(to, secret));
  }
  apm::Destination without = of_region("eu");
  without.app_key = apm::Secret();
  CHECK(headers_of(endpoint(without, true)).find("APPLICATION") == std::string::npos);
}

TEST_CASE("line breaks in keys are refused, and not shown") {
  apm::Destination destination = of_region("eu");
  destination.app_key = apm::Secret("b\r\nX-Other: 1");
  CHECK_NOTHROW(endpoint(destination));
  CHECK_THROWS_WITH_AS(endpoint(destination, true),
                       "the appKey for Datadog holds a line break or another control character", Error);
  destination.api_key = apm::Secret("a\n");
  CHECK_THROWS_WITH_AS(endpoint(destination),
                       "the apiKey for Datadog holds a line break or another control character", Error);
}

TEST_CASE("parts of a login") {
  const std::pair<const char*, const char*> encoded[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xFF\xFE", "//4="}};
  for (const auto& [bytes, text] : encoded) CHECK(providers::base64(bytes) == text);

  const std::tuple<std::string, std::string, std::string> urls[] = {
      {"http://u:p@h/x", "http://h/x", "u|p"},     {"http://u@h", "http://h", "u|"},
      {"http://a@b:c@h?x", "http://h?x", "a@b|c"}, {"http://%75:%3a%2@h", "http://h", "u|:%2"},
      {"http://h/a@b", "http://h/a@b", "none"},    {"h", "h", "none"},
  };
  for (const auto& [given, left, login] : urls) {
    CAPTURE(given);
    std::string url = given;
    const auto taken = providers::take_userinfo(url);
    CHECK(url == left);
    CHECK((taken ? taken->username + "|" + taken->password : "none") == login);
  }
  CHECK(providers::query_values("http://h?a=b%20c;d&e=#f=g") ==
        std::vector<std::string>{"b%20c", "b c", "d", "d", "", ""});
}

}  // namespace k6apm::test
