// What --datadog-dashboard-metrics adds to a block.
#include "reading.hpp"

using k6apm::apm::add_dashboard_metrics;
using k6apm::apm::ApmBlock;
using reading::entries_of;
using reading::given;

namespace {

const std::string all_six =
    "http_req_blocked* http_req_connecting* http_req_tls_handshaking* http_req_sending* http_req_waiting* "
    "http_req_receiving*";

/// The entries of the first destination with these keys, after the metrics were added.
std::string with_added(const std::string& keys) {
  ApmBlock block = given("{" + keys + "}");
  add_dashboard_metrics(block);
  return entries_of(block.destinations.at(0));
}

}  // namespace

TEST_CASE("the dashboard's metrics come behind the others") {
  const std::string datadog = "provider: 'datadog', apiKey: 'k'";
  const std::string none = datadog + ", includeDefaultMetrics: false";
  const std::vector<std::pair<std::string, std::string>> table = {
      {datadog, "data_sent* data_received* http_req_duration* http_reqs* iterations* vus* " + all_six},
      {none, ""},  // disabled: it exports nothing
      {none + ", metrics: ['my']", "my " + all_six},
      {none + ", metrics: ['http_req_blocked']",
       "http_req_blocked http_req_connecting* http_req_tls_handshaking* http_req_sending* http_req_waiting* "
       "http_req_receiving*"},
      {none + ", metrics: ['{__name__=~\"http_req_.*\"}']", "{__name__=~\"http_req_.*\"}"},
      {none + ", metrics: [{sourceMetric: 'my', targetMetric: 'k6.http_req_receiving'}]",
       "my>k6.http_req_receiving http_req_blocked* http_req_connecting* http_req_tls_handshaking* "
       "http_req_sending* http_req_waiting*"},
      {none + ", metrics: [{sourceMetric: 'http_req_blocked', targetMetric: 'b'}]",
       "http_req_blocked>b " + all_six},
      {"provider: 'prometheus', remoteWriteURL: 'http://h/w', includeDefaultMetrics: false, metrics: ['my']",
       "my"},
      {"provider: 'datadog', includeDefaultMetrics: false, metrics: ['my']", "my"},  // disabled: no key
  };
  for (const auto& [keys, expected] : table) {
    CAPTURE(keys);
    CHECK(with_added(keys) == expected);
  }
}

TEST_CASE("every Datadog destination gets the dashboard's metrics, and once") {
  ApmBlock block = given(
      "[{provider: 'DataDogEU', api_key: 'k', export_default_metrics: false, metrics: ['my']},"
      " {provider: 'prometheus', remoteWriteURL: 'http://h/w', metrics: ['my'], includeDefaultMetrics: "
      "false},"
      " {provider: 'datadog', apiKey: 'k', metrics: ['my'], includeDefaultMetrics: false}]");
  add_dashboard_metrics(block);
  add_dashboard_metrics(block);
  CHECK(entries_of(block.destinations.at(0)) == "my " + all_six);
  CHECK(entries_of(block.destinations.at(1)) == "my");
  CHECK(entries_of(block.destinations.at(2)) == "my " + all_six);
  CHECK(block.destinations.at(2).entries.at(1).where.column == block.destinations.at(2).where.column);
}
