#include "providers/exposed_login.hpp"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "providers/datadog_endpoint.hpp"

namespace k6apm::test {
namespace {

using providers::exposed_login_host;

const providers::Header k_token{"Authorization", "Bearer x", true};

}  // namespace

TEST_CASE("a login over plain http to another machine is exposed") {
  struct Case {
    std::string url;
    std::string host;
  };
  for (const Case& one : std::vector<Case>{
           {"http://prometheus.example/api/v1/write", "prometheus.example"},
           {"HTTP://Prometheus.Example:9090", "Prometheus.Example"},
           {"http://10.0.0.1:80/?a=b", "10.0.0.1"},
           {"http://128.0.0.1/", "128.0.0.1"},
           {"http://[::2]:9090/x", "[::2]"},
           {"http://[2001:db8::1]", "[2001:db8::1]"},
           {"http://127.0.0.1.example/", "127.0.0.1.example"},
           {"http://localhost.example/", "localhost.example"},
           {"http://notlocalhost/", "notlocalhost"},
           {"http://prometheus.example?x=localhost", "prometheus.example"},
           {"http://prometheus.example#localhost", "prometheus.example"},
           {"http://pass/word@prometheus.example", "***"},
       }) {
    CAPTURE(one.url);
    CHECK(exposed_login_host({one.url, {k_token}}) == one.host);
    CHECK_FALSE(exposed_login_host({one.url, {{"Content-Type", "x", false}}}));
  }
}

TEST_CASE("https and this machine do not expose a login") {
  for (const char* url : {"https://prometheus.example/", "HTTPS://prometheus.example", "http://localhost",
                          "http://LocalHost:9090/x", "http://localhost./", "http://prometheus.localhost:80/",
                          "http://127.0.0.1/", "http://127.255.3.4:9?x", "http://[::1]:9090/",
                          "http://[0:0:0:0:0:0:0:1]", ""}) {
    CAPTURE(url);
    CHECK_FALSE(exposed_login_host({url, {k_token}}));
  }
}

TEST_CASE("the keys of a site of Datadog are not exposed, for https is taken there") {
  apm::Destination destination;
  destination.kind = apm::ProviderKind::datadog;
  destination.api_key = apm::Secret("key");
  struct Case {
    std::string url;
    std::optional<std::string> host;
  };
  for (const Case& one : std::vector<Case>{
           {"", {}},
           {"http://api.datadoghq.eu", {}},
           {"http://collector.example/dd", "collector.example"},
           {"https://collector.example/dd", {}},
       }) {
    CAPTURE(one.url);
    destination.api_url = one.url;
    CHECK(exposed_login_host(providers::datadog_endpoint(destination, "/api/v2/series", {}, true)) ==
          one.host);
  }
}

TEST_CASE("a login may stand in the query string") {
  const std::string url = "http://prometheus.example/write?";
  for (const char* query : {"token=x", "db=k6&api_key=x", "db=k6;Auth=x", "=&PASSWORD=x#y", "a?secret=x"}) {
    CAPTURE(query);
    CHECK(exposed_login_host({url + query, {}}) == "prometheus.example");
  }
  for (const char* query : {"", "db=k6", "token=", "token", "db=token", "db=k6#token=x", "&&;"}) {
    CAPTURE(query);
    CHECK_FALSE(exposed_login_host({url + query, {}}));
  }
}

}  // namespace k6apm::test
