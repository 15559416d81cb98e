// Where the settings of k6 cloud come from, which source wins, what disables it, and that no secret is shown.
#include "apm/cloud_configuration.hpp"

#include <fmt/format.h>

#include "../scratch.hpp"
#include "reading.hpp"

using k6apm::apm::add_cloud;
using k6apm::apm::ApmBlock;
using k6apm::apm::CloudSources;
using k6apm::apm::Destination;
using k6apm::apm::require_cloud_login;
using k6apm::test::Scratch;
using reading::contains;
using reading::Variables;

namespace {

/// The names lack K6_CLOUD_; others begin with "/".
CloudSources sources(const Variables& short_names, const std::string& script = "dir/script.js") {
  Variables variables;
  for (const auto& [name, value] : short_names)
    variables[name.starts_with('/') ? name.substr(1) : "K6_CLOUD_" + name] = value;
  return {reading::environment(variables), script, "results/run.json.gz"};
}

ApmBlock block_of(const std::string& options, const CloudSources& from) {
  ApmBlock block = reading::read("import lib from 'k6/x/lib'; export const options = { " + options + " };");
  add_cloud(block, from);
  REQUIRE(!block.destinations.empty());
  for (const auto& notice : block.notices) CHECK(!contains(notice.text + notice.hint, "s3cret"));
  for (const auto& setting : block.destinations.back().settings) CHECK(!contains(setting.value, "s3cret"));
  CHECK(!contains(block.destinations.back().disabled, "s3cret"));
  for (const auto& one : block.cloud.passed_over) CHECK(!contains(one, "s3cret"));
  return block;
}

Destination cloud_of(const std::string& options, const CloudSources& from) {
  return block_of(options, from).destinations.back();
}

/// "value@place" of a setting, empty where it is not there.
std::string setting_of(const Destination& destination, const std::string& name) {
  for (const auto& one : destination.settings) {
    if (one.name == name) return one.value + "@" + (one.where ? one.where->file : "default");
  }
  return {};
}

/// k6's config.json with these members of collectors.cloud.
std::string login_file(const std::string& members) { return R"({"collectors":{"cloud":{)" + members + "}}}"; }

}  // namespace

TEST_CASE("defaults") {
  const Destination one = cloud_of("", sources({}));
  CHECK(one.provider == "cloud");
  CHECK(one.kind == k6apm::apm::ProviderKind::cloud);
  CHECK(one.index == 0);
  CHECK(one.place() == "cloud");
  CHECK(one.disabled.empty());
  REQUIRE(one.entries.size() == 1);
  CHECK(one.entries[0].is_default);
  CHECK(!one.entries[0].keep_tags);
  CHECK(one.target_of(0, "http_reqs") == "http_reqs");
  CHECK(one.target_of(0, "my \"own\" metric") == "my \"own\" metric");
  std::string all;
  for (const auto& setting : one.settings) {
    CHECK(!setting.where);
    all += setting.name + "=" + setting.value + " ";
  }
  CHECK(all ==
        "provider=cloud host=https://ingest.k6.io webAppURL=https://app.k6.io name=script.js token=none "
        "timeout=60s aggregationPeriod=3s maxTimeSeriesInBatch=1000 metricPushConcurrency=1 "
        "stopOnError=false ");
}

TEST_CASE("it comes after the destinations of the block") {
  const ApmBlock block =
      block_of("ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://h/w' }] } }",
               sources({}));
  REQUIRE(block.destinations.size() == 2);
  CHECK(block.destinations[1].index == 1);
  CHECK(block.destinations[1].kind == k6apm::apm::ProviderKind::cloud);
}

TEST_CASE("the name") {
  struct Row {
    std::string options;
    Variables variables;
    std::string script;
    std::string result;
    std::string name;
  };
  const std::vector<Row> table = {
      {"cloud: { name: 'A' }", {{"NAME", "B"}}, "s.js", "r", "B"},
      {"cloud: { name: 'A' }", {{"NAME", ""}}, "s.js", "r", "A"},
      {"", {}, "/x/y/s.js", "r", "s.js"},
      {"", {}, "s.js", "r", "s.js"},
      {"", {}, "-", "r", "k6 test"},
      {"", {}, "", "x/r.json", "r.json"},
      {"", {}, "", "-", "k6 test"},
      {"", {}, "", "", "k6 test"},
      {"cloud: { name: '-' }", {}, "s.js", "r", "k6 test"},
  };
  for (const Row& row : table) {
    CAPTURE(row.name);
    CloudSources from = sources(row.variables, row.script);
    from.result = row.result;
    CHECK(cloud_of(row.options, from).cloud.name == row.name);
  }
}

TEST_CASE("every variable") {
  const Destination one = cloud_of("", sources({{"HOST", "http://h:1/"},
                                                {"WEB_APP_URL", "http://w/"},
                                                {"NAME", "N"},
                                                {"PROJECT_ID", "7"},
                                                {"STACK_ID", "8"},
                                                {"TOKEN", "s3cret"},
                                                {"PUSH_REF_ID", "42"},
                                                {"METRICS_PUSH_URL", "http://u:s3cret@p/x?y=s3cret"},
                                                {"TEST_RUN_TOKEN", "s3cret2"},
                                                {"TEST_RUN_DETAILS", "http://d"},
                                                {"TIMEOUT", "5000"},
                                                {"AGGREGATION_PERIOD", "1m"},
                                                {"MAX_TIME_SERIES_IN_BATCH", "50"},
                                                {"METRIC_PUSH_CONCURRENCY", "4"},
                                                {"STOP_ON_ERROR", "true"},
                                                {"API_VERSION", "2"}}));
  CHECK(one.disabled.empty());
  const auto& cloud = one.cloud;
  CHECK(cloud.host == "http://h:1");
  CHECK(cloud.web_app_url == "http://w");
  CHECK(cloud.name == "N");
  CHECK(cloud.project_id == 7);
  CHECK(cloud.stack_id == 8);
  CHECK(cloud.token.reveal() == "s3cret");
  CHECK(cloud.push_ref_id == "42");
  CHECK(cloud.metrics_push_url == "http://u:s3cret@p/x?y=s3cret");
  CHECK(cloud.test_run_token.reveal() == "s3cret2");
  CHECK(cloud.test_run_details == "http://d");
  CHECK(cloud.timeout_s == 5);
  CHECK(cloud.aggregation_period_s == 60);
  CHECK(cloud.max_series_in_batch == 50);
  CHECK(cloud.push_concurrency == 4);
  CHECK(cloud.stop_on_error);
  CHECK(setting_of(one, "host") == "http://h:1@K6_CLOUD_HOST");
  CHECK(setting_of(one, "token") == "***@K6_CLOUD_TOKEN");
  CHECK(setting_of(one, "metricsPushURL") == "http://***@p/x?y=***@K6_CLOUD_METRICS_PUSH_URL");
  CHECK(setting_of(one, "testRunToken") == "***@K6_CLOUD_TEST_RUN_TOKEN");
  CHECK(setting_of(one, "timeout") == "5s@K6_CLOUD_TIMEOUT");
}

TEST_CASE("which source wins") {
  const Scratch scratch;
  const std::string path = scratch.file(
      "config.json",
      login_file(
          R"("token": "s3cret-f", "projectID": 1, "name": "F", "host": "http://f", "defaultProjectID": 9)"));
  const std::string options =
      "cloud: { token: 's3cret-o', projectID: 2, name: 'O', stackID: 3, host: 'http://o' }";
  const Destination file = cloud_of("", sources({{"/K6_CONFIG", path}}));
  CHECK(file.cloud.token.reveal() == "s3cret-f");
  CHECK(setting_of(file, "token") == "***@" + path);
  CHECK(setting_of(file, "projectID") == "1@" + path);
  CHECK(setting_of(file, "name") == "F@" + path);
  const Destination script = cloud_of(options, sources({{"/K6_CONFIG", path}}));
  CHECK(script.cloud.token.reveal() == "s3cret-o");
  CHECK(setting_of(script, "projectID") == "2@script.js");
  CHECK(setting_of(script, "stackID") == "3@script.js");
  CHECK(setting_of(script, "host") == "http://f@" + path);
  const Destination all = cloud_of(
      options, sources({{"/K6_CONFIG", path}, {"TOKEN", "s3cret-e"}, {"PROJECT_ID", "4"}, {"HOST", ""}}));
  CHECK(all.cloud.token.reveal() == "s3cret-e");
  CHECK(setting_of(all, "projectID") == "4@K6_CLOUD_PROJECT_ID");
  CHECK(setting_of(all, "name") == "O@script.js");
  CHECK(setting_of(all, "host") == "http://f@" + path);
  CHECK(cloud_of("", sources({{"PROJECT_ID", "0"}, {"/K6_CONFIG", path}})).cloud.project_id == 1);
}

TEST_CASE("the default project counts where none is given") {
  const Scratch scratch;
  const std::string path = scratch.file("config.json", login_file(R"("defaultProjectID": 9)"));
  CHECK(setting_of(cloud_of("", sources({{"/K6_CONFIG", path}})), "projectID") == "9@" + path);
  CHECK(cloud_of("cloud: { projectID: 2 }", sources({{"/K6_CONFIG", path}})).cloud.project_id == 2);
  const std::string wrong = scratch.file("wrong.json", login_file(R"("defaultProjectID": "s3cret")"));
  CHECK(cloud_of("", sources({{"/K6_CONFIG", wrong}})).disabled ==
        wrong + ": collectors.cloud.defaultProjectID must be a whole number of 1 or more");
}

TEST_CASE("where the login file is") {
  const Scratch scratch;
  const auto put = [&](const std::string& directory) {
    std::filesystem::create_directories(scratch.path(directory));
    return scratch.file(directory + "/config.json", login_file("\"token\": \"" + directory + "\""));
  };
  const auto token = [&](const Variables& variables) {
    return cloud_of("", sources(variables)).cloud.token.reveal();
  };
  const Variables home = {{"/HOME", scratch.path("h")}};
  CHECK(token(home).empty());
  CHECK(token({}).empty());
  put("h/.config/loadimpact/k6");
  CHECK(token(home) == "h/.config/loadimpact/k6");
  put("h/.config/k6");
  CHECK(token(home) == "h/.config/k6");
  Variables xdg = home;
  xdg["/XDG_CONFIG_HOME"] = scratch.path("x");
  CHECK(token(xdg).empty());
  put("x/loadimpact/k6");
  CHECK(token(xdg) == "x/loadimpact/k6");
  put("x/k6");
  CHECK(token(xdg) == "x/k6");
  xdg["/XDG_CONFIG_HOME"] = "relative";
  CHECK(token(xdg) == "h/.config/k6");
  xdg["/K6_CONFIG"] = put("own");
  CHECK(token(xdg) == "own");
}

TEST_CASE("a login file that cannot be read is said, and nothing of it") {
  const Scratch scratch;
  const std::vector<std::pair<std::string, std::string>> table = {
      {"{\"token\": \"s3cret\"", "the configuration of k6 is no JSON: it does not count"},
      {"[\"s3cret\"]", "the configuration of k6 is no object: it does not count"},
      {R"({"collectors":{"cloud":"s3cret"}})",
       "the configuration of k6 has collectors.cloud, which is no object: it does not count"},
      {R"({"collectors":{"cloud":null}})", ""},
      {R"({"collectors":[]})", ""},
      {"{}", ""},
  };
  for (const auto& [content, text] : table) {
    CAPTURE(content);
    const std::string path = scratch.file("config.json", content);
    const ApmBlock block = block_of("", sources({{"/K6_CONFIG", path}}));
    CHECK(block.destinations.back().disabled.empty());
    CHECK(block.notices.size() == (text.empty() ? 0 : 1));
    if (text.empty() || block.notices.empty()) continue;
    CHECK(block.notices[0].text == text);
    CHECK(block.notices[0].where.file == path);
    CHECK(block.notices[0].severity == k6apm::Severity::warning);
    CHECK(block.notices[0].destination == 0);
  }
  const ApmBlock missing = block_of("", sources({{"/K6_CONFIG", scratch.path("none")}}));
  REQUIRE(missing.notices.size() == 1);
  CHECK(contains(missing.notices[0].text, "cannot be opened: No such file"));
  CHECK(block_of("", sources({{"/K6_CONFIG", scratch.path("")}})).notices.size() == 1);
}

TEST_CASE("refused values name where they stand") {
  const std::vector<std::tuple<Variables, std::string>> table = {
      {{{"AGGREGATION_PERIOD", "1500ms"}},
       "K6_CLOUD_AGGREGATION_PERIOD must be whole seconds, at least 1s and at most a day"},
      {{{"TIMEOUT", "s3cret"}},
       "K6_CLOUD_TIMEOUT must be a duration, such as \"1m30s\", or a number of milliseconds"},
      {{{"API_VERSION", "1"}}, "K6_CLOUD_API_VERSION must be 2: v1 of the metrics protocol is not supported"},
      {{{"API_VERSION", "3"}}, "K6_CLOUD_API_VERSION must be 2, the version of the metrics protocol"},
      {{{"HOST", "s3cret"}}, "K6_CLOUD_HOST must be an http:// or https:// URL"},
      {{{"PROJECT_ID", "s3cret"}}, "K6_CLOUD_PROJECT_ID must be a whole number of 1 or more"},
      {{{"STOP_ON_ERROR", "s3cret"}}, "K6_CLOUD_STOP_ON_ERROR must be true or false"},
      {{{"MAX_TIME_SERIES_IN_BATCH", "0"}},
       "K6_CLOUD_MAX_TIME_SERIES_IN_BATCH must be a whole number from 1 to 1000000"},
      {{{"TOKEN", "s3cret\n"}},
       "K6_CLOUD_TOKEN must not hold a line break or another control character: check it for a stray line "
       "end"},
      {{{"METRICS_PUSH_URL", "http://p"}, {"PUSH_REF_ID", "1"}},
       "metricsPushURL counts only together with testRunToken"},
      {{{"TEST_RUN_TOKEN", "s3cret"}, {"PUSH_REF_ID", "1"}},
       "testRunToken counts only together with metricsPushURL"},
      {{{"TEST_RUN_TOKEN", "s3cret"}, {"METRICS_PUSH_URL", "http://p"}},
       "metricsPushURL and testRunToken count only for a test run that is there already"},
  };
  for (const auto& [variables, reason] : table) {
    const ApmBlock block = block_of("", sources(variables));
    CHECK(block.destinations.back().disabled == reason);
    REQUIRE(block.notices.size() == 1);
    CHECK(block.notices[0].where.file.starts_with("K6_CLOUD_"));
    CHECK(block.notices[0].destination == 0);
  }
  const Scratch scratch;
  const std::string path = scratch.file("c.json", login_file(R"("aggregationPeriod": 0)"));
  CHECK(cloud_of("", sources({{"/K6_CONFIG", path}})).disabled ==
        path + ": collectors.cloud.aggregationPeriod must be whole seconds, at least 1s and at most a day");
  CHECK(cloud_of("cloud: { token: 's3cret\\n' }", sources({}))
            .disabled.starts_with("token of the options must"));
}

TEST_CASE("system tags that are missing disable it") {
  const ApmBlock block = block_of("systemTags: ['name', 'method', 'error', 'check']", sources({}));
  CHECK(block.destinations.back().disabled ==
        "the cloud output needs the system tags status, group, which systemTags leaves out");
  REQUIRE(block.notices.size() == 1);
  CHECK(block.notices[0].where.file == "script.js");
}

TEST_CASE("what the options lack is moot where a variable says it") {
  const std::string options = "cloud: { projectID: lib.id }";
  CHECK(block_of(options, sources({})).notices.size() == 1);
  CHECK(block_of(options, sources({{"PROJECT_ID", "7"}})).notices.empty());
  CHECK(block_of(options, sources({{"NAME", "N"}})).notices.size() == 1);
  CHECK(block_of(options, sources({})).cloud.notices.empty());
}

TEST_CASE("what has no meaning here is passed over by name") {
  const Scratch scratch;
  const std::string path = scratch.file(
      "c.json", login_file(R"("traceHost": "s3cret", "noCompress": null, "metricPushInterval": 5)"));
  const ApmBlock block = block_of(
      "cloud: { note: 's3cret' }",
      sources(
          {{"/K6_CONFIG", path}, {"TRACES_ENABLED", "false"}, {"LOGS_LEVEL", ""}, {"HOST_V6", "s3cret"}}));
  CHECK(fmt::format("{}", fmt::join(block.cloud.passed_over, " ")) ==
        "options.cloud.note collectors.cloud.metricPushInterval collectors.cloud.traceHost K6_CLOUD_HOST_V6 "
        "K6_CLOUD_TRACES_ENABLED");
  CHECK(block.notices.empty());
}

TEST_CASE("a login is required only to send") {
  const auto refusal = [](const Variables& variables) {
    Destination one = cloud_of("", sources(variables));
    std::vector<k6apm::Notice> notices;
    require_cloud_login(one, notices);
    CHECK(notices.size() == (one.disabled.empty() ? 0 : 1));
    if (!notices.empty()) {
      CHECK(notices[0].text == "cloud: " + one.disabled);
      CHECK(contains(notices[0].hint, "K6_CLOUD_TOKEN"));
      CHECK(notices[0].destination == 0);
    }
    return one.disabled;
  };
  CHECK(refusal({}) == "no token is given");
  CHECK(refusal({{"TOKEN", ""}}) == "no token is given");
  CHECK(refusal({{"PUSH_REF_ID", "1"}}) == "no token is given");
  CHECK(refusal({{"TOKEN", "s3cret"}}).empty());
  CHECK(refusal({{"PUSH_REF_ID", "1"}, {"TEST_RUN_TOKEN", "s3cret"}, {"METRICS_PUSH_URL", "http://p"}})
            .empty());
  Destination refused = cloud_of("", sources({{"TIMEOUT", "x"}}));
  std::vector<k6apm::Notice> notices;
  require_cloud_login(refused, notices);
  CHECK(notices.empty());
}
