#include "cli/report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/progress.hpp"

using namespace k6apm;
using namespace k6apm::cli;
using Json = nlohmann::ordered_json;

namespace {

/// A destination whose account is this.
DestinationReport destination(DeliveryStatus status, std::uint64_t delivered = 0, std::uint64_t refused = 0,
                              std::uint64_t kept = 0) {
  DestinationReport report;
  report.provider = "prometheus";
  report.status = status;
  report.points = delivered + refused + kept;
  report.outcome.points_delivered = delivered;
  report.outcome.points_refused = refused;
  report.outcome.points_kept = kept;
  report.outcome.unavailable = kept > 0 && status != DeliveryStatus::dry_run;
  return report;
}

Notice notice(Severity severity) { return {severity, {"script.js", 3, 7}, "something", "do this"}; }

Report report_of(std::vector<DestinationReport> destinations, std::vector<Notice> notices = {}) {
  Report report;
  report.destinations = std::move(destinations);
  report.notices = std::move(notices);
  return report;
}

Json json_of(const Report& report) {
  std::ostringstream out;
  write_json(report, out);
  CHECK(out.str().ends_with("}\n"));
  return Json::parse(out.str());
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("the delivery status follows from the account of points") {
  struct Case {
    std::uint64_t delivered;
    std::uint64_t refused;
    std::uint64_t kept;
    DeliveryStatus expected;
  };
  const std::vector<Case> cases = {
      {0, 0, 0, DeliveryStatus::delivered},   {5, 0, 0, DeliveryStatus::delivered},
      {5, 1, 0, DeliveryStatus::partial},     {5, 0, 1, DeliveryStatus::partial},
      {5, 1, 1, DeliveryStatus::partial},     {0, 5, 0, DeliveryStatus::refused},
      {0, 0, 5, DeliveryStatus::unavailable}, {0, 1, 5, DeliveryStatus::unavailable}};
  for (const Case& c : cases) {
    delivery::Outcome outcome;
    outcome.points_delivered = c.delivered;
    outcome.points_refused = c.refused;
    outcome.points_kept = c.kept;
    CHECK(name_of(delivery_status(outcome)) == name_of(c.expected));
  }
}

TEST_CASE("the exit status follows from what happened, in the order 2, 4, 5, 1") {
  using enum DeliveryStatus;
  struct Case {
    const char* what;
    Report report;
    ExitStatus expected;
  };
  auto warned = destination(delivered, 5);
  warned.notices.push_back(notice(Severity::warning));
  auto noted = destination(delivered, 5);
  noted.notices.push_back(notice(Severity::note));
  const std::vector<Case> cases = {
      {"all delivered", report_of({destination(delivered, 5)}), ExitStatus::ok},
      {"all written", report_of({destination(written, 5)}), ExitStatus::ok},
      {"a dry run", report_of({destination(dry_run, 0, 0, 5)}), ExitStatus::ok},
      {"a mere note", report_of({noted}, {notice(Severity::note)}), ExitStatus::ok},
      {"a warning of the run", report_of({destination(delivered, 5)}, {notice(Severity::warning)}),
       ExitStatus::left_out},
      {"a warning of a destination", report_of({warned}), ExitStatus::left_out},
      {"one of two disabled", report_of({destination(disabled), destination(delivered, 5)}),
       ExitStatus::left_out},
      {"some refused", report_of({destination(partial, 5, 1)}), ExitStatus::left_out},
      {"none", report_of({}), ExitStatus::usage},
      {"all disabled", report_of({destination(disabled), destination(disabled)}, {notice(Severity::warning)}),
       ExitStatus::usage},
      {"refused", report_of({destination(refused, 0, 5)}), ExitStatus::refused},
      {"refused beside delivered", report_of({destination(delivered, 5), destination(refused, 0, 5)}),
       ExitStatus::refused},
      {"unavailable", report_of({destination(unavailable, 0, 0, 5)}), ExitStatus::unavailable},
      {"partly unavailable", report_of({destination(partial, 5, 0, 5)}), ExitStatus::unavailable},
      {"unavailable and refused", report_of({destination(unavailable, 0, 0, 5), destination(refused, 0, 5)}),
       ExitStatus::refused},
      {"unavailable and warned", report_of({destination(unavailable, 0, 0, 5)}, {notice(Severity::warning)}),
       ExitStatus::unavailable},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    CHECK(static_cast<int>(exit_status(c.report)) == static_cast<int>(c.expected));
  }
}

TEST_CASE("every delivery status has its word") {
  using enum DeliveryStatus;
  CHECK(name_of(delivered) == "delivered");
  CHECK(name_of(written) == "written");
  CHECK(name_of(dry_run) == "dry-run");
  CHECK(name_of(disabled) == "disabled");
  CHECK(name_of(refused) == "refused");
  CHECK(name_of(unavailable) == "unavailable");
  CHECK(name_of(partial) == "partial");
}

TEST_CASE("the JSON report has the members that the manual promises, in their order") {
  Report report = report_of({destination(DeliveryStatus::partial, 5, 2, 1)}, {notice(Severity::warning)});
  report.exit_status = ExitStatus::unavailable;
  report.inputs.push_back({"a.json", k6::Format::json, k6::Compression::gzip, 100, 20, 15, 2, true});
  report.points = {15, 5, 4, 3, 2, 1};
  report.has_points = true;
  report.first_ns = 1'500'000'000;
  report.last_ns = 2'000'000'000;
  report.test_run_id = "7";
  report.seconds = 0.5;
  report.destinations[0].error = "500 oops";
  report.destinations[0].outcome.requests = 3;
  report.destinations[0].outcome.retries = 2;
  report.destinations[0].outcome.bytes = 512;
  report.destinations[0].series = 4;
  report.destinations[0].notices.push_back(notice(Severity::note));
  report.destinations[0].metrics.push_back(
      {"http_reqs", "k6_http_reqs", series::MetricType::counter, 4, 8, 0, 1, {}});
  const Json json = json_of(report);
  CHECK(keys_of(json) == std::vector<std::string>{"version", "exit_status", "inputs", "points", "run",
                                                  "destinations", "thresholds", "warnings", "seconds"});
  CHECK(json["version"] == K6APM_VERSION);
  CHECK(json["exit_status"] == 5);
  CHECK(
      json["inputs"].dump() ==
      R"([{"path":"a.json","format":"json","compression":"gzip","bytes":100,"lines":20,"points":15,"bad_lines":2,"truncated":true}])");
  CHECK(
      json["points"].dump() ==
      R"({"read":15,"exported":5,"left_out":{"other_metrics":4,"untyped":3,"not_selected":2,"out_of_range":1}})");
  CHECK(json["run"].dump() ==
        R"({"first":"1970-01-01T00:00:01.5Z","last":"1970-01-01T00:00:02Z","test_run_id":"7"})");
  CHECK(
      json["destinations"].dump() ==
      R"([{"index":0,"provider":"prometheus","status":"partial","error":"500 oops","series":4,"points":8,"points_delivered":5,)"
      R"("points_refused":2,"points_kept":1,"requests":3,"retries":2,"bytes":512,"metrics":[{"source":"http_reqs",)"
      R"("target":"k6_http_reqs","type":"counter","series":4,"points":8}],"warnings":["script.js:3:7: something"]}])");
  CHECK(json["warnings"].dump() == R"(["script.js:3:7: something"])");
  CHECK(json["thresholds"].dump() == "[]");
  CHECK(json["seconds"] == 0.5);
}

TEST_CASE("what is not known is null, and bytes that are no UTF-8 do no harm") {
  Report report = report_of({destination(DeliveryStatus::delivered)});
  report.inputs.push_back({"a\xff.json", k6::Format::csv, k6::Compression::none, 0, 0, 0, 0, false});
  const Json json = json_of(report);
  CHECK(
      json["points"].dump() ==
      R"({"read":0,"exported":0,"left_out":{"other_metrics":0,"untyped":0,"not_selected":0,"out_of_range":0}})");
  CHECK(json["run"].dump() == R"({"first":null,"last":null,"test_run_id":null})");
  CHECK(json["destinations"][0]["error"].is_null());
  CHECK(json["inputs"][0]["path"] == "a\xef\xbf\xbd.json");
}

TEST_CASE("with --check the report has the options as they were read") {
  Report report;
  report.options = apm::ApmBlock{};
  report.options->json = R"([{"provider":"prometheus","credentials":{"token":"***"}}])";
  for (const auto& [origin, name] :
       std::vector<std::pair<apm::Origin, std::string>>{{apm::Origin::none, "none"},
                                                        {apm::Origin::cloud, "cloud"},
                                                        {apm::Origin::ext_loadimpact, "ext.loadimpact"}}) {
    report.options->origin = origin;
    const Json json = json_of(report);
    CHECK(keys_of(json["options"]) == std::vector<std::string>{"origin", "apm"});
    CHECK(json["options"]["origin"] == name);
    CHECK(json["options"]["apm"].dump() == report.options->json);
  }
}

TEST_CASE("numbers for people") {
  CHECK(plural(1, "point", "points") == "1 point");
  CHECK(plural(0, "point", "points") == "0 points");
  CHECK(human_bytes(512) == "512 bytes");
  CHECK(human_bytes(12'345) == "12.3 kB");
  CHECK(human_bytes(4.5e6) == "4.5 MB");
  CHECK(human_bytes(1.07e9) == "1.1 GB");
  CHECK(reading_progress(370'000'000, 1'000'000'000, 1) == "reading: 37 % of 1.0 GB, 370.0 MB/s, 2 s left");
  CHECK(reading_progress(5'000'000, 0, 2) == "reading: 5.0 MB, 2.5 MB/s");
  CHECK(reading_progress(0, 100, 0).find("nan") == std::string::npos);
  CHECK(reading_progress(0, 100, 0).find("inf") == std::string::npos);

  delivery::Outcome so_far;
  CHECK(sending_progress("apm[0]", so_far, 45000, 0) == "apm[0]: 0 % of 45000 points, 0 requests");
  so_far.points_delivered = 9000;
  so_far.requests = 3;
  so_far.retries = 1;
  CHECK(sending_progress("apm[0]", so_far, 45000, 1.9) ==
        "apm[0]: 20 % of 45000 points, 3 requests, 1 retry, 8 s left");
  so_far.points_delivered = 45000;
  CHECK(sending_progress("apm[0]", so_far, 45000, 9) == "apm[0]: 100 % of 45000 points, 3 requests, 1 retry");
  CHECK(sending_progress("apm[0]", {}, 0, 0) == "apm[0]: 100 % of 0 points, 0 requests");
}

TEST_CASE("the account of the points read names the reasons that there were") {
  CHECK(account_line({}) == "0 points read: 0 exported");
  CHECK(account_line({1, 1, 0, 0, 0, 0}) == "1 point read: 1 exported");
  CHECK(account_line({7, 3, 0, 0, 0, 4}) == "7 points read: 3 exported, 4 outside --from and --to");
  CHECK(
      account_line({15, 5, 4, 3, 2, 1}) ==
      "15 points read: 5 exported, 4 of metrics that nobody exports, 3 of metrics whose type is not known, 2 "
      "with tags that no entry selects, 1 outside --from and --to");
}

TEST_CASE("the summary of a destination accounts for every point") {
  DestinationReport report = destination(DeliveryStatus::partial, 5, 2, 1);
  report.series = 4;
  report.outcome.requests = 3;
  report.outcome.retries = 1;
  report.outcome.bytes = 512;
  CHECK(summary_line(report) ==
        "[0] prometheus partial: 5 of 8 points (4 series) in 3 requests, 512 bytes, 1 retry, 2 refused, 1 "
        "not delivered");
  report = destination(DeliveryStatus::disabled);
  report.error = "no URL";
  CHECK(summary_line(report) == "[0] prometheus disabled: no URL");
}
