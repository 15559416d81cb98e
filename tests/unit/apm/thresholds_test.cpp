// The thresholds beside the block: known ones are read, all others are passed over, and the block is the
// same.
#include <fmt/format.h>

#include "../scratch.hpp"
#include "reading.hpp"

using k6apm::apm::ApmBlock;
using reading::contains;
using reading::read;

namespace {

/// "METRIC: EXPRESSION, EXPRESSION; METRIC: ..."
std::string shown(const ApmBlock& block) {
  std::string out;
  for (const auto& thresholds : block.thresholds) {
    CHECK(!thresholds.expressions.empty());
    out += (out.empty() ? "" : "; ") + thresholds.metric + ":";
    for (std::size_t i = 0; i < thresholds.expressions.size(); ++i)
      out += (i == 0 ? " " : ", ") + thresholds.expressions[i];
  }
  return out;
}

std::string file(const std::string& name) {
  return shown(k6apm::apm::read_options_file(std::string(K6APM_SOURCE_DIR) + "/testdata/" + name,
                                             {reading::environment({})}));
}

constexpr auto* apm =
    "ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://h/w' }] } }";

/// Of a script with these thresholds; the block is there whatever they are.
std::string of_script(const std::string& thresholds, const std::string& before = {}) {
  const ApmBlock block = read("import lib from 'k6/x/lib';\n" + before + "\nexport const options = { " + apm +
                              ", thresholds: " + thresholds + " };");
  CHECK(block.destinations.size() == 1);
  CHECK(block.notices.empty());
  return shown(block);
}

/// What such a script has that is no known threshold.
std::string missing_in(const std::string& thresholds) {
  std::string texts;
  for (const auto& notice : read("import lib from 'k6/x/lib';\nexport const options = { " + std::string(apm) +
                                 ",\nthresholds: " + thresholds + " };")
                                .threshold_notices) {
    CHECK(notice.severity == k6apm::Severity::warning);
    texts += fmt::format("{}:{}: {}\n", notice.where.line, notice.where.column, notice.text);
  }
  return texts;
}

}  // namespace

TEST_CASE("what is missing is told to those who ask") {
  CHECK(missing_in("{ a: ['avg<1'], b: { threshold: 'avg<1' }, c: [], d: null }").empty());
  CHECK(missing_in("null").empty());
  CHECK(missing_in("lib.thresholds").starts_with("3:13: what the thresholds stand in depends on `lib"));
  CHECK(missing_in("7") == "3:13: what the thresholds stand in is a number, and no threshold: left out\n");
  CHECK(missing_in("{ a: ['avg<1', 5] }") ==
        "3:28: a threshold of a is a number, and no threshold: left out\n");
  CHECK(missing_in("{ a: ['avg<' + lib.limit] }").starts_with("3:"));
  CHECK(missing_in("{ a: [{ abortOnFail: true }] }").starts_with("3:19: a threshold of a is an object"));
  CHECK(missing_in("{ a: ['avg<1'], [lib.name]: ['avg<1'] }") ==
        "3:29: the metric of a threshold is not known: left out, with those before it\n");
  CHECK(missing_in("{ ...lib.all }") ==
        "3:15: the metric of a threshold is not known: left out, with those before it\n");
}

TEST_CASE("real scripts, configuration files, archives and what k6 inspect prints") {
  const std::string of_shop =
      "http_req_duration: p(95)<2000, avg<1000; http_req_duration{status:200}: p(99)<1500; "
      "http_req_duration{scenario:checkout,expected_response:true}: max<3000; "
      "http_reqs{name:item page}: count>1; checks: rate>0.5; payment_ok: rate>0.99; render_time: med<500; "
      "queue_depth: p(90)<100; orders_placed: count>=1; cart_size: value>=0";
  const std::string sorted =
      "cart_size: value>=0; checks: rate>0.5; http_req_duration: p(95)<2000, avg<1000; "
      "http_req_duration{scenario:checkout,expected_response:true}: max<3000; "
      "http_req_duration{status:200}: p(99)<1500; http_reqs{name:item page}: count>1; "
      "orders_placed: count>=1; payment_ok: rate>0.99; queue_depth: p(90)<100; render_time: med<500";
  const std::vector<std::pair<std::string, std::string>> table = {
      {"scripts/shop.js", of_shop},
      {"scripts/shop-lite.js", of_shop},
      {"inspect/v0.33.0-shop-inspect.json", sorted},
      {"inspect/v2.2.0-shop-inspect.json", sorted},
      {"inspect/v2.2.0-shop-inspect-execreq.json", sorted},
      {"archive/v0.33.0-shop.tar", sorted},
      {"archive/v2.2.0-shop.tar", sorted},
      {"scripts/config.json", "http_req_duration: p(90)<900"},
      {"scripts/edge.js", "edge_counter{q:\"quoted\"}: count>0; edge_trend{a:1,b:2}: p(99.99)<1e9"},
      {"scripts/noopts.js", ""},
      {"inspect/v2.2.0-cloudopt-inspect.json", ""},  // "thresholds": null
  };
  for (const auto& [name, expected] : table) {
    CAPTURE(name);
    CHECK(file(name) == expected);
  }
}

TEST_CASE("the forms of thresholds in a script") {
  struct Row {
    std::string thresholds;
    std::string expected;
    std::string before{};
  };
  const std::vector<Row> table = {
      {"{ a: ['p(95)<5', 'avg<3'], 'b{c:d}': ['rate>0'] }", "a: p(95)<5, avg<3; b{c:d}: rate>0"},
      {"{ a: [{ threshold: 'rate<0.1', abortOnFail: true, delayAbortEval: '10s' }, 'count>1'] }",
       "a: rate<0.1, count>1"},
      {"{ a: 'p(95)<5', b: { threshold: 'avg<3' } }", "a: p(95)<5; b: avg<3"},
      {"{ a: [`p(${90 + 5})<${__ENV.LIMIT || 500}`] }", "a: p(95)<500"},
      {"{ a: [limit] }", "a: avg<3", "const limit = 'avg<3';"},
      {"{ ...common, b: ['max<1'] }", "a: avg<3; b: max<1", "const common = { a: ['avg<3'] };"},
      {"{ [name]: ['avg<3'] }", "a{n:1}: avg<3", "const name = `a{n:${1}}`;"},
      {"thresholds", "a: avg<3", "const thresholds = {}; for (const m of ['a']) thresholds[m] = ['avg<3'];"},
      {"{ get a() { return ['avg<3']; } }", "a: avg<3"},
      // What is not known is passed over, and only that.
      {"lib.thresholds", ""},
      {"lib.make()", ""},
      {"changed", "", "const changed = { a: ['avg<3'] }; lib.change(changed);"},
      {"{ a: lib.list, b: ['avg<3'] }", "b: avg<3"},
      {"{ a: ['avg<' + lib.limit, 'max<9'] }", "a: max<9"},
      {"{ a: [{ threshold: lib.limit }, { ...lib.more, threshold: 'min<1' }] }", "a: min<1"},
      {"{ a: [{ threshold: 'min<1', ...lib.more }] }", ""},
      {"{ a: ['avg<3'], ...lib.more, b: ['avg<4'] }", "b: avg<4"},
      {"{ a: ['avg<3'], [lib.name]: ['x'], b: ['avg<4'] }", "b: avg<4"},
      // What is of another form too.
      {"null", ""},
      {"undefined", ""},
      {"'avg<3'", ""},
      {"['avg<3']", ""},
      {"{}", ""},
      {"{ a: [], b: null, c: 5, d: [''], e: [[], 5, null, { threshold: 5 }, {}, () => 1], f: ['avg<3'] }",
       "f: avg<3"},
      // What ends no block.
      {"{ a: ['avg<3'], get b() { while (true); } }", ""},
      {"{ get a() { throw new Error('no'); } }", ""},
      {"endless", "", "const endless = {}; endless.endless = endless;"},
      {"{ a: list, b: ['avg<3'] }", "",
       "const text = 'x'.repeat(1e6); const list = []; for (let i = 0; i < 1e3; i++) list.push(text);"},
      {"{ a: list, b: ['avg<3'] }", "",
       "let list = ['avg<3']; for (let i = 0; i < 99; i++) list = [list, list];"},
  };
  for (const Row& row : table) {
    CAPTURE(row.thresholds);
    CHECK(of_script(row.thresholds, row.before) == row.expected);
  }
}

TEST_CASE("thresholds come without a block too, and never with --apm") {
  CHECK(shown(read("export const options = { thresholds: { a: ['avg<3'] } };")) == "a: avg<3");
  CHECK(shown(read("export const options = { cloud: {}, thresholds: { a: ['avg<3'] } };")) == "a: avg<3");
  CHECK(shown(read("const options = { thresholds: { a: ['avg<3'] } };")).empty());
  CHECK(shown(read(R"({"thresholds": {"a": ["avg<3"]}})")) == "a: avg<3");
  CHECK(shown(reading::given(R"([{"provider": "prometheus", "thresholds": {"a": ["avg<3"]}}])")).empty());
}

TEST_CASE("in JSON the last of equal keys counts, as in k6") {
  CHECK(shown(read(R"({"thresholds": {"a": ["avg<1"], "b": ["avg<2"], "a": ["avg<3"]}})")) ==
        "b: avg<2; a: avg<3");
  CHECK(shown(read(R"({"thresholds": {"a": ["avg<1"]}, "thresholds": {"b": ["p(95)\u003c2"]}})")) ==
        "b: p(95)<2");
  CHECK(shown(read(R"({"options": {"thresholds": {"a": ["avg<1"]}}, "type": "js"})")) == "a: avg<1");
}

TEST_CASE("a block that is not known without running the script is an error, whatever the thresholds") {
  CHECK(contains(
      reading::error_of("import lib from 'k6/x/lib'; export const options = { ext: { loadimpact: { apm: "
                        "lib.apm } }, thresholds: { a: ['avg<3'] } };"),
      "lib.apm"));
}
