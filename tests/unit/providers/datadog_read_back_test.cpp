#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "datadog_builder.hpp"

namespace k6apm::test {
namespace {

using providers::Call;
using series::MetricType;

series::Series gauge(const series::Tags& tags, std::vector<double> values) {
  auto one = series_of(0, "vus", MetricType::gauge, tags);
  for (std::size_t i = 0; i < values.size(); ++i)
    one.windows.push_back(last(3000 + 3 * static_cast<std::int64_t>(i), values[i]));
  return one;
}

/// An export that is sent, and what reads it back.
struct Sent {
  explicit Sent(std::vector<series::Series> all) : exported(datadog().open(destination, std::move(all), {})) {
    payloads = payloads_of(*exported);
  }
  void ask() { read_back = exported->read_back(destination, "agent"); }

  apm::Destination destination = datadog_destination({"vus"});
  std::unique_ptr<providers::Export> exported;
  std::vector<providers::Payload> payloads{};
  std::unique_ptr<providers::ReadBack> read_back{};
};

/// An answer of the query API.
std::string answer(int interval_s, const std::vector<std::pair<std::int64_t, double>>& points) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [time_s, value] : points) list.push_back({time_s * 1000, value});
  const nlohmann::json series = {{"interval", interval_s}, {"pointlist", list}};
  return nlohmann::json{{"status", "ok"}, {"series", nlohmann::json::array({series})}}.dump();
}

std::vector<Call> queries_of(providers::ReadBack& read_back, const std::string& reply) {
  std::vector<Call> queries;
  read_back.begin();
  for (Call query; read_back.next(query);) {
    queries.push_back(query);
    read_back.take(reply);
  }
  return queries;
}

}  // namespace

TEST_CASE("a query names a series and excludes what has more tags") {
  Sent sent({gauge({}, {1}), gauge({{"a", "1"}}, {1}), gauge({{"a", "1"}, {"b", "x/y"}}, {1})});
  sent.ask();
  const std::vector<Call> queries = queries_of(*sent.read_back, R"({"status":"ok","series":[]})");
  REQUIRE(queries.size() == 3);
  CHECK(queries[0].method == "GET");
  CHECK(queries[0].endpoint.url ==
        "https://api.datadoghq.com/api/v1/query?from=2700&to=3300&query="
        "avg%3Ak6.vus%7B%21a%3A%2A%2C%21b%3A%2A%7D.rollup%28avg%2C3%29");
  CHECK(queries[1].endpoint.url.find("%7Ba%3A1%2C%21b%3A%2A%7D") != std::string::npos);
  CHECK(queries[2].endpoint.url.find("%7Ba%3A1%2Cb%3Ax%2Fy%7D") != std::string::npos);
  CHECK(sent.read_back->missing() == 3);
  std::vector<std::string> names;
  for (const auto& header : queries[0].endpoint.headers) names.push_back(header.name);
  CHECK(names == std::vector<std::string>{"Accept", "User-Agent", "DD-API-KEY", "DD-APPLICATION-KEY"});
}

TEST_CASE("what is held is told from what is missing, by value and time") {
  struct Case {
    std::string reply;
    std::uint64_t missing;
  };
  for (const Case& c : {
           Case{answer(3, {{3000, 1}, {3003, 2}, {3006, 3}, {3009, 4}}), 0},
           Case{answer(3, {{3000, 1}, {3003, 2.0000001}, {3006, 3}, {3009, 4}}), 0},  // 32 bits
           Case{answer(3, {{3000, 1}, {3006, 3}}), 2},
           Case{answer(3, {{3000, 1}, {3003, 7}, {3006, 3}, {3009, 4}}), 1},
           Case{answer(3, {{3001, 1}}), 4},
           Case{answer(6, {{3000, 1.5}, {3006, 3.5}}), 0},  // Datadog averaged
           Case{answer(6, {{3000, 1}, {3006, 3.5}}), 2},
           Case{R"({"status":"ok","series":[{"pointlist":[[3000000.0,1],[3003000.0,null]]}]})", 3},
           Case{R"({"status":"ok","series":[]})", 4},
           Case{R"({"series":[]})", 4},
           // What no time and no interval is.
           Case{R"({"series":[{"interval":1e300,"pointlist":[[1e300,1],[-1e300,1]]}]})", 4},
           Case{R"({"series":[{"interval":-1,"pointlist":[[3000000,1]]}]})", 3},
       }) {
    CAPTURE(c.reply);
    Sent sent({gauge({}, {1, 2, 3, 4})});
    sent.ask();
    queries_of(*sent.read_back, c.reply);
    CHECK(sent.read_back->missing() == c.missing);
    const auto again = sent.read_back->missing_points();
    CHECK(again->points() == c.missing);
    std::uint64_t points = 0;
    for (const auto& payload : payloads_of(*again)) points += payload.points;
    CHECK(points == c.missing);
  }
}

TEST_CASE("points before 1970 are compared, too") {
  auto one = series_of(0, "vus", MetricType::gauge);
  one.windows = {last(-12, 1), last(-9, 2), last(-3, 3), last(0, 4)};
  Sent sent({one});
  sent.ask();
  queries_of(*sent.read_back, answer(6, {{-12, 1.5}, {-6, 3}, {0, 4}}));
  CHECK(sent.read_back->missing() == 0);
}

TEST_CASE("a round asks only for what is missing") {
  Sent sent({gauge({{"a", "1"}}, {1}), gauge({{"a", "2"}}, {2})});
  sent.ask();
  CHECK(queries_of(*sent.read_back, answer(3, {{3000, 2}})).size() == 2);
  CHECK(sent.read_back->missing() == 1);
  CHECK(queries_of(*sent.read_back, answer(3, {{3000, 1}})).size() == 1);
  CHECK(queries_of(*sent.read_back, "").empty());
}

TEST_CASE("a long series is asked for in stretches") {
  Sent sent({gauge({}, std::vector<double>(2500, 1))});
  sent.ask();
  CHECK(queries_of(*sent.read_back, R"({"series":[]})").size() == 4);
  // Sent again it is one series: no request has it twice.
  const auto again = sent.read_back->missing_points();
  CHECK(again->series() == 1);
  CHECK(again->points() == 2500);
}

TEST_CASE("an interval that two stretches share is whole in both answers") {
  Sent sent({gauge({}, std::vector<double>(801, 1))});
  sent.ask();
  std::vector<std::pair<std::int64_t, double>> points;
  for (std::int64_t time_s = 3000; time_s < 3000 + 3 * 801; time_s += 60) points.emplace_back(time_s, 1);
  queries_of(*sent.read_back, answer(60, points));
  CHECK(sent.read_back->missing() == 0);
}

TEST_CASE("an answer that is none is refused") {
  for (const char* reply :
       {"", "[]", "text", R"({"status":"error","error":"no such query"})", R"({"series":[{"pointlist":1}]})",
        R"({"series":[{"pointlist":[[]]}]})", R"({"series":[{}, {}]})", R"({"series":[[]]})"}) {
    CAPTURE(reply);
    Sent sent({gauge({}, {1})});
    sent.ask();
    Call query;
    sent.read_back->begin();
    REQUIRE(sent.read_back->next(query));
    CHECK_THROWS_AS(sent.read_back->take(reply), std::runtime_error);
  }
}

TEST_CASE("what was refused is not looked for") {
  for (const series::Tags& tags : {series::Tags{{"device", "d"}}, series::Tags{{"dd.internal.resource", "a"}},
                                   series::Tags{{"dd.internal.resource", "a:b"}}, series::Tags{{"x", ""}}}) {
    CAPTURE(tags.front().first);
    Sent sent({gauge({{"a", "1"}}, {1, 2}), gauge(tags, {3})});
    REQUIRE(sent.payloads.size() == 1);
    const auto halves = datadog().halves(sent.payloads.front(), false);
    REQUIRE(halves);
    sent.exported->refused(datadog().halves(halves->first, true)->first);
    sent.exported->refused(halves->second);
    sent.ask();
    CHECK(sent.read_back->missing() == 1);
    CHECK(sent.exported->points() == 3);
  }
}

TEST_CASE("without an app key nothing can be asked") {
  Sent sent({gauge({}, {1})});
  sent.destination.app_key = {};
  CHECK(sent.exported->read_back(sent.destination, "agent") == nullptr);
  CHECK(sent.exported->describing_calls(sent.destination, "agent").empty());
}

TEST_CASE("metadata is told of each name, old points are enabled for each name that has them") {
  Sent sent({gauge({{"a", "1"}}, {1}), gauge({{"a", "2"}}, {2})});
  const auto calls = sent.exported->describing_calls(sent.destination, "agent");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].method == "PUT");
  CHECK(calls[0].endpoint.url == "https://api.datadoghq.com/api/v1/metrics/k6.vus");
  CHECK(calls[0].subject == "k6.vus");
  CHECK(nlohmann::json::parse(calls[0].body).at("type") == "gauge");
  CHECK(sent.exported->enabling_calls(sent.destination, "agent", false).empty());

  providers::ExportSettings settings;
  settings.taken = {10'000, 20'000};
  settings.send_old = true;
  const auto old = datadog().open(sent.destination, {gauge({}, {1})}, settings);
  const auto enabling = old->enabling_calls(sent.destination, "agent", false);
  REQUIRE(enabling.size() == 1);
  CHECK(enabling[0].method == "POST");
  CHECK(enabling[0].endpoint.url ==
        "https://api.datadoghq.com/api/v2/metrics/historical-metrics-configurations");
  CHECK(enabling[0].body == R"({"data":{"id":"k6.vus","type":"historical_metrics_configurations"}})");
}

}  // namespace k6apm::test
