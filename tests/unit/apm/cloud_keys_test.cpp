// The keys of k6 cloud, each with its values, and durations.
#include "apm/cloud_keys.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "apm/k6_duration.hpp"

using k6apm::apm::apply_cloud_config;
using k6apm::apm::cloud_keys;
using k6apm::apm::CloudSettings;
using k6apm::apm::parse_k6_duration;
using Json = nlohmann::json;

namespace {

/// What is wrong with `{KEY: VALUE}`, or the setting that it makes.
std::string applied(const std::string& key, const Json& value) {
  CloudSettings settings;
  settings.name = "before";
  const auto complaints = apply_cloud_config(settings, Json{{key, value}});
  if (!complaints.empty()) {
    CHECK(complaints.size() == 1);
    return complaints.front();
  }
  for (const auto& one : cloud_keys()) {
    if (k6apm::apm::same_key(one.name, key)) return one.shown(settings);
  }
  return {};
}

}  // namespace

TEST_CASE("durations") {
  const std::vector<std::pair<std::string, double>> table = {
      {"1m30s", 90},      {"300ms", 0.3},   {"1d2h", 93600}, {"2d", 172800},       {"1500", 1.5},
      {"1500.5", 1.5005}, {"0", 0},         {"1.5h", 5400},  {"-5s", -5},          {"+5s", 5},
      {"-1d1s", -86401},  {"1h1m1s", 3661}, {"1us", 1e-6},   {"1\xC2\xB5s", 1e-6}, {"1\xCE\xBCs", 1e-6},
      {"1ns", 1e-9},      {".5s", 0.5},     {"3.s", 3},      {"1.1s900ms", 2},     {"1e3", 1},
      {"0d0s", 0},        {"-2", -0.002},
  };
  for (const auto& [text, seconds] : table) {
    CAPTURE(text);
    REQUIRE(parse_k6_duration(text));
    CHECK(*parse_k6_duration(text) == seconds);
  }
  for (const std::string text :
       {"", "s", "5 s", "5x", "1m30", "d", "d5h", "1d-2h", "1.5d", "1d2", "--5s", "inf", "nan", "1..5s", ".s",
        "5S", "1h-5m", "99999999999999999999d", "\xC2\xB5s"}) {
    CAPTURE(text);
    CHECK(!parse_k6_duration(text));
  }
}

TEST_CASE("values of keys") {
  const std::vector<std::tuple<std::string, Json, std::string>> table = {
      {"host", "https://a.b/", "https://a.b"},
      {"host", "http://u:s3cret@a.b///", "http://***@a.b"},
      {"host", "a.b", "host must be an http:// or https:// URL"},
      {"host", 5, "host must be a string"},
      {"host", "", "https://ingest.k6.io"},
      {"host", nullptr, "https://ingest.k6.io"},
      {"webAppURL", "https://a.b/c/", "https://a.b/c"},
      {"name", "A\nb", "A\nb"},
      {"name", "", "before"},
      {"NAME", "A", "A"},
      {"name", Json::array(), "name must be a string"},
      {"token", "s3cret", "***"},
      {"token", "s3cret\n",
       "token must not hold a line break or another control character: check it for a stray line end"},
      {"testRunToken", "s3cret", "***"},
      {"projectID", 7, "7"},
      {"projectID", "7", "7"},
      {"projectID", 0, ""},
      {"projectID", -7, "projectID must be a whole number of 1 or more"},
      {"projectID", 1.5, "projectID must be a whole number of 1 or more"},
      {"projectID", "s3cret", "projectID must be a whole number of 1 or more"},
      {"projectID", 18446744073709551615ULL, "projectID must be a whole number of 1 or more"},
      {"stackID", 9, "9"},
      {"pushRefID", "123", "123"},
      {"metricsPushURL", "https://a.b/v2?k=s3cret", "https://a.b/v2?k=***"},
      {"testRunDetails", "https://a.b/runs/1", "https://a.b/runs/1"},
      {"timeout", "1m30s", "90s"},
      {"timeout", 1500, "1.5s"},
      {"timeout", "1500", "1.5s"},
      {"timeout", 0, "timeout must be longer than 0 and at most a day"},
      {"timeout", "2d", "timeout must be longer than 0 and at most a day"},
      {"timeout", "s3cret", "timeout must be a duration, such as \"1m30s\", or a number of milliseconds"},
      {"timeout", true, "timeout must be a duration, such as \"1m30s\", or a number of milliseconds"},
      {"aggregationPeriod", "10s", "10s"},
      {"aggregationPeriod", 2000, "2s"},
      {"aggregationPeriod", "1m", "60s"},
      {"aggregationPeriod", "1500ms",
       "aggregationPeriod must be whole seconds, at least 1s and at most a day"},
      {"aggregationPeriod", "0s", "aggregationPeriod must be whole seconds, at least 1s and at most a day"},
      {"aggregationPeriod", "-3s", "aggregationPeriod must be whole seconds, at least 1s and at most a day"},
      {"aggregationPeriod", 1e300, "aggregationPeriod must be whole seconds, at least 1s and at most a day"},
      {"maxTimeSeriesInBatch", 10, "10"},
      {"maxTimeSeriesInBatch", 0, "maxTimeSeriesInBatch must be a whole number from 1 to 1000000"},
      {"metricPushConcurrency", "4", "4"},
      {"metricPushConcurrency", 1001, "metricPushConcurrency must be a whole number from 1 to 1000"},
      {"stopOnError", true, "true"},
      {"stopOnError", "true", "true"},
      {"stopOnError", "yes", "stopOnError must be true or false"},
      {"apiVersion", 2, ""},
      {"apiVersion", 1, "apiVersion must be 2: v1 of the metrics protocol is not supported"},
      {"apiVersion", 3, "apiVersion must be 2, the version of the metrics protocol"},
      {"tracesEnabled", "whatever", ""},
      {"what", "ever", ""},
  };
  for (const auto& [key, value, expected] : table) {
    CAPTURE(key);
    CAPTURE(expected);
    CHECK(applied(key, value) == expected);
  }
}

TEST_CASE("what is wrong changes nothing, and the rest counts") {
  CloudSettings settings;
  const auto complaints = apply_cloud_config(
      settings, Json::parse(R"({"aggregationPeriod": "2s", "timeout": [], "maxTimeSeriesInBatch": -1,
                                "metricPushConcurrency": 3, "metricPushInterval": 5, "token": null})"));
  CHECK(complaints.size() == 2);
  CHECK(settings.aggregation_period_s == 2);
  CHECK(settings.timeout_s == 60);
  CHECK(settings.max_series_in_batch == 1000);
  CHECK(settings.push_concurrency == 3);
  CHECK(apply_cloud_config(settings, Json("s3cret")) ==
        std::vector<std::string>{"the configuration must be an object"});
  CHECK(apply_cloud_config(settings, Json::object()).empty());
}
