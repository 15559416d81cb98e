#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <utility>

#include "providers/datadog_metadata.hpp"

namespace k6apm::test {

using providers::DatadogDescription;
using providers::describe;
using providers::metadata_body;
using series::Contains;
using series::MetricType;

namespace {

/// "unit / per_unit: text"
std::string shown(const DatadogDescription& description) {
  return description.unit.unit + " / " + description.unit.per_unit + ": " + description.text;
}

}  // namespace

TEST_CASE("metrics of the official integration") {
  using enum MetricType;
  const std::tuple<const char*, MetricType, const char*, const char*> table[] = {
      {"data_sent", counter, "", "byte / : The amount of data sent"},
      {"data_received", counter, "", "byte / : The amount of received data"},
      {"http_reqs", counter, "", "request / second: Total number of HTTP requests"},
      {"iterations", counter, "", "unit / : Aggregated number of VU iterations"},
      {"vus", gauge, "", "user / second: Current number of active virtual users"},
      {"vus_max", gauge, "", "user / second: Max possible number of virtual users"},
      {"http_req_blocked", trend, ".avg",
       "millisecond / : Average time spent blocked before initiating the request"},
      {"http_req_connecting", trend, ".95percentile",
       "millisecond / : 95th time spent establishing TCP connection"},
      {"http_req_duration", trend, ".max", "millisecond / : Max request time"},
      {"http_req_duration", trend, ".count",
       "unit / : The number of http_req_duration values submitted during the interval"},
      {"http_req_receiving", trend, ".median", "millisecond / : Median time spent receiving response data"},
      {"http_req_sending", trend, ".99percentile", "millisecond / : 99th time spent sending data"},
      {"http_req_tls_handshaking", trend, ".avg",
       "millisecond / : Average time spent handshaking TLS session"},
      {"http_req_waiting", trend, ".95percentile",
       "millisecond / : 95th time spent waiting for response (TTFB)"},
      {"iteration_duration", trend, ".max", "millisecond / : Max time spent for a VU iteration"},
      // A statistic that the integration does not have.
      {"iteration_duration", trend, ".min", "millisecond / : k6 trend iteration_duration, MEANING"},
  };
  for (const auto& [metric, type, suffix, expected] : table) {
    CAPTURE(metric);
    CAPTURE(suffix);
    CHECK(shown(describe(metric, type, Contains::plain, suffix, "MEANING")) == expected);
  }
}

TEST_CASE("metrics that only k6 and the script know") {
  using enum MetricType;
  const std::tuple<const char*, MetricType, Contains, const char*, const char*> table[] = {
      {"orders", counter, Contains::plain, "", " / : k6 counter orders, MEANING"},
      {"traffic", counter, Contains::data, "", "byte / : k6 counter traffic, MEANING"},
      {"uptime", gauge, Contains::time, "", "millisecond / : k6 gauge uptime, MEANING"},
      {"checks", rate, Contains::plain, "", " / : k6 rate checks, MEANING"},
      {"fast", rate, Contains::time, "", " / : k6 rate fast, MEANING"},
      {"cart", trend, Contains::plain, ".avg", " / : k6 trend cart, MEANING"},
      {"cart", trend, Contains::plain, ".count", "unit / : k6 trend cart, MEANING"},
      {"grpc_req_duration", trend, Contains::time, ".90percentile",
       "millisecond / : k6 trend grpc_req_duration, MEANING"},
      {"vus", counter, Contains::plain, "",
       " / : k6 counter vus, MEANING"},  // of another type it is another metric
  };
  for (const auto& [metric, type, contains, suffix, expected] : table) {
    CAPTURE(metric);
    CHECK(shown(describe(metric, type, contains, suffix, "MEANING")) == expected);
  }
}

TEST_CASE("the body of the metadata") {
  CHECK(metadata_body("count", {{"request", "second"}, "a \"b\"\n"}) ==
        R"({"type":"count","unit":"request","per_unit":"second","description":"a \"b\"\n"})");
  CHECK(metadata_body("gauge", {{"byte", ""}, "\xC3\xA4\xFF"}) ==
        "{\"type\":\"gauge\",\"unit\":\"byte\",\"description\":\"\xC3\xA4\xEF\xBF\xBD\"}");
  CHECK(metadata_body("rate", {}) == R"({"type":"rate"})");
}

}  // namespace k6apm::test
