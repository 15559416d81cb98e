// The apm block: where it stands, every spelling of its keys, and what disables what.
#include "reading.hpp"

using k6apm::apm::ApmBlock;
using k6apm::apm::Destination;
using k6apm::apm::Origin;
using k6apm::apm::ProviderKind;
using reading::all_notices;
using reading::contains;
using reading::entries_of;
using reading::given;
using reading::read;

namespace {

// A Prometheus destination with these further keys, and no defaults.
ApmBlock prometheus(const std::string& keys) {
  return given("{provider: 'prometheus', remoteWriteURL: 'http://h/w', includeDefaultMetrics: false, " +
               keys + "}");
}
ApmBlock datadog(const std::string& keys) {
  return given("{provider: 'datadog', apiKey: 'k', includeDefaultMetrics: false, " + keys + "}");
}

const std::string all_defaults = "data_sent* data_received* http_req_duration* http_reqs* iterations* vus*";

}  // namespace

TEST_CASE("where the block stands") {
  const std::vector<std::tuple<std::string, Origin, std::size_t>> table = {
      {"{}", Origin::none, 0},
      {R"({"ext":{"loadimpact":{"apm":[{}]}}})", Origin::ext_loadimpact, 1},
      {R"({"cloud":{"apm":[{},{}]}})", Origin::cloud, 2},
      {R"({"cloud":{"apm":[{},{}]},"ext":{"loadimpact":{"apm":[{}]}}})", Origin::cloud, 2},
      {R"({"cloud":null,"ext":{"loadimpact":{"apm":[{}]}}})", Origin::none, 0},
      {R"({"cloud":{},"ext":{"loadimpact":{"apm":[{}]}}})", Origin::none, 0},
      {R"({"ext":{"loadimpact":{"apm":[]}}})", Origin::ext_loadimpact, 0},
      {R"({"ext":{"loadimpact":{"apm":null}}})", Origin::ext_loadimpact, 0},
      {R"({"ext":{"loadimpact":null}})", Origin::none, 0},
      {R"({"cloud":{"apm":{"provider":"x"}}})", Origin::cloud, 1},
      {R"({"type":"js","options":{"cloud":{"apm":[{}]}}})", Origin::cloud, 1},
      {"\xEF\xBB\xBF\r\n{\"cloud\":{\"apm\":[{}]}}\r\n", Origin::cloud, 1},
  };
  for (const auto& [text, origin, count] : table) {
    CAPTURE(text);
    const ApmBlock block = read(text);
    CHECK(block.origin == origin);
    CHECK(block.destinations.size() == count);
  }
  CHECK(contains(all_notices(read(R"({"cloud":{},"ext":{"loadimpact":{"apm":[{}]}}})")),
                 "options.cloud is present"));
  CHECK(contains(all_notices(read(R"({"cloud":{"apm":"x"}})")),
                 "warning 1:17 apm must be a list of objects, not a string"));
}

TEST_CASE("JSON that is no options file") {
  CHECK(contains(reading::error_of("[1]"), "holds one object"));
  CHECK(
      contains(reading::error_of("{\"a\":1}\n{\"b\":2}"), "2:1 syntax error: expected the end of the file"));
  CHECK(contains(reading::error_of("{\"a\":tru}"), "1:6 syntax error: expected a value"));
  CHECK(contains(reading::error_of("{\"a\":f()}"), "expected a value"));
  CHECK(contains(reading::error_of("{\"a\":1"), "1:1 syntax error: this { is never closed"));
}

TEST_CASE("every spelling of the keys") {
  const Destination d =
      given(R"({"provider":"DataDogEU","api_key":"a","app_key":"b","export_metrics":["k6.vus","my"],
      "export_default_metrics":false,"resample_rate":7})")
          .destinations.at(0);
  CHECK(d.disabled.empty());
  CHECK(d.kind == ProviderKind::datadog);
  CHECK(d.provider == "DataDogEU");
  CHECK(d.region == "eu");
  CHECK(d.api_key.reveal() == "a");
  CHECK(d.app_key.reveal() == "b");
  CHECK(d.resample_s == 7);
  CHECK(entries_of(d) == "vus my");

  const Destination e =
      given(R"({"provider":"datadog","apiKey":"a","appKey":"b","region":"US3","metrics":["x"],
      "include_default_metrics":"false","include_test_run_id":true})")
          .destinations.at(0);
  CHECK(e.region == "us3");
  CHECK(e.include_test_run_id);
  CHECK(entries_of(e) == "x");

  const Destination p = given(R"({"provider":"prometheus","remoteWriteURL":"https://h/w?x=1",
      "credentials":{"username":"u","password":"p"},"includeTestRunId":"true","resampleRate":"10"})")
                            .destinations.at(0);
  CHECK(p.disabled.empty());
  CHECK(p.remote_write_url == "https://h/w?x=1");
  CHECK(p.username == "u");
  CHECK(p.password.reveal() == "p");
  CHECK(p.include_test_run_id);
  CHECK(p.resample_s == 10);
  CHECK(entries_of(p) == all_defaults);
  CHECK(given("{provider:'datadog',apiKey:'k'}").destinations.at(0).region == "us");
  CHECK(given("{provider:'DataDog',apiKey:'k'}").destinations.at(0).disabled.empty());
  CHECK(given("{provider:'datadogeu',apiKey:'k'}").destinations.at(0).region == "eu");
}

TEST_CASE("both spellings of one key: the later counts, with a note") {
  const ApmBlock block = datadog("resample_rate: 4, resampleRate: 5, metrics: ['a'], export_metrics: ['b']");
  CHECK(block.destinations.at(0).resample_s == 5);
  CHECK(entries_of(block.destinations.at(0)) == "b");
  CHECK(contains(all_notices(block), "note 1:84 resample_rate and resampleRate are the same setting"));
  CHECK(given("{provider: 'datadog', api_key: 'a', apiKey: 'b'}").notices.size() == 1);
  CHECK(datadog("resampleRate: 4, resample_rate: null").destinations.at(0).resample_s == 4);
  CHECK(datadog("resampleRate: 4, resampleRate: 6, metrics: ['a']").notices.empty());
}

TEST_CASE("what disables a destination, and what is said") {
  const std::string p = "provider:'prometheus',remoteWriteURL:'http://h'";
  const std::string d = "provider:'datadog',apiKey:'k'";
  const std::vector<std::pair<std::string, std::string>> table = {
      {"'x'", "apm[0] must be an object, not a string"},
      {"null", "apm[0] must be an object, not null"},
      {"{}", "apm[0] has no provider"},
      {"{includeDefaultMetrics:true}", "apm[0] has no provider"},
      {"{provider:1}", "provider must be a string"},
      {"{provider:'Prometheus'}", "unknown provider \"Prometheus\""},
      {"{provider:'azuremonitor',tenantId:'x'}", "unknown provider \"azuremonitor\""},
      {"{provider:'prometheus'}", "remoteWriteURL is missing"},
      {"{provider:'prometheus',remoteWriteURL:1}", "remoteWriteURL must be a string"},
      {"{provider:'prometheus',remoteWriteURL:''}", "is no http:// or https:// URL"},
      {"{provider:'datadog',apiKey:'k\\r'}", "apiKey holds a line break or another control character"},
      {"{provider:'datadog',apiKey:'k',app_key:'a\\n'}",
       "app_key holds a line break or another control character"},
      {"{provider:'prometheus',remoteWriteURL:'http://h/w',credentials:{token:'\\tk'}}",
       "credentials.token holds a line break or another control character"},
      {"{provider:'prometheus',remoteWriteURL:'http://h/w',credentials:{username:'\\x7fu',password:'p'}}",
       "credentials.username holds a line break or another control character"},
      {"{provider:'prometheus',remoteWriteURL:'h/w'}", "\"h/w\" is no http:// or https:// URL"},
      {"{provider:'prometheus',remoteWriteURL:'ftp://u:s3cret@h?a=s3cret'}",
       "\"ftp://***@h?a=***\" is no http://"},
      {"{provider:'prometheus',remoteWriteURL:'http://'}", "is no http:// or https:// URL"},
      {"{provider:'prometheus',remoteWriteURL:'http://h /x'}", "is no http:// or https:// URL"},
      {"{" + p + ",credentials:'s3cret'}", "credentials must be an object, not a string"},
      {"{" + p + ",credentials:{}}", "neither token nor login"},
      {"{" + p + ",credentials:{token:'s3cret',password:'p'}}", "both a token and a login"},
      {"{" + p + ",credentials:{username:'u'}}", "credentials has no password"},
      {"{" + p + ",credentials:{password:'s3cret'}}", "credentials has no username"},
      {"{" + p + ",credentials:{token:''}}", "credentials.token is empty"},
      {"{" + p + ",credentials:{token:['s3cret']}}", "credentials.token must be a string, not a list"},
      {"{" + p + ",resampleRate:0}", "resampleRate must be a whole number of seconds from 1 to 10, not 0"},
      {"{" + p + ",resampleRate:11}", "1 to 10, not 11"},
      {"{" + p + ",resampleRate:2.5}", "1 to 10, not 2.5"},
      {"{" + p + ",resample_rate:'fast'}",
       "resample_rate must be a whole number of seconds from 1 to 10, not \"fast\""},
      {"{" + p + ",resampleRate:'1e1x'}", "1 to 10"},
      {"{" + p + ",resampleRate:true}", "1 to 10, not true"},
      {"{" + p + ",includeDefaultMetrics:'no'}", "includeDefaultMetrics must be true or false"},
      {"{" + p + ",includeTestRunId:1}", "includeTestRunId must be true or false"},
      {"{" + p + ",metrics:'http_reqs'}", "metrics must be a list, not a string"},
      {"{provider:'datadog'}", "apiKey is missing"},
      {"{provider:'datadog',apiKey:''}", "apiKey is empty"},
      {"{provider:'datadog',api_key:5}", "api_key must be a string"},
      {"{" + d + ",region:'mars'}",
       "unknown region \"mars\"; allowed are us, us1, eu, eu1, us3, us5, us1-fed"},
      {"{" + d + ",apiURL:'api.datadoghq.com'}",
       "apiURL \"api.datadoghq.com\" is no http:// or https:// URL"},
  };
  for (const auto& [json, reason] : table) {
    CAPTURE(json);
    const ApmBlock block = given("[" + json + ", {" + p + "}]");
    REQUIRE(block.destinations.size() == 2);
    CHECK(contains(block.destinations[0].disabled, reason));
    CHECK(block.destinations[1].disabled.empty());
    CHECK(block.destinations[1].index == 1);
    REQUIRE(!block.notices.empty());
    CHECK(block.notices[0].severity == k6apm::Severity::warning);
    CHECK(block.notices[0].where.file == "--apm");
    CHECK(block.notices[0].where.line == 1);
    CHECK(!contains(all_notices(block), "s3cret"));
  }
}

TEST_CASE("hints where they are sure") {
  CHECK(contains(all_notices(given("{provider:'Prometheus'}")), "did you mean \"prometheus\"?"));
  CHECK(contains(all_notices(given("{provider:'dynatrace'}")), "datadogeu) | \n"));
  CHECK(contains(all_notices(prometheus("resamplerate: 3")),
                 "note 1:86 unknown key resamplerate of provider prometheus "
                 "is passed over | did you mean resampleRate?"));
  CHECK(contains(all_notices(prometheus("zzz: 3")),
                 "unknown key zzz of provider prometheus is passed over | \n"));
  CHECK(contains(all_notices(prometheus("apiKey: 'x'")), "unknown key apiKey of provider prometheus"));
  CHECK(contains(all_notices(prometheus("credentials: {user: 'a', token: 't'}")),
                 "unknown key user of credentials"));
  CHECK(
      contains(all_notices(datadog("apiURL: 'https://x', region: 'eu'")), "apiURL is given too and counts"));
  const auto unset = read(
      "export const options = { cloud: { apm: [{ provider: 'prometheus', remoteWriteURL: __ENV.URL }] } }");
  CHECK(contains(all_notices(unset),
                 "remoteWriteURL is missing | __ENV.URL is not set; set URL in the environment"));
}

TEST_CASE("values from the environment") {
  const std::string script =
      "export const options = { cloud: { apm: [{ provider: __ENV.P, remoteWriteURL: __ENV['U'],"
      " credentials: { token: __ENV.T }, resampleRate: __ENV.R, includeDefaultMetrics: __ENV.D, metrics: "
      "['vus'] }] } };";
  const auto block =
      read(script, {{"P", "prometheus"}, {"U", "http://h"}, {"T", "t0ken"}, {"R", "5"}, {"D", "false"}});
  const Destination& d = block.destinations.at(0);
  CHECK(d.disabled.empty());
  CHECK(d.token.reveal() == "t0ken");
  CHECK(d.resample_s == 5);
  CHECK(!d.include_default_metrics);
  CHECK(block.json ==
        R"([{"provider":"prometheus","remoteWriteURL":"http://h","credentials":{"token":"***"},)"
        R"("resampleRate":"5","includeDefaultMetrics":"false","metrics":["vus"]}])");
  CHECK(contains(read(script, {{"P", "prometheus"}, {"U", "http://h"}}).destinations.at(0).disabled,
                 "neither token"));
}

TEST_CASE("metrics that are left out, and why") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"5", "metrics[0] is left out: it must be a metric name or an object, not a number"},
      {"''", "the selector is empty"},
      {"'http_reqs{status:500}'", "| write http_reqs{status=\"500\"}"},
      {"'http_reqs{status=~\"\\\\d\"}'", "unknown escape \\d in a string"},
      {"{}", "sourceMetric is missing"},
      {"{targetMetric: 'x'}", "sourceMetric is missing"},
      {"{sourceMetric: 1}", "sourceMetric must be a string, not a number"},
      {"{sourceMetric: 'a', targetMetric: 1}", "targetMetric must be a name, not a number"},
      {"{sourceMetric: 'a', targetMetric: ''}", "targetMetric must be a name, not an empty string"},
      {"{sourceMetric: 'a', targetMetric: 'b-c'}", "\"b-c\" is no Prometheus metric name; allowed is"},
      {"{sourceMetric: 'a', keepTags: 'b'}", "keepTags must be a list of tag names, not a string"},
      {"{sourceMetric: 'a', keepTags: ['b', 1]}", "keepTags must hold tag names, not a number"},
      {"{sourceMetric: '{__name__=~\"a.*\"}', targetMetric: 'b'}",
       "may select several metrics, so it takes no targetMetric"},
      {"'{\"orders placed\"}'", "\"k6_orders placed\" is no Prometheus metric name"},
      {"'{__name__=\"a\",__name__=\"b\"}'", "can never select a metric"},
      {"'{__name__=\"\",a=\"b\"}'", "can never select a metric"},
  };
  for (const auto& [entry, text] : table) {
    CAPTURE(entry);
    const ApmBlock block = prometheus("metrics: [" + entry + ", 'good']");
    CAPTURE(all_notices(block));
    CHECK(entries_of(block.destinations.at(0)) == "good");
    CHECK(block.destinations.at(0).disabled.empty());
    REQUIRE(block.notices.size() == 1);
    CHECK(block.notices[0].severity == k6apm::Severity::warning);
    CHECK(contains(all_notices(block), text));
  }
  CHECK(entries_of(datadog("metrics: [{sourceMetric: 'a', targetMetric: 'b-c'}, '{\"orders placed\"}']")
                       .destinations.at(0)) == "a>b-c {\"orders placed\"}");
  CHECK(contains(all_notices(prometheus("metrics: [{sourceMetric: 'a', keeptags: []}]")),
                 "did you mean keepTags?"));
}

TEST_CASE("entries as written") {
  const ApmBlock block = prometheus(
      "metrics: ['k6.vus', {source_metric: 'k6.http_reqs{status=\"500\"}', "
      "target_metric: 'errors', keep_tags: ['url', 'name', 'url']}, "
      "{sourceMetric: 'iterations', keepTags: []}]");
  CHECK(entries_of(block.destinations.at(0)) ==
        "vus http_reqs{status=\"500\"}>errors[name,url,] iterations[]");
  CHECK(block.notices.empty());
  CHECK(block.destinations.at(0).entries.at(0).where.column == 96);
}

TEST_CASE("an entry wins over a default, and the earlier of two entries over the later") {
  const std::string start = "{provider: 'prometheus', remoteWriteURL: 'http://h/w', metrics: [";
  const auto entries = [&](const std::string& metrics) {
    return entries_of(given(start + metrics + "]}").destinations.at(0));
  };
  const std::string five = "data_sent* data_received* http_req_duration* iterations* vus*";
  CHECK(entries("") == all_defaults);
  CHECK(entries("'http_reqs'") == "http_reqs " + five);
  CHECK(entries("{sourceMetric: 'a', targetMetric: 'k6_http_reqs'}") == "a>k6_http_reqs " + five);
  CHECK(entries("{sourceMetric: 'http_reqs', targetMetric: 'requests'}") ==
        "http_reqs>requests " + all_defaults);
  CHECK(entries("'http_reqs', 'http_reqs'") == "http_reqs " + five);
  CHECK(entries("'a', {sourceMetric: 'b', targetMetric: 'k6_a'}") == "a " + all_defaults);
  CHECK(entries("'{__name__=~\"http_.*\"}', 'http_reqs'") ==
        "{__name__=~\"http_.*\"} data_sent* data_received* iterations* vus*");
  CHECK(contains(all_notices(given(start + "'a', 'a']}")),
                 "metrics[1] is left out: \"k6_a\" is the target of an earlier"));
}

TEST_CASE("targets are decided per metric where the name is a regular expression") {
  const Destination d =
      given(
          "{provider: 'datadog', apiKey: 'k', metrics: ['http_reqs', '{__name__=~\"http_.*\"}', "
          "{sourceMetric: 'x', targetMetric: 'k6.y'}, '{__name__=~\".\"}']}")
          .destinations.at(0);
  REQUIRE(d.entries.size() == 8);
  CHECK(d.target_of(0, "http_reqs") == "k6.http_reqs");
  CHECK(d.target_of(0, "vus") == std::nullopt);
  CHECK(d.target_of(1, "http_reqs") == std::nullopt);
  CHECK(d.target_of(1, "http_req_waiting") == "k6.http_req_waiting");
  CHECK(d.target_of(2, "x") == "k6.y");
  CHECK(d.target_of(3, "x") == "k6.x");
  CHECK(d.target_of(3, "y") == std::nullopt);
  CHECK(d.target_of(4, "data_sent") == "k6.data_sent");
  CHECK(d.default_target("a") == "k6.a");
}

TEST_CASE("a list of metrics has a limit") {
  std::string metrics;
  for (int i = 0; i < 2500; ++i) metrics += "'m" + std::to_string(i) + "',";
  const ApmBlock block = prometheus("metrics: [" + metrics + "]");
  CHECK(block.destinations.at(0).entries.size() == 2000);
  CHECK(contains(all_notices(block), "all behind metrics[1999] is left out"));
}

TEST_CASE("the block as JSON: own spelling and order, secrets masked") {
  CHECK(
      given(
          R"([{"zeta":1.5,"provider":"datadog","api_key":"A","appKey":"B","clientSecret":"C","myToken":{"x":"D"},
      "apiURL":"https://u:p@h/?k=v","note":"see https://u:p@h","credentials":{"token":"E","username":"u","password":null}}])")
          .json ==
      R"([{"zeta":1.5,"provider":"datadog","api_key":"***","appKey":"***","clientSecret":"***","myToken":"***",)"
      R"("apiURL":"https://***@h/?k=***","note":"***@h","credentials":{"token":"***","username":"u","password":null}}])");
  CHECK(given("[]").json == "[]");
  CHECK(given("{provider:'x'}").json == R"([{"provider":"x"}])");
  CHECK(given("{provider:'\xff'}").json == "[{\"provider\":\"\xEF\xBF\xBD\"}]");
}
