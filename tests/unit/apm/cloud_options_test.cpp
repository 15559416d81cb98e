// What scripts, JSON, archives and k6 inspect say for k6 cloud; nothing there touches the block.
#include <fmt/format.h>

#include "../scratch.hpp"
#include "reading.hpp"

using k6apm::apm::ApmBlock;
using reading::contains;
using reading::read;

namespace {

/// "name=... projectID=... token=... stackID=...; without TAGS; passed over KEYS", of what is there.
std::string shown(const ApmBlock& block) {
  const auto& cloud = block.cloud;
  std::string out;
  if (cloud.name) out += " name=" + *cloud.name;
  if (cloud.project_id) out += fmt::format(" projectID={}", *cloud.project_id);
  if (cloud.token) out += " token=" + *cloud.token;
  if (cloud.stack_id) out += fmt::format(" stackID={}", *cloud.stack_id);
  if (!cloud.missing_system_tags.empty())
    out += fmt::format("; without {}", fmt::join(cloud.missing_system_tags, ","));
  if (!cloud.passed_over.empty()) out += fmt::format("; passed over {}", fmt::join(cloud.passed_over, ","));
  return out.empty() ? out : out.substr(1);
}

/// "KEY LINE:COLUMN text" of each notice.
std::string said(const ApmBlock& block) {
  std::string out;
  for (const auto& [key, notice] : block.cloud.notices) {
    out += fmt::format("{}{} {}:{} {}\n", notice.severity == k6apm::Severity::note ? "note " : "", key,
                       notice.where.line, notice.where.column, notice.text);
    CHECK(!contains(notice.text + notice.hint, "s3cret"));
  }
  return out;
}

constexpr auto* k_apm =
    "ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://h/w' }] } }";

/// Of a script with these options, which has one destination whatever they are.
ApmBlock of_script(const std::string& options, const std::string& before = {},
                   const reading::Variables& variables = {}) {
  ApmBlock block = read(
      "import lib from 'k6/x/lib';" + before + "\nexport const options = {\n" + options + " };", variables);
  CHECK(block.notices.empty());
  return block;
}

ApmBlock file(const std::string& name) {
  return k6apm::apm::read_options_file(std::string(K6APM_SOURCE_DIR) + "/testdata/" + name,
                                       {reading::environment({})});
}

}  // namespace

TEST_CASE("the four keys of scripts") {
  struct Row {
    std::string options;
    std::string expected;
    std::string before{};
  };
  const std::vector<Row> table = {
      {"cloud: { name: 'A b', projectID: 7, token: 's3cret', stackID: 9 }",
       "name=A b projectID=7 token=s3cret stackID=9"},
      {"ext: { loadimpact: { name: 'A', projectID: 7 } }", "name=A projectID=7"},
      // `cloud` is used whole where it is present.
      {"cloud: { name: 'A' }, ext: { loadimpact: { name: 'B', projectID: 7 } }", "name=A"},
      {"cloud: {}, ext: { loadimpact: { name: 'B', projectID: 7 } }", ""},
      {"cloud: null, ext: { loadimpact: { name: 'B', projectID: 7 } }", ""},
      {"cloud: undefined, ext: { loadimpact: { projectID: 7 } }", "projectID=7"},
      {"ext: { other: {} }", ""},
      {"ext: null", ""},
      {"ext: { loadimpact: null }", ""},
      {"vus: 1", ""},
      // Neither 0 nor an empty text counts, and null is none.
      {"cloud: { name: '', projectID: 0, token: '', stackID: '' }", ""},
      {"cloud: { name: null, projectID: undefined, token: __ENV.NONE, stackID: null }", ""},
      // As Go reads JSON.
      {"cloud: { ProjectId: 7, NAME: 'A' }", "name=A projectID=7"},
      {"cloud: { projectID: 7, projectid: 8 }", "projectID=8"},
      // Evaluated.
      {"cloud: { projectID: base + 1, name: `Run ${base}`, token: __ENV.TOKEN }",
       "name=Run 6 projectID=7 token=s3cret", "const base = 6;"},
      {"cloud: { ...shared, name: 'B' }", "name=B projectID=7",
       "const shared = { name: 'A', projectID: 7 };"},
      // What the cloud has for tests that run there.
      {"cloud: { distribution: {}, projectID: 7, note: 'n', staticIPs: null, host: 'h', apm: [] }",
       "projectID=7; passed over options.cloud.distribution,options.cloud.note,options.cloud.host"},
      {"ext: { loadimpact: { note: 'n' } }", "; passed over options.ext.loadimpact.note"},
  };
  for (const Row& row : table) {
    CAPTURE(row.options);
    const ApmBlock block = of_script(row.options, row.before, {{"TOKEN", "s3cret"}});
    CHECK(shown(block) == (row.expected.starts_with(";") ? row.expected.substr(1) : row.expected));
    CHECK(said(block).empty());
  }
}

TEST_CASE("what is not known or of another type is left out and said") {
  struct Row {
    std::string options;
    std::string expected;
    std::string said;
  };
  const std::string left_out = ": left out for k6 cloud\n";
  const std::string not_known = ", which is not known without running the script" + left_out;
  const std::vector<Row> table = {
      {"cloud: { name: lib.name(), projectID: 7 }", "projectID=7",
       "name 3:16 options.cloud.name depends on `lib.name()`" + not_known},
      {"cloud: { token: lib.token('s3cret') }", "",
       "token 3:17 options.cloud.token depends on `lib.token('***')`" + not_known},
      {"cloud: { name: `Run ${Date.now()}` }", "",
       "name 3:23 options.cloud.name depends on `Date.now()`" + not_known},
      {"cloud: { projectID: '7' }", "projectID=7",
       "note projectID 3:21 options.cloud.projectID is a string, and taken for the number in it\n"},
      {"cloud: { projectID: 's3cret' }", "",
       "projectID 3:21 options.cloud.projectID must be a whole number of 1 or more" + left_out},
      {"cloud: { projectID: 1.5, stackID: -1 }", "",
       "stackID 3:35 options.cloud.stackID must be a whole number of 1 or more" + left_out +
           "projectID 3:21 options.cloud.projectID must be a whole number of 1 or more" + left_out},
      {"cloud: { projectID: 1e17 }", "",
       "projectID 3:21 options.cloud.projectID must be a whole number of 1 or more" + left_out},
      {"cloud: { projectID: [7], name: 5, token: true }", "",
       "token 3:42 options.cloud.token must be a string, not a boolean" + left_out +
           "name 3:32 options.cloud.name must be a string, not a number" + left_out +
           "projectID 3:21 options.cloud.projectID must be a whole number, not a list" + left_out},
      {"ext: { loadimpact: ['s3cret'] }", "",
       " 3:20 options.ext.loadimpact must be an object, not a list" + left_out},
      {"cloud: { project_id: 7 }", "; passed over options.cloud.project_id",
       "note  3:10 unknown key project_id of options.cloud is passed over\n"},
  };
  for (const Row& row : table) {
    CAPTURE(row.options);
    // Where a block would be is of another type than it has to be in some of these.
    const ApmBlock block =
        read("import lib from 'k6/x/lib';\nexport const options = {\n" + row.options + " };");
    CHECK(shown(block) == (row.expected.starts_with(";") ? row.expected.substr(1) : row.expected));
    CHECK(said(block) == row.said);
  }
}

TEST_CASE("a key that is not known could be any before it") {
  const ApmBlock block = of_script("cloud: { projectID: 7, ...other, apm: [], name: 'A' }",
                                   "const other = {}; other['a' + lib.x] = 5;");
  CHECK(shown(block) == "name=A");
  REQUIRE(block.cloud.notices.size() == 3);
  CHECK(block.cloud.notices[0].first == "projectID");
  CHECK(contains(block.cloud.notices[0].second.text, "what stands here may hold options.cloud.projectID"));
}

TEST_CASE("the block is the same whatever is wrong beside it") {
  for (const std::string rest :
       {"cloud: undefined", "systemTags: lib.tags", "systemTags: 5", "systemTags: [[]]", "thresholds: 5"}) {
    CAPTURE(rest);
    const ApmBlock block = of_script(std::string(k_apm) + ", " + rest);
    CHECK(block.destinations.size() == 1);
    CHECK(block.destinations.at(0).disabled.empty());
  }
  const ApmBlock endless = of_script(std::string(k_apm) + ", get systemTags() { while (true); }");
  CHECK(endless.destinations.size() == 1);
}

TEST_CASE("system tags that the cloud output needs") {
  const std::string others = ": left out for k6 cloud\n";
  CHECK(shown(of_script("systemTags: ['url', 'status', 'name']")) == " without method,error,check,group");
  CHECK(
      shown(of_script("systemTags: ['group', 'check', 'error', 'status', 'method', 'name', 'vu']")).empty());
  CHECK(shown(of_script("systemTags: []")) == " without name,method,status,error,check,group");
  CHECK(shown(of_script("systemTags: null")).empty());
  CHECK(of_script("systemTags: []").cloud.system_tags_where.line == 3);
  const ApmBlock unknown = of_script("systemTags: lib.tags");
  CHECK(shown(unknown).empty());
  CHECK(said(unknown).starts_with("systemTags 3:13 options.systemTags depends on `lib.tags`"));
  CHECK(said(of_script("systemTags: 5")) ==
        "systemTags 3:13 options.systemTags must be a list of strings, not a number" + others);
  // One that could be any of those that are missing.
  const ApmBlock one = of_script("systemTags: ['name', lib.tag]");
  CHECK(shown(one).empty());
  CHECK(said(one).starts_with("systemTags 3:22 a tag of options.systemTags depends on"));
  CHECK(said(of_script("systemTags: ['name', 'method', 'status', 'error', 'check', 'group', lib.tag]"))
            .empty());
  CHECK(shown(of_script("systemTags: ['name', 5]")) == " without method,status,error,check,group");
}

TEST_CASE("JSON, archives and what k6 inspect prints") {
  const std::string of_shop =
      "name=Shop tour (staging) projectID=3719; passed over options.ext.loadimpact.distribution,"
      "options.ext.loadimpact.note";
  const std::vector<std::pair<std::string, std::string>> table = {
      {"scripts/shop.js",
       "name=Shop tour (staging) projectID=3719; passed over options.ext.loadimpact.note,"
       "options.ext.loadimpact.distribution"},
      {"inspect/v0.33.0-shop-inspect.json", of_shop},
      {"inspect/v2.2.0-shop-inspect.json", of_shop},
      {"inspect/v2.2.0-shop-inspect-execreq.json", of_shop},
      {"archive/v0.33.0-shop.tar", of_shop},
      {"archive/v2.2.0-shop.tar", of_shop},
      {"scripts/cloudopt.js",
       "name=Newer option name projectID=3719; passed over options.cloud.distribution"},
      {"inspect/v2.2.0-cloudopt-inspect.json",
       "name=Newer option name projectID=3719; passed over options.cloud.distribution"},
      {"scripts/config.json", "projectID=5"},
      {"scripts/noopts.js", ""},
      {"scripts/notags.js", " without name,method,status,error,check,group"},
  };
  for (const auto& [name, expected] : table) {
    CAPTURE(name);
    const ApmBlock block = file(name);
    CHECK(shown(block).substr(0, expected.size()) == expected);
    CHECK(said(block).empty());
  }
  CHECK(shown(read(R"({"cloud": {"projectID": 3}, "ext": {"loadimpact": {"name": "A"}}})")) == "projectID=3");
  CHECK(shown(read(R"({"cloud": null, "systemTags": ["name"]})")) ==
        " without method,status,error,check,group");
  CHECK(shown(read(R"({"type": "js", "options": {"cloud": {"token": "t", "stackID": 4}}})")) ==
        "token=t stackID=4");
  CHECK(said(read("{\"cloud\":\n {\"name\": 5}}")) ==
        "name 2:11 options.cloud.name must be a string, not a number: left out for k6 cloud\n");
}

TEST_CASE("every value has its place") {
  const ApmBlock block = of_script("cloud: {\n name: 'A',\n note: 'n',\n projectID: 7 }");
  CHECK(block.cloud.where.line == 3);
  REQUIRE(block.cloud.places.size() == 2);
  CHECK(block.cloud.places[0].first == "name");
  CHECK(block.cloud.places[0].second.line == 4);
  CHECK(block.cloud.places[1].first == "projectID");
  CHECK(block.cloud.places[1].second.line == 6);
  CHECK(block.cloud.places[1].second.file == "script.js");
}
