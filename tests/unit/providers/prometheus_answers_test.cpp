#include "providers/prometheus_answers.hpp"

#include <doctest/doctest.h>

#include <string>

namespace k6apm::test {

using providers::prometheus_advice;

TEST_CASE("known refusals have a hint") {
  struct Case {
    const char* words;
    const char* part;
    bool resent = false;
  };
  for (
      const Case& one : {
          // Prometheus 2.42
          Case{"400 out of bounds", "--end-at now"},
          Case{"400 out of bounds", "out_of_order_time_window"},
          Case{"400 out of bounds", "--openmetrics FILE"},
          Case{"400 out of order sample", "out_of_order_time_window"},
          Case{"400 out of order sample", "--tag"},
          Case{"400 Out of order sample", "--tag"},
          Case{"400 duplicate sample for timestamp", "includeTestRunId"},
          Case{"500 too old sample", "--end-at now"},
          Case{"500 too old sample", "out_of_order_time_window"},
          Case{"500 too old sample", "promtool"},
          Case{"500 label name \"a\" is not unique: invalid sample", "keepTags"},
          Case{"500 native histograms are disabled", "--enable-feature=native-histograms"},
          Case{"400 snappy: corrupt input", "proxy"},
          Case{"405 Method Not Allowed", "--web.enable-remote-write-receiver"},
          Case{"404 404 page not found", "/api/v1/write"},
          // 2.54 and later
          Case{"400 out of bounds: timestamp is too far in the future", "--end-at now"},
          Case{"400 out of bounds: timestamp is too far in the future", "clocks"},
          // Mimir
          Case{
              "400 failed pushing to ingester: user=1: the sample has been rejected because its timestamp is "
              "too old (err-mimir-sample-timestamp-too-old). The affected sample has",
              "--end-at now"},
          Case{
              "400 send data to ingesters: failed pushing to ingester mimir-ingester-0: user=anonymous: the "
              "sample has been rejected because another sample with a more recent timestamp has already been "
              "ingested and out-of-order samples are not allowed (err-mimir-sample-out-of-order)",
              "out_of_order_time_window"},
          Case{"400 (err-mimir-sample-duplicate-timestamp)", "--tag"},
          Case{"400 received a sample whose timestamp is too far in the future (err-mimir-too-far-in-future)",
               "clocks"},
          Case{"400 (err-mimir-too-far-in-past)", "--end-at now"},
          Case{"400 per-user series limit of 150000 exceeded, please contact administrator to raise it",
               "keepTags"},
          Case{"400 per-user series limit of 150000 exceeded (err-mimir-max-series-per-user)", "keepTags"},
          Case{"400 (err-mimir-max-label-names-per-series)", "keepTags"},
          Case{"400 (err-mimir-label-value-too-long)", "keepTags"},
          Case{"400 (err-mimir-duplicate-label-names)", "keepTags"},
          Case{"429 (err-mimir-tenant-max-ingestion-rate)", "--connections 1"},
          Case{"401 no org id", "X-Scope-OrgID"},
          // Thanos
          Case{"409 store locally for endpoint 127.0.0.1:12907: add 1 samples: out of order sample",
               "out_of_order_time_window"},
          Case{"409 store locally for endpoint thanos-receive-0:10901: conflict", "out_of_order_time_window"},
          // VictoriaMetrics 1.79
          Case{"400 cannot decompress request", "proxy"},
          Case{"400 too big packed request; mustn't exceed `-maxInsertRequestSize=33554432` bytes",
               "-maxInsertRequestSize"},
          // InfluxDB 1.6
          Case{"400 {\"error\":\"database is required\"}", "?db=NAME"},
          Case{"404 {\"error\":\"database not found: \\\"nope\\\"\"}", "create this database"},
          Case{"400 partial write: invalid tag key: input tag \"time\" on measurement \"tl\" is invalid "
               "dropped=1",
               "keepTags"},
          Case{"413 {\"error\":\"Request Entity Too Large\"}", "1 MiB"},
          // what was sent before without an answer
          Case{"400 out of bounds", "earlier attempt", true},
          Case{"400 out of order sample", "earlier attempt", true},
          Case{"400 duplicate sample for timestamp", "earlier attempt", true},
          Case{"409 conflict", "earlier attempt", true},
          Case{"400 out of bounds: timestamp is too far in the future", "clocks", true},
          // by the status alone
          Case{"401 Unauthorized", "login"},
          Case{"403 Forbidden", "login"},
          Case{"301 Moved Permanently", "redirects"},
      }) {
    const std::string words = one.words;
    CAPTURE(words);
    CHECK(prometheus_advice(std::stol(words), words, one.resent).find(one.part) != std::string::npos);
  }
}

TEST_CASE("others have none") {
  CHECK(prometheus_advice(400, "400 something else", true).empty());
  CHECK(prometheus_advice(500, "500 Internal Server Error", false).empty());
  // Moving the run is no sure way out where the series itself goes on later.
  CHECK(prometheus_advice(400, "400 out of order sample", false).find("--end-at") == std::string::npos);
}

}  // namespace k6apm::test
