#include "providers/prometheus_read_back.hpp"

#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/prometheus_export.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using Json = nlohmann::json;
using providers::Call;
using providers::Payload;
using series::MetricType;

series::Series gauge(const series::Tags& tags, const std::vector<double>& values,
                     std::int64_t start_s = 3000) {
  auto one = series_of(0, "vus", MetricType::gauge, tags);
  for (std::size_t i = 0; i < values.size(); ++i)
    one.windows.push_back(last(start_s + 3 * static_cast<std::int64_t>(i), values[i]));
  return one;
}

series::Series counter(const series::Tags& tags, int windows) {
  auto one = series_of(1, "reqs", MetricType::counter, tags);
  for (int i = 0; i < windows; ++i) one.windows.push_back(counted(3000 + 3 * i, 1));
  return one;
}

/// An export that is sent, and what reads it back.
struct Sent {
  explicit Sent(std::vector<series::Series> all, const std::string& query_url = {}) {
    providers::ExportSettings settings;
    settings.verify = true;
    settings.query_url = query_url;
    exported = prometheus().open(destination, std::move(all), settings);
    payloads = payloads_of(*exported);
  }
  providers::ReadBack& ask() {
    read_back = exported->read_back(destination, "agent");
    REQUIRE(read_back);
    return *read_back;
  }

  apm::Destination destination = destination_of({"vus", "reqs"});
  std::unique_ptr<providers::Export> exported{};
  std::vector<Payload> payloads{};
  std::unique_ptr<providers::ReadBack> read_back{};
};

/// One series of an answer.
Json held(const std::string& name, const Json& labels,
          const std::vector<std::pair<double, std::string>>& values) {
  Json metric = labels;
  metric["__name__"] = name;
  return {{"metric", metric}, {"values", values}};
}

std::string answer(const std::vector<Json>& series) {
  return Json{{"status", "success"}, {"data", {{"resultType", "matrix"}, {"result", series}}}}.dump();
}

/// Asks a whole round and gives the same answer to everything.
std::vector<Call> round(providers::ReadBack& read_back, const std::string& reply) {
  std::vector<Call> queries;
  read_back.begin();
  for (Call query; read_back.next(query);) {
    queries.push_back(query);
    read_back.take(reply);
  }
  return queries;
}

const std::string k_nothing = answer({});

}  // namespace

TEST_CASE("a name is asked for once, by the labels that all its series have") {
  Sent sent(
      {gauge({{"a", "1"}, {"b", "x\"\n"}}, {1}), gauge({{"a", "2"}, {"b", "x\"\n"}}, {1}), counter({}, 2)});
  const auto queries = round(sent.ask(), k_nothing);
  REQUIRE(queries.size() == 2);
  CHECK(queries[0].method == "POST");
  CHECK(queries[0].endpoint.url == "http://receiver/api/v1/query");
  CHECK(queries[0].subject == "k6_vus");
  // {__name__="k6_vus",b="x\"\x0a"}[...ms]; the stretch is that of a unit of 50 windows
  CHECK(queries[0].body ==
        "query=%7B__name__%3D%22k6_vus%22%2Cb%3D%22x%5C%22%5Cn%22%7D%5B152001ms%5D&time=3152.000");
  CHECK(queries[1].subject == "k6_reqs");
  CHECK(sent.read_back->missing() == 2 + 3);
}

TEST_CASE("where queries are asked") {
  struct Case {
    std::string write_url, query_url, asked;
  };
  for (const Case& one : std::vector<Case>{
           {"http://h:1/api/v1/write", "", "http://h:1/api/v1/query"},
           {"http://h/prometheus/api/v1/write?a=b", "", "http://h/prometheus/api/v1/query?a=b"},
           {"http://h/api/v1/push", "", "http://h/prometheus/api/v1/query"},
           {"https://h/api/prom/push", "", "https://h/api/prom/api/v1/query"},
           {"http://u:p@h/api/v1/write", "", "http://h/api/v1/query"},
           {"http://h/api/v1/prom/write?db=k6", "", ""},
           {"http://h/api/v1/receive", "", ""},
           {"http://h/api/v1/receive", "http://q:9", "http://q:9/api/v1/query"},
           {"http://h/api/v1/receive?x=1", "http://q:9/thanos/", "http://q:9/thanos/api/v1/query?x=1"},
           {"http://h/api/v1/write", "http://q/api/v1/query", "http://q/api/v1/query"},
           {"http://h/api/v1/write", "http://q/api/v1", "http://q/api/v1/query"}}) {
    CAPTURE(one.write_url);
    apm::Destination destination = destination_of({});
    destination.remote_write_url = one.write_url;
    const auto endpoint = providers::query_endpoint(destination, one.query_url, "agent");
    CHECK((endpoint ? endpoint->url : "") == one.asked);
    if (one.write_url.find('@') == std::string::npos) continue;
    CHECK(endpoint->headers.back().name == "Authorization");
    CHECK(endpoint->headers.back().secret);
  }
}

TEST_CASE("what is held is told from what is missing, by labels, time and value") {
  const std::vector<std::pair<double, std::string>> all{
      {3003, "1"}, {3006, "0.3333333333333333"}, {3009, "3"}, {3012, "4"}};
  struct Case {
    std::string reply;
    std::uint64_t missing;
  };
  for (const Case& c : {
           Case{answer({held("k6_vus", {{"a", "1"}}, all)}), 0},
           Case{answer({held("k6_vus", {{"a", "1"}, {"b", "2"}}, all)}), 4},  // another series
           Case{answer({held("k6_vus", Json::object(), all)}), 4},
           Case{answer({held("k6_vus_max", {{"a", "1"}}, all)}), 4},
           Case{answer({held("k6_vus", {{"a", "1"}}, {{3003, "1"}, {3006, "0.333333333333"}})}),
                2},  // 12 digits
           Case{answer({held("k6_vus", {{"a", "1"}}, {{3003, "1"}, {3006, "0.33333"}})}), 3},
           Case{answer({held("k6_vus", {{"a", "1"}}, {{3003, "7"}, {3003, "1"}})}), 3},  // both are kept
           Case{answer({held("k6_vus", {{"a", "1"}}, {{3003.001, "1"}})}), 4},
           Case{answer({held("k6_vus", {{"a", "1"}}, {{3003, "NaN"}, {3006, "+Inf"}, {3009, "3"}})}), 3},
           Case{k_nothing, 4},
       }) {
    CAPTURE(c.reply);
    Sent sent({gauge({{"a", "1"}}, {1, 1.0 / 3, 3, 4})});
    round(sent.ask(), c.reply);
    CHECK(sent.read_back->missing() == c.missing);
    const auto again = sent.read_back->missing_points();
    CHECK(again->points() == c.missing);
    std::uint64_t points = 0;
    for (const auto& payload : payloads_of(*again)) points += payload.points;
    CHECK(points == c.missing);
  }
}

TEST_CASE("a round asks only for what is missing") {
  Sent sent({gauge({}, {1}), counter({}, 1)});
  CHECK(round(sent.ask(), answer({held("k6_vus", Json::object(), {{3003, "1"}})})).size() == 2);
  CHECK(sent.read_back->missing() == 2);
  CHECK(
      round(*sent.read_back, answer({held("k6_reqs", Json::object(), {{3000, "0"}, {3003, "1"}})})).size() ==
      1);
  CHECK(round(*sent.read_back, "").empty());
}

TEST_CASE("answers are bounded: many series in shorter stretches, and none across a long gap") {
  std::vector<series::Series> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(gauge({{"n", std::to_string(i)}}, std::vector<double>(100, 1)));
  const apm::Destination destination = destination_of({"vus"});
  const auto mapping = providers::map_series(destination, many, {});
  const auto endpoint = providers::query_endpoint(destination, {}, {});
  const auto queries_with = [&](std::size_t bytes) {
    auto sent = std::make_unique<providers::SentMapping>(mapping, 3);
    const providers::SampleMarks none(*sent);
    providers::PrometheusReadBack read_back(std::move(sent), 3, none, *endpoint, bytes);
    CHECK(read_back.missing() == 100'000);
    return round(read_back, k_nothing).size();
  };
  CHECK(queries_with(providers::k_expected_answer_bytes) == 1);
  CHECK(queries_with(1'000'000) == 5);
  CHECK(queries_with(1) == 5);  // one unit each: 20 windows

  auto two = gauge({}, {1, 2});
  const auto later = gauge({}, {3}, 3000 + 1'000'000);
  two.windows.push_back(later.windows.front());
  Sent sent({two});
  CHECK(round(sent.ask(), k_nothing).size() == 2);
}

TEST_CASE("what was refused is not looked for, and what is missing is sent as it was") {
  Sent sent({counter({{"t", "a"}}, 120), counter({{"t", "b"}}, 120)});
  REQUIRE(sent.payloads.size() == 3);
  const auto halves = prometheus().halves(sent.payloads[1], false);
  REQUIRE(halves);
  sent.exported->refused(halves->first);
  sent.exported->refused(prometheus().halves(halves->second, true)->first);
  CHECK(sent.ask().missing() == 242 - 50 - 25);
  std::string before;
  for (const Payload& payload : sent.payloads) before += text_of(payload);
  std::set<std::string> lines;
  const std::string again = text_of(*sent.read_back->missing_points());
  std::istringstream in(again);
  std::map<std::string, long long> latest;
  for (std::string line; std::getline(in, line);) {
    CHECK(lines.insert(line).second);
    CHECK(before.find(line + "\n") != std::string::npos);
    const std::string series = line.substr(0, line.find(' '));
    const long long time = std::stoll(line.substr(line.rfind(' ')));
    CHECK(time > latest[series]);
    latest[series] = time;
  }
  CHECK(lines.size() == 242 - 75 + 2);  // with the markers at the end
  CHECK(sent.exported->points() == 242);
}

TEST_CASE("the 0 before a running total can be refused alone") {
  Sent sent({counter({}, 1)});
  REQUIRE(sent.payloads.size() == 1);
  const auto halves = prometheus().halves(sent.payloads.front(), true);
  REQUIRE(halves);
  sent.exported->refused(halves->first);
  CHECK(sent.ask().missing() == 1);
  CHECK(text_of(*sent.read_back->missing_points()) == "k6_reqs 1 3003000\nk6_reqs StaleNaN 3003001\n");
}

TEST_CASE("what was refused in the newer form is not looked for either") {
  providers::ExportSettings settings;
  settings.verify = true;
  const apm::Destination destination = destination_of({"vus", "reqs"});
  const auto exported = prometheus().open(destination, {gauge({}, {1, 2}), counter({}, 70)}, settings);
  exported->use_newer_form();
  const auto payloads = payloads_of(*exported);
  REQUIRE(payloads.size() == 2);
  exported->refused(payloads.back());
  CHECK(exported->read_back(destination, "agent")->missing() == 2 + 71 - payloads.back().points);
}

TEST_CASE("everything that is missing is sent as the first time") {
  auto trend = series_of(0, "vus", MetricType::trend, {{"a", "1"}});
  trend.windows = {spread(3000, 2, 30, 10, 20), spread(3003, 1, 5, 5, 5), spread(4000 + 2, 1, 5, 5, 5)};
  providers::ExportSettings settings;
  settings.verify = true;
  settings.trend_stats = series::parse_trend_stats("avg,min,max,count,sum");
  const apm::Destination destination = destination_of({"vus", "reqs"});
  const auto exported = prometheus().open(destination, {trend, counter({{"Z", "1"}}, 70)}, settings);
  std::string first = text_of(*exported);
  std::string again = text_of(*exported->read_back(destination, "agent")->missing_points());
  const auto sorted = [](const std::string& text) {
    std::istringstream in(text);
    std::multiset<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
  };
  CHECK(sorted(first) == sorted(again));
}

TEST_CASE("labels that VictoriaMetrics adds are looked away from") {
  Sent sent({gauge({{"a", "1"}}, {1})});
  sent.destination.remote_write_url = "http://vm/api/v1/write?extra_label=env=test&extra_label=b%3Dc";
  round(sent.ask(), answer({held("k6_vus", {{"a", "1"}, {"env", "test"}, {"b", "c"}}, {{3003, "1"}})}));
  CHECK(sent.read_back->missing() == 0);
}

TEST_CASE("hints: other values, old points") {
  Sent sent({gauge({}, {1, 2})});
  round(sent.ask(), answer({held("k6_vus", Json::object(), {{3003, "7"}, {3006, "2"}})}));
  CHECK(sent.read_back->missing_hint().find("at 1 of these times it holds other values") == 0);
  round(*sent.read_back, k_nothing);
  CHECK(sent.read_back->missing_hint().find("retention") != std::string::npos);
  CHECK(sent.read_back->refusal_hint().find("--query-url") != std::string::npos);
}

TEST_CASE("an answer that is none is refused") {
  const std::string deep(100, '[');
  for (const std::string& reply :
       {std::string(), std::string("[]"), std::string("text"), deep, std::string(R"({"status":"success"})"),
        std::string(R"({"status":"error","error":"no such query"})"),
        std::string(R"({"status":"success","data":{"result":[{"values":[[1]]}]}})"),
        std::string(R"({"status":"success","data":{"result":[)")}) {
    CAPTURE(reply);
    Sent sent({gauge({}, {1})});
    Call query;
    sent.ask().begin();
    REQUIRE(sent.read_back->next(query));
    CHECK_THROWS_AS(sent.read_back->take(reply), std::runtime_error);
  }
}

TEST_CASE("nothing is remembered where nothing will be asked") {
  const apm::Destination destination = destination_of({"vus"});
  const auto exported = prometheus().open(destination, {gauge({}, {1})}, {});
  for (const Payload& payload : payloads_of(*exported)) exported->refused(payload);
  CHECK(exported->read_back(destination, "agent") == nullptr);
}

TEST_CASE("points far ahead are left out, or sent, and told") {
  auto c = counter({}, 4);  // 0 at 3000, then 3003, 3006, 3009, 3012
  auto g = gauge({}, {1, 2}, 3009);
  struct Case {
    std::int64_t last_s;
    bool send;
    std::uint64_t left_out, sent;
  };
  for (const Case& one : {Case{3012, false, 1, 6}, Case{3015, false, 0, 7}, Case{3006, false, 4, 3},
                          Case{3002, false, 7, 0}, Case{3006, true, 0, 7}}) {
    CAPTURE(one.last_s);
    providers::ExportSettings settings;
    settings.taken.last_s = one.last_s;
    settings.send_ahead = one.send;
    const auto exported = prometheus().open(destination_of({"vus", "reqs"}), {g, c}, settings);
    CHECK(exported->points() == 7);
    CHECK(exported->series() == 2);
    CHECK(exported->untimely() == one.left_out);
    std::uint64_t sent = 0;
    for (const Payload& payload : payloads_of(*exported)) {
      sent += payload.points;
      CHECK((one.send || payload.last_ms <= one.last_s * 1000));
    }
    CHECK(sent == one.sent);
    const Notice notice = exported->untimely_notice();
    CHECK(notice.text.empty() == (one.last_s == 3015));
    if (notice.text.empty()) continue;
    CHECK(notice.hint.find("--end-at now") != std::string::npos);
    CHECK(notice.hint.find("--allow-future") != std::string::npos);
    CHECK((notice.text.find("not sent") == std::string::npos) == one.send);
  }
}

TEST_CASE("no NaN and no infinity is ever sent, but for the marker at the end") {
  constexpr double k_inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  auto c = counter({}, 2);
  c.windows[1].sum = series::ExactSum(std::numeric_limits<double>::max());
  c.windows.push_back(counted(3009, std::numeric_limits<double>::max()));
  const std::string text = text_of(
      *prometheus().open(destination_of({"vus", "reqs"}), {gauge({}, {1, nan, k_inf, -k_inf, 5}), c}, {}));
  CHECK(text.find(" NaN ") == std::string::npos);
  CHECK(text.find("Inf") == std::string::npos);
  CHECK(text.find("k6_vus 1 3003000\nk6_vus 5 3015000\nk6_vus StaleNaN 3015001\n") != std::string::npos);
}

}  // namespace k6apm::test
