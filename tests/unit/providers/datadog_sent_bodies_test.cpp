#include "providers/datadog_sent_bodies.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "datadog_builder.hpp"

namespace k6apm::test {
namespace {

using providers::Call;
using providers::Payload;
using series::MetricType;

/// Two gauges, a counter in bytes and a Trend, over several slices and stretches.
std::vector<series::Series> some_series() {
  std::vector<series::Series> all;
  for (const series::Tags& tags : {series::Tags{}, series::Tags{{"device", "d"}, {"n", "1"}}}) {
    auto vus = series_of(0, "vus", MetricType::gauge, tags);
    for (int i = 0; i < 4000; ++i) vus.windows.push_back(last(3000 + 2 * i, i / 3.0));
    all.push_back(vus);
  }
  auto data = series_of(1, "data_sent", MetricType::counter, {{"n", "1"}}, series::Contains::data);
  for (int i = 0; i < 20; ++i) data.windows.push_back(counted(3000 + 2 * i, 1000));
  all.push_back(data);
  auto trend = series_of(2, "t", MetricType::trend);
  for (int i = 0; i < 20; ++i) trend.windows.push_back(spread(3000 + 2 * i, 3, 30, 1, 20));
  all.push_back(trend);
  return all;
}

/// An export that is sent.
struct Sent {
  Sent() {
    destination.resample_s = 2;
    exported = datadog().open(destination, some_series(), datadog_settings("avg,max,count"));
    payloads = payloads_of(*exported);
  }
  std::unique_ptr<providers::ReadBack> from_mapping() const {
    return exported->read_back(destination, "agent");
  }
  std::unique_ptr<providers::ReadBack> from_bodies(const std::vector<Payload>& some,
                                                   int resample_s = 2) const {
    std::size_t at = 0;
    return datadog().read_back_of(destination, "agent", {}, resample_s, [&](Payload& payload) {
      if (at < some.size()) payload = some[at];
      return at++ < some.size();
    });
  }

  apm::Destination destination = datadog_destination({"vus", "data_sent", "t"});
  std::unique_ptr<providers::Export> exported{};
  std::vector<Payload> payloads{};
};

/// Asks a whole round and says that the receiver holds of any series what the first gauge has, to `last_s`.
std::vector<std::string> round(providers::ReadBack& read_back, std::int64_t last_s) {
  nlohmann::json points = nlohmann::json::array();
  for (int i = 0; i < 4000 && 3000 + 2 * i <= last_s; ++i) points.push_back({(3000 + 2 * i) * 1000, i / 3.0});
  const nlohmann::json series = {{"interval", 2}, {"pointlist", points}};
  const std::string reply =
      nlohmann::json{{"status", "ok"}, {"series", nlohmann::json::array({series})}}.dump();
  std::vector<std::string> queries;
  read_back.begin();
  for (Call query; read_back.next(query);) {
    queries.push_back(query.subject + ' ' + query.endpoint.url);
    read_back.take(reply);
  }
  return queries;
}

/// Points with the comment before them, which tells type, interval and unit.
std::multiset<std::string> lines_of(const std::vector<Payload>& payloads) {
  std::multiset<std::string> lines;
  for (const Payload& payload : payloads) {
    std::istringstream in(datadog_text(payload));
    std::string comment;
    for (std::string line; std::getline(in, line);) {
      if (line.front() == '#') comment = line;
      if (line.front() != '#') lines.insert(comment + ' ' + line);
    }
  }
  return lines;
}

std::multiset<std::string> missing_lines(providers::ReadBack& read_back) {
  return lines_of(payloads_of(*read_back.missing_points()));
}

}  // namespace

TEST_CASE("bodies are read back as the points that they were made of") {
  const Sent sent;
  REQUIRE(sent.payloads.size() == 3);
  const auto mapping = sent.from_mapping();
  const auto bodies = sent.from_bodies(sent.payloads);
  CHECK(mapping->missing() == sent.exported->points());
  CHECK(bodies->missing() == sent.exported->points());
  CHECK(missing_lines(*bodies) == lines_of(sent.payloads));
  for (const std::int64_t last_s : {4000, 12000}) {
    CAPTURE(last_s);
    const auto queries = round(*mapping, last_s);
    CHECK(queries == round(*bodies, last_s));
    CHECK(queries.size() == 5 + 5 + 1 + 3);
    CHECK(bodies->missing() == mapping->missing());
    CHECK(missing_lines(*bodies) == missing_lines(*mapping));
  }
  CHECK(bodies->missing() == 20 * 4);  // all but the gauges
}

TEST_CASE("only what stands in the bodies is asked for, in any order") {
  const Sent sent;
  std::vector<Payload> some;
  std::uint64_t points = 0;
  for (std::size_t i = 0; i < sent.payloads.size(); i += 2) {
    some.insert(some.begin(), sent.payloads[i]);
    points += sent.payloads[i].points;
  }
  some.push_back(some.front());
  const auto bodies = sent.from_bodies(some);
  CHECK(bodies->missing() == points);
  some.pop_back();
  CHECK(missing_lines(*bodies) == lines_of(some));
}

TEST_CASE("of two points of one second the later one counts, as at the receiver") {
  std::vector<Payload> two;
  for (const double value : {1.0, 2.0}) {
    auto vus = series_of(0, "vus", MetricType::gauge);
    vus.windows = {last(3000, value)};
    two.push_back(payloads_of(*datadog().open(datadog_destination({"vus"}), {vus}, {})).front());
  }
  CHECK(missing_lines(*Sent().from_bodies(two)) == lines_of({two.back()}));
}

TEST_CASE("the interval of the bodies is kept") {
  const Sent sent;
  CHECK(missing_lines(*sent.from_bodies(sent.payloads, 5)) == lines_of(sent.payloads));
  const std::vector<std::string> queries = round(*sent.from_bodies(sent.payloads, 5), 0);
  CHECK(queries.front().find("rollup%28avg%2C2%29") != std::string::npos);
}

TEST_CASE("without an app key no bodies are read") {
  Sent sent;
  sent.destination.app_key = {};
  CHECK(sent.from_bodies(sent.payloads) == nullptr);
}

TEST_CASE("a body that is no request to Datadog is refused") {
  for (const std::string& body :
       {std::string("text"), std::string("{}"), std::string("[]"),
        std::string(R"({"series":[{"metric":1}]})"),
        std::string(R"({"series":[{"metric":"a","type":9,"points":[]}]})"),
        std::string(R"({"series":[{"metric":"a","points":[{"timestamp":0.5}]}]})")}) {
    CAPTURE(body);
    Payload payload;
    payload.body = body;
    CHECK_THROWS_AS(Sent().from_bodies({payload}), std::runtime_error);
  }
}

}  // namespace k6apm::test
