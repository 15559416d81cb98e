#include "providers/prometheus_sent_bodies.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "providers/prometheus_query.hpp"
#include "providers/prometheus_read_back.hpp"
#include "providers/remote_write_contents.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using Json = nlohmann::json;
using providers::Call;
using providers::Payload;
using providers::SeriesContents;
using series::MetricType;

/// Two gauges with a gap of hours, three counters of which one begins late, a Trend: several names, slices
/// and stretches.
std::vector<series::Series> some_series() {
  std::vector<series::Series> all;
  for (const char* const tag : {"1", "2"}) {
    auto vus = series_of(0, "vus", MetricType::gauge, {{"A", "same"}, {"tag", tag}});
    for (int i = 0; i < 120; ++i) vus.windows.push_back(last(3000 + 3 * i, i / 3.0));
    for (int i = 0; i < 20; ++i) vus.windows.push_back(last(30000 + 3 * i, i));
    all.push_back(vus);
  }
  for (const int start_s : {3000, 3000, 3300}) {
    auto reqs = series_of(1, "reqs", MetricType::counter, {{"n", std::to_string(all.size())}});
    for (int i = 0; i < 130; ++i) reqs.windows.push_back(counted(start_s + 3 * i, 0.1));
    all.push_back(reqs);
  }
  auto trend = series_of(2, "t", MetricType::trend);
  for (int i = 0; i < 60; ++i) trend.windows.push_back(spread(3000 + 3 * i, 2, i + 3.0, 1, i + 2.0));
  all.push_back(trend);
  return all;
}

/// An export that is sent.
struct Sent {
  explicit Sent(bool newer, std::vector<series::Series> all = some_series()) {
    providers::ExportSettings settings;
    settings.verify = true;
    settings.trend_stats = series::parse_trend_stats("avg,max,count");
    exported = prometheus().open(destination, std::move(all), settings);
    if (newer) exported->use_newer_form();
    payloads = payloads_of(*exported);
  }
  std::unique_ptr<providers::ReadBack> from_windows() const {
    return exported->read_back(destination, "agent");
  }
  std::unique_ptr<providers::ReadBack> from_bodies(const std::vector<Payload>& some) const {
    std::size_t at = 0;
    return prometheus().read_back_of(destination, "agent", {}, 3, [&](Payload& payload) {
      if (at < some.size()) payload = some[at];
      return at++ < some.size();
    });
  }

  apm::Destination destination = destination_of({"vus", "reqs", "t"});
  std::unique_ptr<providers::Export> exported{};
  std::vector<Payload> payloads{};
};

std::uint64_t points_in(const std::vector<Payload>& payloads) {
  std::uint64_t points = 0;
  for (const Payload& payload : payloads) points += payload.points;
  return points;
}

/// What a receiver says that holds every sample of these payloads but each `lost`-th of a series.
std::string answer(const std::vector<Payload>& payloads, std::size_t lost = 0) {
  std::map<std::pair<std::string, std::string>, Json> held;
  for (const Payload& payload : payloads) {
    for (const SeriesContents& contents : providers::remote_write_contents(payload.body)) {
      Json& series = held[{contents.name, contents.labels}];
      series["metric"]["__name__"] = contents.name;
      for (const auto& [name, value] : providers::read_labels(contents.labels))
        series["metric"][std::string(name)] = std::string(value);
      for (const providers::Sample& sample : contents.samples) {
        if (sample.bits == providers::k_stale_marker_bits) continue;
        series["values"].push_back({static_cast<double>(sample.time_ms) / 1000,
                                    fmt::format("{}", std::bit_cast<double>(sample.bits))});
      }
    }
  }
  Json result = Json::array();
  for (auto& [key, series] : held) {
    Json& values = series["values"];
    for (std::size_t i = values.size(); lost > 0 && i-- > 0;) {
      if (i % lost == lost - 1) values.erase(i);
    }
    result.push_back(series);
  }
  return Json{{"status", "success"}, {"data", {{"resultType", "matrix"}, {"result", result}}}}.dump();
}

/// Asks a whole round and gives the same answer to everything.
std::vector<std::string> round(providers::ReadBack& read_back, const std::string& reply) {
  std::vector<std::string> queries;
  read_back.begin();
  for (Call query; read_back.next(query);) {
    queries.push_back(query.subject + ' ' + query.endpoint.url + ' ' + query.body);
    read_back.take(reply);
  }
  return queries;
}

std::multiset<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::multiset<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.front() != '#') lines.insert(line);
  }
  return lines;
}

std::multiset<std::string> missing_lines(providers::ReadBack& read_back) {
  return lines_of(text_of(*read_back.missing_points()));
}

}  // namespace

TEST_CASE("bodies of either form are read back as the windows that they were made of") {
  for (const bool newer : {false, true}) {
    CAPTURE(newer);
    const Sent sent(newer);
    REQUIRE(sent.payloads.size() > 4);
    const auto windows = sent.from_windows();
    const auto bodies = sent.from_bodies(sent.payloads);
    CHECK(windows->missing() == sent.exported->points());
    CHECK(bodies->missing() == sent.exported->points());
    CHECK(missing_lines(*bodies) == missing_lines(*windows));
    for (const std::size_t lost : {7U, 3U, 0U}) {
      CAPTURE(lost);
      const std::string reply = answer(sent.payloads, lost);
      const auto queries = round(*windows, reply);
      CHECK(queries == round(*bodies, reply));
      CHECK(queries.size() > (lost == 7 ? 5U : 0U));  // of the gauges two: there is a gap
      CHECK(bodies->missing() == windows->missing());
      CHECK((bodies->missing() == 0) == (lost == 0));
      CHECK(missing_lines(*bodies) == missing_lines(*windows));
      CHECK(bodies->missing_points()->points() == bodies->missing());
      CHECK(bodies->missing_points()->series() == windows->missing_points()->series());
    }
  }
}

TEST_CASE("only what stands in the bodies is asked for") {
  for (const bool newer : {false, true}) {
    CAPTURE(newer);
    const Sent sent(newer);
    std::vector<Payload> some;
    for (std::size_t i = 0; i < sent.payloads.size(); i += 2) some.push_back(sent.payloads[i]);
    const auto bodies = sent.from_bodies(some);
    CHECK(bodies->missing() == points_in(some));
    std::multiset<std::string> lines;
    for (const Payload& payload : some) lines.merge(lines_of(text_of(payload)));
    CHECK(missing_lines(*bodies) == lines);  // with the markers that are among them
    round(*bodies, answer(sent.payloads));
    CHECK(bodies->missing() == 0);
  }
}

TEST_CASE("what is missing is encoded in the first form, in time order") {
  const Sent sent(true);
  const auto bodies = sent.from_bodies(sent.payloads);
  round(*bodies, answer(sent.payloads, 2));
  const std::uint64_t missing = bodies->missing();
  CHECK(missing > 0);
  CHECK(missing < sent.exported->points());
  const auto again = payloads_of(*bodies->missing_points());
  CHECK(points_in(again) == missing);
  std::uint64_t slice = 0;
  for (const Payload& payload : again) {
    CHECK(text_of(payload).find("# START") == std::string::npos);
    CHECK(prometheus().first_series(payload).find("k6_") == 0);
    CHECK(payload.slice >= slice);
    slice = payload.slice;
  }
  CHECK(again.front().slice == 0);
  // The labels stand as before, the name among them.
  const auto first = providers::remote_write_contents(again.front().body).front();
  CHECK(first.name == "k6_vus");
  std::string upper;
  providers::append_label(upper, "A", "same");
  CHECK(first.name_at == upper.size());
  round(*bodies, answer(again));
  CHECK(bodies->missing() == 0);
}

TEST_CASE("bodies may come in any order, twice and divided") {
  const Sent sent(false);
  std::vector<Payload> shuffled(sent.payloads.rbegin(), sent.payloads.rend());
  shuffled.push_back(sent.payloads.front());
  const auto halves = prometheus().halves(shuffled[3], false);
  REQUIRE(halves);
  shuffled[3] = halves->second;
  shuffled.push_back(halves->first);
  const auto bodies = sent.from_bodies(shuffled);
  CHECK(bodies->missing() == sent.exported->points());
  CHECK(missing_lines(*bodies) == missing_lines(*sent.from_windows()));
}

TEST_CASE("series of bodies are cut into stretches by what an answer may hold") {
  std::vector<series::Series> many;
  for (int i = 0; i < 1000; ++i) {
    auto vus = series_of(0, "vus", MetricType::gauge, {{"n", std::to_string(i)}});
    for (int w = 0; w < 100; ++w) vus.windows.push_back(last(3000 + 3 * w, 1));
    many.push_back(vus);
  }
  const Sent sent(true, many);
  const auto endpoint = providers::query_endpoint(sent.destination, {}, {});
  for (const auto& [bytes, queries] : {std::pair<std::size_t, std::size_t>{16'000'000, 1}, {1'000'000, 5}}) {
    auto bodies = std::make_unique<providers::SentBodies>(3);
    for (const Payload& payload : sent.payloads) bodies->add(payload.body);
    bodies->finish();
    const providers::SampleMarks none(*bodies);
    providers::PrometheusReadBack read_back(std::move(bodies), 3, none, *endpoint, bytes);
    CHECK(round(read_back, answer({})).size() == queries);
  }
}

TEST_CASE("bodies that nobody can be asked for") {
  Sent sent(false);
  sent.destination.remote_write_url = "http://h/api/v1/receive";
  CHECK(sent.from_bodies(sent.payloads) == nullptr);
  auto trend = series_of(0, "t", MetricType::trend);
  trend.windows = {spread(3000, 1, 5, 5, 5)};
  trend.buckets.resize(1);
  providers::ExportSettings settings;
  settings.native_histograms = true;
  const auto histograms = payloads_of(*prometheus().open(destination_of({"t"}), {trend}, settings));
  CHECK(Sent(false).from_bodies(histograms) == nullptr);
}

TEST_CASE("a body that is none is refused") {
  Payload payload;
  payload.body = "text";
  CHECK_THROWS_AS(Sent(false).from_bodies({payload}), std::runtime_error);
  CHECK(Sent(false).from_bodies({})->missing() == 0);
}

}  // namespace k6apm::test
