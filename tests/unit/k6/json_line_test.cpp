#include "k6/json_line.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "agreement.hpp"
#include "files.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::series::Contains;
using k6apm::series::MetricType;
using k6apm::series::Tags;

namespace {

constexpr std::int64_t k_time = std::int64_t{1795159646} * 1'000'000'000 + 500'000'000;

Line parsed(const std::string& text) {
  JsonLineParser parser;
  Line line;
  CAPTURE(text);
  REQUIRE(parse_padded(parser, text, line) == LineProblem::none);
  return line;
}

LineProblem problem_of(const std::string& text) {
  JsonLineParser parser;
  Line line;
  return parse_padded(parser, text, line);
}

std::string point(const std::string& data) { return R"({"metric":"m","type":"Point","data":)" + data + "}"; }

std::string point_with_value(const std::string& value) {
  return point(R"({"time":"2026-11-20T07:27:26.5Z","value":)" + value + R"(,"tags":{"a":"b"}})");
}

std::string point_with_tags(const std::string& tags) {
  return point(R"({"time":"2026-11-20T07:27:26.5Z","value":1,"tags":)" + tags + "}");
}

std::string metric(const std::string& data) {
  return R"({"type":"Metric","data":)" + data + R"(,"metric":"m"})";
}

}  // namespace

TEST_CASE("a Point is read in whatever order its members stand, with blanks anywhere") {
  for (
      const std::string text :
      {R"({"metric":"m","type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1.5,"tags":{"a":"b","c":"d"}}})",
       R"({"type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1.5,"tags":{"a":"b","c":"d"}},"metric":"m"})",
       R"({"data":{"tags":{"c":"d","a":"b"},"value":1.5,"time":"2026-11-20T12:57:26.5+05:30"},"type":"Point","metric":"m"})",
       "  {\t\"metric\" : \"m\" , \"type\": \"Point\" ,\"data\" :{ \"time\" :\"2026-11-20T07:27:26.5Z\", "
       "\"value\"\t:  1.5 ,"
       " \"tags\" : { \"a\" : \"b\" , \"c\" : \"d\" } } }  \r"}) {
    const Line line = parsed(text);
    CHECK(line.kind == Line::Kind::point);
    CHECK(line.metric == "m");
    CHECK(line.time_ns == k_time);
    CHECK(line.value == 1.5);
    CHECK(line.tags == Tags{{"a", "b"}, {"c", "d"}});
    CHECK(line.metadata.empty());
  }
}

TEST_CASE("escapes stand for what they are, in names too") {
  const Line line =
      parsed(R"({"m\u0065tric":"h\u0074tp","type":"Poin\u0074","data":{"time":"2026-11-20T07:27:26\u002e5Z",)"
             R"("value":1,"tags":{"\u003c\"\\\/":"\b\f\n\r\t\u0026\u20ac\ud83d\ude00"}}})");
  CHECK(line.metric == "http");
  CHECK(line.time_ns == k_time);
  CHECK(line.tags == Tags{{"<\"\\/", "\b\f\n\r\t&\xe2\x82\xac\xf0\x9f\x98\x80"}});
}

TEST_CASE("tags may be null, empty or not there") {
  CHECK(parsed(point_with_tags("null")).tags.empty());
  CHECK(parsed(point_with_tags("{}")).tags.empty());
  CHECK(parsed(point_with_tags("{ }")).tags.empty());
  CHECK(parsed(point(R"({"time":"2026-11-20T07:27:26.5Z","value":1})")).tags.empty());
}

TEST_CASE("tags are sorted, of equal names the last counts, and empty values are kept") {
  CHECK(parsed(point_with_tags(R"({"b":"1","a":"2","b":"3","c":""})")).tags ==
        Tags{{"a", "2"}, {"b", "3"}, {"c", ""}});
  CHECK(parsed(point_with_tags(R"({"b":"1","b":""})")).tags == Tags{{"b", ""}});
  CHECK(parsed(point_with_tags(R"({"":"1"})")).tags == Tags{{"", "1"}});
}

TEST_CASE("tags that are not strings make a bad line") {
  for (const char* const tags : {"[]", "5", "\"a\"", "true", R"({"a":1})", R"({"a":null})", R"({"a":{}})",
                                 R"({"a":["b"]})", R"({"a":true})"}) {
    CAPTURE(tags);
    CHECK(problem_of(point_with_tags(tags)) == LineProblem::bad_tags);
  }
}

TEST_CASE("metadata is read beside the tags") {
  const std::string begin = R"({"time":"2026-11-20T07:27:26.5Z","value":1,"tags":{"a":"b"},"metadata":)";
  CHECK(parsed(point(begin + R"({"vu":"1","iter":"0"}})")).metadata == Tags{{"iter", "0"}, {"vu", "1"}});
  CHECK(parsed(point(begin + "null}")).metadata.empty());
  CHECK(problem_of(point(begin + R"({"vu":1}})")) == LineProblem::bad_tags);
}

TEST_CASE("of members that stand twice the last counts") {
  const Line line =
      parsed(R"({"metric":"x","type":"Metric","type":"Point","metric":"m","data":{"time":"x","value":7,)"
             R"("time":"2026-11-20T07:27:26.5Z","value":1.5,"tags":{"a":"b"},"tags":{"c":"d"}}})");
  CHECK(line.metric == "m");
  CHECK(line.value == 1.5);
  CHECK(line.time_ns == k_time);
  CHECK(line.tags == Tags{{"c", "d"}});
}

TEST_CASE("values are numbers as JSON has them") {
  for (const auto& [text, value] :
       std::vector<std::pair<std::string, double>>{{"1e+06", 1e6},
                                                   {"1e-07", 1e-7},
                                                   {"-0", 0},
                                                   {"123456789012345678901", 123456789012345678901.0},
                                                   {"5e-324", 5e-324},
                                                   {"1.7976931348623157e308", 1.7976931348623157e308},
                                                   {"1e-999", 0}}) {
    CHECK(parsed(point_with_value(text)).value == value);
  }
  for (const char* const text : {"+Inf", "-Inf", "NaN", "Infinity", "1e999", "-1e309"}) {
    CAPTURE(text);
    CHECK(problem_of(point_with_value(text)) == LineProblem::not_finite);
  }
  for (const char* const text : {"\"1\"", "null", "true", "01", "1.", "+1", "1e", "0x10", "1 2", "Inf5"}) {
    CAPTURE(text);
    CHECK(problem_of(point_with_value(text)) != LineProblem::none);
  }
  CHECK(problem_of(point(R"({"time":"2026-11-20T07:27:26.5Z","tags":{}})")) == LineProblem::bad_value);
}

TEST_CASE("a time that is missing, garbage or out of range makes a bad line") {
  for (
      const char* const time :
      {"\"\"", "\"yesterday\"", "5", "null", "\"2026-11-20T07:27:26\"", "\"2262-01-01T00:00:00Z\"",
       R"("\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000Z")"}) {
    CAPTURE(time);
    CHECK(problem_of(point(std::string(R"({"time":)") + time + R"(,"value":1,"tags":{}})")) ==
          LineProblem::bad_time);
  }
  CHECK(problem_of(point(R"({"value":1,"tags":{}})")) == LineProblem::bad_time);
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD") {
  CHECK(parsed(point_with_tags("{\"a\":\"x\xffy\"}")).tags == Tags{{"a", "x\xef\xbf\xbdy"}});
  CHECK(parsed("{\"metric\":\"\xe2\x82\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-20T07:27:26.5Z\","
               "\"value\":1}}")
            .metric == "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("what is no JSON object of k6 is told apart from what is damaged") {
  struct Case {
    std::string text;
    LineProblem problem;
  };
  const std::string good = point_with_value("1");
  const std::vector<Case> cases = {
      {"garbage", LineProblem::text},
      {"5", LineProblem::text},
      {"[]", LineProblem::text},
      {"{", LineProblem::not_json},
      {"     { expected_response:true }...: avg=1ms", LineProblem::text},
      {"running...{\"metric\":\"m\"", LineProblem::not_json},
      {"}", LineProblem::text},
      {"null", LineProblem::text},
      {"\xef\xbb\xbf" + good, LineProblem::not_json},
      {good + "x", LineProblem::not_json},
      {good + "}", LineProblem::not_json},
      {good + good, LineProblem::not_json},
      {good + " " + good, LineProblem::not_json},
      {"x" + good, LineProblem::not_json},
      {std::string(1, '\0') + good, LineProblem::not_json},
      {"{}", LineProblem::not_k6},
      {R"({"level":"info","msg":"hello"})", LineProblem::not_k6},
      {R"({"metric":"m","type":"Point"})", LineProblem::not_k6},
      {R"({"metric":"m","type":"Point","data":5})", LineProblem::not_k6},
      {R"({"metric":"m","type":"Point","data":null})", LineProblem::not_k6},
      {R"({"metric":"m","type":"Sample","data":{}})", LineProblem::not_k6},
      {R"({"metric":5,"type":"Point","data":{}})", LineProblem::not_k6},
      {R"({"metric":"m","type":5,"data":{}})", LineProblem::not_k6},
      {R"({"type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1}})", LineProblem::not_k6},
      {R"({"metric":"","type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1}})",
       LineProblem::not_k6},
      {metric(R"({"type":"histogram"})"), LineProblem::bad_type},
      {metric("{}"), LineProblem::bad_type},
      {metric(R"({"type":5})"), LineProblem::bad_type},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(describe(problem_of(c.text)) == describe(c.problem));
  }
}

TEST_CASE("blank lines are nothing") {
  for (const char* const text : {"", " ", "\t \r", "\r"}) CHECK(parsed(text).kind == Line::Kind::blank);
}

TEST_CASE("a line cut anywhere is not JSON") {
  for (
      const std::string& whole :
      {point(
           R"({"time":"2026-11-20T07:27:26.5Z","value":12.5,"tags":{"a":"b}","c":"\"d"},"metadata":{"vu":"1"}})"),
       std::string(
           R"({"type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1e+06,"tags":null},"metric":"m"})"),
       metric(
           R"({"name":"m","type":"trend","contains":"time","thresholds":["p(95)<1"],"submetrics":[{"name":"m{a:b}"}]})")}) {
    for (std::size_t length = 1; length < whole.size(); ++length) {
      const std::string text = whole.substr(0, length);
      CAPTURE(text);
      CHECK(describe(problem_of(text)) == describe(LineProblem::not_json));
    }
  }
}

TEST_CASE("Metric lines of every version are read") {
  struct Case {
    std::string data;
    MetricType type;
    Contains contains;
  };
  const std::vector<Case> cases = {
      // v0.20 to v0.37
      {R"({"name":"m","type":"counter","contains":"default","tainted":null,"thresholds":["count\u003c5"],"submetrics":null,)"
       R"("sub":{"name":"","parent":"","suffix":"","tags":null}})",
       MetricType::counter, Contains::plain},
      // v0.38 to v0.39
      {R"({"name":"m","type":"gauge","contains":"data","tainted":null,"thresholds":[],"submetrics":null})",
       MetricType::gauge, Contains::data},
      // since v0.40
      {R"({"name":"m","type":"trend","contains":"time","thresholds":["p(95)<2000",)"
       R"({"threshold":"rate>0.5","abortOnFail":true,"delayAbortEval":null}],"submetrics":[{"name":"m{status:200}",)"
       R"("suffix":"status:200","tags":{"status":"200"}}]})",
       MetricType::trend, Contains::time},
      {R"({"type":"rate"})", MetricType::rate, Contains::plain},
      {R"({"type":"rate","contains":"parsecs"})", MetricType::rate, Contains::plain},
  };
  for (const Case& c : cases) {
    const Line line = parsed(metric(c.data));
    CHECK(line.kind == Line::Kind::metric);
    CHECK(line.metric == "m");
    CHECK(line.type == c.type);
    CHECK(line.contains == c.contains);
  }
}

TEST_CASE("members that nobody knows are passed over, deeply nested ones too") {
  std::string deep = "1";
  for (int i = 0; i < 500; ++i) deep = i % 2 == 0 ? "[" + deep + "]" : R"({"a":)" + deep + "}";
  const Line line =
      parsed(R"({"new":)" + deep +
             R"(,"metric":"m","type":"Point","data":{"more":{"time":"x","tags":5},"time":)"
             R"("2026-11-20T07:27:26.5Z","value":1,"other":[1,"2",null,true]},"last":{"metric":"no"}})");
  CHECK(line.metric == "m");
  CHECK(line.value == 1);
  CHECK(problem_of(std::string(100'000, '[')) == LineProblem::text);
  CHECK(problem_of(R"({"a":)" + std::string(100'000, '[')) == LineProblem::not_json);
}

TEST_CASE("nothing of an earlier line shows up in a later one") {
  JsonLineParser parser;
  Line line;
  REQUIRE(parse_padded(
              parser,
              point(R"({"time":"2026-11-20T07:27:26.5Z","value":1,"tags":{"a":"b"},"metadata":{"vu":"1"}})"),
              line) == LineProblem::none);
  REQUIRE(parse_padded(parser, point(R"({"time":"2026-11-20T07:27:26.5Z","value":1})"), line) ==
          LineProblem::none);
  CHECK(line.tags.empty());
  CHECK(line.metadata.empty());
}

TEST_CASE("every line that k6 wrote is read") {
  for (const char* const name : {"v0.20.0/legacy/results.json", "v0.33.0/shop-lite/results.json.gz",
                                 "v1.3.0/shop-lite/results.json.gz", "v2.2.0/edge/results.json",
                                 "v2.2.0/plain-tz-kolkata-rfc3339nano/results.json"}) {
    CAPTURE(name);
    JsonLineParser parser;
    Line line;
    for (const std::string& text : lines_of(testdata(name))) {
      CAPTURE(text);
      REQUIRE(parse_padded(parser, text, line) == LineProblem::none);
      REQUIRE(line.kind != Line::Kind::blank);
    }
  }
}
