#include "k6/csv_row.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace k6apm::k6;

namespace {

CsvColumns columns_of(const std::string& tags) {
  return read_csv_header("metric_name,timestamp,metric_value" + (tags.empty() ? "" : "," + tags));
}

std::string shown(const k6apm::series::Tags& tags) {
  std::string text;
  for (const auto& [name, value] : tags) text += fmt::format("[{}={}]", name, value);
  return text;
}

}  // namespace

TEST_CASE("columns are known by their names") {
  const CsvColumns columns = columns_of("check,vu,extra_tags,metadata");
  REQUIRE(columns.count() == 7);
  CHECK(columns.columns[0].name == "check");
  CHECK(columns.columns[1].kind == CsvColumns::Kind::tag);
  CHECK(columns.columns[2].kind == CsvColumns::Kind::extra_tags);
  CHECK(columns.columns[3].kind == CsvColumns::Kind::metadata);
  CHECK(columns.metadata_is_last());
  CHECK_FALSE(columns_of("check,extra_tags").metadata_is_last());  // k6 up to v0.40
  CHECK(columns_of("extra_tags,metadata").count() == 5);           // no system tag at all
  CHECK(is_csv_header("metric_name,timestamp,metric_value"));
  CHECK(is_csv_header("metric_name,timestamp,metric_value,check\r"));
  CHECK_FALSE(is_csv_header("metric_name,timestamp,metric_values"));
  CHECK_FALSE(is_csv_header("metric_name,timestamp"));
  CHECK(columns_of("na\xff,\"a,b\"").columns[0].name == "na\xef\xbf\xbd");
  CHECK(columns_of("na\xff,\"a,b\"").columns[1].name == "a,b");
}

TEST_CASE("a row is a point with its tags") {
  struct Case {
    std::string row;
    std::string metric;
    double value;
    std::string tags;
    std::string metadata;
  };
  const std::vector<Case> cases = {
      {"http_reqs,1795159998,1.000000,ok,200,,", "http_reqs", 1, "[name=ok][status=200]", ""},
      {"http_reqs,1795159998,1.000000,,,,", "http_reqs", 1, "", ""},
      {"m,1795159998,-0.000000,,,a=b&c=d,iter=0&vu=1", "m", 0, "[a=b][c=d]", "[iter=0][vu=1]"},
      {"m,1795159998,12.345678,\"a,b\",,\"x=\"\"y\"\"\",", "m", 12.345678, "[name=a,b][x=\"y\"]", ""},
      {"\"orders, placed\",1795159998,1.000000,,,,", "orders, placed", 1, "", ""},
      {"m,1795159998,1.000000,column,,name=extra&status=201,", "m", 1, "[name=column][status=201]", ""},
      {"m,1795159998,1.000000,,,a=&b=c,", "m", 1, "[b=c]", ""},
      {"m,1795159998,1.000000,a\xff,,,", "m", 1, "[name=a\xef\xbf\xbd]", ""},
  };
  const CsvColumns columns = columns_of("name,status,extra_tags,metadata");
  for (const Case& c : cases) {
    CAPTURE(c.row);
    Line line;
    REQUIRE(parse_csv_row(c.row, columns, line) == LineProblem::none);
    CHECK(line.kind == Line::Kind::point);
    CHECK(line.metric == c.metric);
    CHECK(line.time_ns == 1'795'159'998'000'000'000);
    CHECK(line.value == c.value);
    CHECK(shown(line.tags) == c.tags);
    CHECK(shown(line.metadata) == c.metadata);
    CHECK_FALSE(line.ambiguous);
  }
}

TEST_CASE("Go's %f writes the largest double with 309 digits") {
  Line line;
  const std::string largest = fmt::format("{:f}", 1.7976931348623157e308);
  REQUIRE(parse_csv_row("m,1795159998," + largest, columns_of(""), line) == LineProblem::none);
  CHECK(line.value == 1.7976931348623157e308);
}

TEST_CASE("what is wrong with a row") {
  struct Case {
    std::string row;
    LineProblem problem;
  };
  const std::vector<Case> cases = {
      {"m,1795159998,1.000000,x", LineProblem::none},
      {"", LineProblem::none},
      {"  \t", LineProblem::none},
      {"m,1795159998,1.000000", LineProblem::bad_columns},
      {"m,1795159998,1.000000,x,y", LineProblem::bad_columns},
      {"m,1795159998,1.000000,\"x", LineProblem::bad_quotes},
      {"m,1795159998,1.000000,\"x\"y", LineProblem::bad_quotes},
      {"m,1795159998,,x", LineProblem::bad_value},
      {"m,1795159998,one,x", LineProblem::bad_value},
      {"m,1795159998,1.0 ,x", LineProblem::bad_value},
      {"m,1795159998,+Inf,x", LineProblem::not_finite},
      {"m,1795159998,-Inf,x", LineProblem::not_finite},
      {"m,1795159998,NaN,x", LineProblem::not_finite},
      {"m,1795159998,1" + std::string(309, '0') + ",x", LineProblem::not_finite},
      {"m,99999999999,1.000000,x", LineProblem::bad_stamp},
      {"m,1600-01-01T00:00:00Z,1.000000,x", LineProblem::bad_stamp},
      {"m,yesterday,1.000000,x", LineProblem::not_row},
      {",1795159998,1.000000,x", LineProblem::not_row},
      {"running (1.0s), 1/1 VUs", LineProblem::text},
      {"checks: 100%", LineProblem::text},
  };
  const CsvColumns columns = columns_of("name");
  for (const Case& c : cases) {
    CAPTURE(c.row);
    Line line;
    CHECK(describe(parse_csv_row(c.row, columns, line)) == describe(c.problem));
  }
}

TEST_CASE("tags that k6 did not escape are cut at & and the first =") {
  struct Case {
    std::string text;
    std::string tags;
    bool ambiguous;
  };
  const std::vector<Case> cases = {
      {"", "", false},
      {"a=b", "[a=b]", false},
      {"a=b&c=d", "[a=b][c=d]", false},
      {"a=", "[a=]", false},
      {"=b", "[=b]", false},
      {"url=http://h/?q=1", "[url=http://h/?q=1]", true},
      {"a=b&c", "[a=b&c]", true},
      {"a=b&&c=d", "[a=b&][c=d]", true},
      {"a=b&", "[a=b&]", true},
      {"c&a=b", "[a=b]", true},
      {"a=1&a=2", "[a=1][a=2]", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    k6apm::series::Tags tags;
    CHECK(read_csv_tags(c.text, tags) == c.ambiguous);
    CHECK(shown(tags) == c.tags);
  }
}
