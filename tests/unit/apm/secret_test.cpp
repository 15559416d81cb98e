#include "apm/secret.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using k6apm::apm::masked_url;

TEST_CASE("logins and query values of a URL are masked, its keys stay") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"http://host/api/v1/write", "http://host/api/v1/write"},
      {"http://host:9090", "http://host:9090"},
      {"https://user:pass@host/x", "https://***@host/x"},
      {"https://token@host", "https://***@host"},
      {"http://host/x?a=1&b=2", "http://host/x?a=***&b=***"},
      {"http://host?secret", "http://host?***"},
      {"http://host/?a=", "http://host/?a=***"},
      {"http://host/?a=b=c;d=e", "http://host/?a=***;d=***"},
      {"http://host/x#part", "http://host/x#***"},
      {"http://host/x?a=1#part", "http://host/x?a=***#***"},
      {"http://[::1]:9090/x?a=1", "http://[::1]:9090/x?a=***"},
      {"", ""},
      {"host/x", "host/x"},
      {"user:pass@host/x", "***@host/x"},
      {"http://user:pa/ss@host/", "http://***@host/"},
      {"http://user:pa@ss@host/", "http://***@host/"},
      {"http://user:pa?ss@host/", "http://***"},
      {"http://user:pa#ss@host/", "http://***"},
      {"http://host/?a=b@c", "http://***"},
      {"us:er://pass@host", "***@host"},
      {"://user:pass@host", "***@host"},
      {"http:/user:pass@host", "***@host"},
      {"http://@", "http://***@"},
      {"?", "?"},
      {"http://host/?&&a=1", "http://host/?&&a=***"},
  };
  for (const auto& [url, shown] : table) {
    CAPTURE(url);
    CHECK(masked_url(url) == shown);
  }
}
