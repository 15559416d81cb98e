#include "delivery/spooled_export.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "filled_outbox.hpp"

namespace k6apm::test {
namespace {

using delivery::ExportFacts;
using delivery::facts_of;
using delivery::Outbox;
using delivery::SpooledExport;
using providers::Call;
using providers::Payload;

constexpr const char* k_query_url = "http://127.0.0.1/query";

const providers::Provider& datadog() { return *providers::find_provider(apm::ProviderKind::datadog); }

apm::Destination destination_with(const std::string& api_key, const std::string& app_key) {
  apm::Destination destination;
  destination.kind = apm::ProviderKind::datadog;
  destination.api_url = "http://127.0.0.1:1";
  destination.api_key = apm::Secret(api_key);
  destination.app_key = apm::Secret(app_key);
  return destination;
}

Call call_to(const std::string& method, const std::string& path, const apm::Destination& destination) {
  Call call;
  call.method = method;
  call.path = path;
  call.body = "{}";
  call.subject = "k6.vus";
  datadog().address(call, destination, "k6apm/1");
  return call;
}

/// Two metrics, and calls that hold a login.
class Told final : public providers::Export {
 public:
  const std::vector<providers::MetricSummary>& metrics() const override { return m_metrics; }
  const std::vector<Notice>& notices() const override { return m_notices; }
  std::uint64_t series() const override { return 12; }
  std::uint64_t points() const override { return 345; }
  std::uint64_t untimely() const override { return 67; }
  Notice untimely_notice() const override { return {Severity::warning, {}, "67 points are too old", "hint"}; }
  std::vector<Call> enabling_calls(const apm::Destination& destination, std::string_view /*user_agent*/,
                                   bool /*all*/) const override {
    return {call_to("POST", "/api/v2/one", destination), call_to("POST", "/api/v2/two", destination)};
  }
  std::vector<Call> describing_calls(const apm::Destination& destination,
                                     std::string_view /*user_agent*/) const override {
    return {call_to("PUT", "/api/v1/metrics/k6.vus", destination)};
  }
  bool next(Payload&) override { return false; }

 private:
  std::vector<providers::MetricSummary> m_metrics{{"vus", "k6.vus", series::MetricType::gauge, 1, 2, 3, 4},
                                                  {"http_reqs", "k6.http_reqs"}};
  std::vector<Notice> m_notices{{Severity::note, {}, "a notice"}};
};

void check_same(const std::vector<Call>& a, const std::vector<Call>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].method == b[i].method);
    CHECK(a[i].body == b[i].body);
    CHECK(a[i].subject == b[i].subject);
    CHECK(a[i].path == b[i].path);
    CHECK(a[i].endpoint.url == b[i].endpoint.url);
    CHECK(a[i].endpoint.secrets == b[i].endpoint.secrets);
    REQUIRE(a[i].endpoint.headers.size() == b[i].endpoint.headers.size());
    for (std::size_t k = 0; k < a[i].endpoint.headers.size(); ++k) {
      CHECK(a[i].endpoint.headers[k].name == b[i].endpoint.headers[k].name);
      CHECK(a[i].endpoint.headers[k].value == b[i].endpoint.headers[k].value);
      CHECK(a[i].endpoint.headers[k].secret == b[i].endpoint.headers[k].secret);
    }
  }
}

}  // namespace

TEST_CASE("what an export tells is known without it, but for its logins") {
  const ExportFacts facts = facts_of(Told(), destination_with("key", "application"), "k6apm/1");
  CHECK(facts.series == 12);
  CHECK(facts.points == 345);
  CHECK(facts.untimely == 67);
  CHECK(facts.untimely_notice.text == "67 points are too old");
  CHECK(facts.untimely_notice.hint == "hint");
  REQUIRE(facts.metrics.size() == 2);
  CHECK(facts.metrics[0].target == "k6.vus");
  CHECK(facts.metrics[0].points == 2);
  REQUIRE(facts.notices.size() == 1);
  CHECK(facts.notices[0].text == "a notice");
  REQUIRE(facts.enabling.size() == 2);
  REQUIRE(facts.describing.size() == 1);
  CHECK(facts.enabling[1].path == "/api/v2/two");
  CHECK(facts.describing[0].method == "PUT");
  CHECK(facts.describing[0].body == "{}");
  CHECK(facts.describing[0].subject == "k6.vus");
  for (const Call& call : {facts.enabling[0], facts.enabling[1], facts.describing[0]}) {
    CHECK(call.endpoint.url.empty());
    CHECK(call.endpoint.headers.empty());
    CHECK(call.endpoint.secrets.empty());
  }
}

TEST_CASE("a spooled export tells the same, with the login of the day") {
  const FilledOutbox filled({payload("a", 200, 0), payload("b", 78, 1)});
  Outbox outbox(filled.directory());
  const apm::Destination today = destination_with("other", "another");
  SpooledExport spooled(facts_of(Told(), destination_with("key", "application"), "k6apm/1"), outbox,
                        datadog(), k_query_url, 1);
  const Told told;
  CHECK(spooled.series() == told.series());
  CHECK(spooled.points() == told.points());
  CHECK(spooled.untimely() == told.untimely());
  CHECK(spooled.untimely_notice().text == told.untimely_notice().text);
  CHECK(spooled.metrics().size() == told.metrics().size());
  CHECK(spooled.notices().size() == told.notices().size());
  check_same(spooled.enabling_calls(today, "k6apm/1", true), told.enabling_calls(today, "k6apm/1", true));
  check_same(spooled.describing_calls(today, "k6apm/1"), told.describing_calls(today, "k6apm/1"));
  const auto headers = spooled.describing_calls(today, "k6apm/1").at(0).endpoint.headers;
  CHECK(std::count_if(headers.begin(), headers.end(), [](const providers::Header& header) {
          return header.value == "other" || header.value == "another";
        }) == 2);
  Payload one;
  REQUIRE(spooled.next(one));
  CHECK(one.body == "a");
  CHECK(one.request == 1);
  outbox.settle(one, {.delivered = 200});
  outbox.begin_again();
  REQUIRE(spooled.next(one));
  CHECK(one.body == "b");
  CHECK_FALSE(spooled.next(one));
}

TEST_CASE("without an application key, or where the receiver has none, there are no calls") {
  const FilledOutbox filled({});
  Outbox outbox(filled.directory());
  const ExportFacts facts = facts_of(Told(), destination_with("key", "application"), "k6apm/1");
  const SpooledExport keyless(facts, outbox, datadog(), k_query_url, 1);
  CHECK(keyless.enabling_calls(destination_with("key", ""), "k6apm/1", true).empty());
  CHECK(keyless.describing_calls(destination_with("key", ""), "k6apm/1").empty());
  const SpooledExport prometheus(facts, outbox, *providers::find_provider(apm::ProviderKind::prometheus),
                                 k_query_url, 1);
  CHECK(prometheus.enabling_calls(destination_with("key", "application"), "k6apm/1", true).empty());
  CHECK(prometheus.describing_calls(destination_with("key", "application"), "k6apm/1").empty());
}

}  // namespace k6apm::test
