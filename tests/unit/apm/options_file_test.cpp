// Real scripts and what k6 says about them.
#include "reading.hpp"

using k6apm::apm::ApmBlock;
using k6apm::apm::Origin;
using reading::all_notices;
using reading::contains;
using reading::entries_of;

namespace {

ApmBlock file(const std::string& name) {
  return k6apm::apm::read_options_file(std::string(K6APM_SOURCE_DIR) + "/testdata/" + name,
                                       {reading::environment({})});
}

const std::string defaults = " data_sent* data_received* http_req_duration* http_reqs* iterations* vus*";

}  // namespace

TEST_CASE("the shop and what three versions of k6 inspect print of it") {
  for (const std::string name :
       {"scripts/shop.js", "scripts/shop-lite.js", "inspect/v0.33.0-shop-inspect.json",
        "inspect/v2.2.0-shop-inspect.json", "inspect/v2.2.0-shop-inspect-execreq.json"}) {
    CAPTURE(name);
    const ApmBlock block = file(name);
    CHECK(block.origin == Origin::ext_loadimpact);
    REQUIRE(block.destinations.size() == 2);
    const auto& p = block.destinations[0];
    CHECK(p.provider == "prometheus");
    CHECK(p.remote_write_url == "http://127.0.0.1:19090/api/v1/write");
    CHECK(p.username == "writer");
    CHECK(p.password.reveal() == "not-a-real-one");
    CHECK(p.include_test_run_id);
    CHECK(p.resample_s == 3);
    CHECK(entries_of(p) == "orders_placed payment_ok cart_size render_time" + defaults);
    const auto& d = block.destinations[1];
    CHECK(d.region == "us5");
    CHECK(d.api_key.reveal() == "fake-api-key");
    CHECK(entries_of(d) == "http_req_sending");
    CHECK(d.disabled.empty());
    REQUIRE(block.notices.size() == 2);
    CHECK(block.notices[0].hint == "write http_reqs{status=\"500\"}");
    CHECK(block.notices[1].hint == "write http_req_duration{name=\"item page\"}");
    CHECK(block.notices[0].where.line > 1);
    CHECK(!contains(block.json, "fake"));
    CHECK(!contains(block.json, "not-a-real-one"));
  }
}

TEST_CASE("places in a script are those that an editor shows") {
  const ApmBlock block = file("scripts/shop.js");
  CHECK(block.destinations.at(0).where.line == 48);
  CHECK(block.destinations.at(0).where.column == 9);
}

TEST_CASE("the other scripts") {
  const std::vector<std::tuple<std::string, Origin, std::string>> table = {
      {"scripts/cloudopt.js", Origin::cloud, "vus"},
      {"inspect/v2.2.0-cloudopt-inspect.json", Origin::cloud, "vus"},
      {"scripts/config.json", Origin::ext_loadimpact, "http_reqs"},
      {"scripts/edge.js", Origin::ext_loadimpact, "edge_trend"},
      {"scripts/lag.js", Origin::ext_loadimpact, defaults.substr(1)},
      {"scripts/legacy.js", Origin::ext_loadimpact, "payment_ok queue_depth" + defaults},
      {"scripts/proto.js", Origin::ext_loadimpact, "ws_msgs_sent grpc_req_duration" + defaults},
      {"scripts/split.js", Origin::ext_loadimpact, "hits level good payload_size" + defaults},
  };
  for (const auto& [name, origin, entries] : table) {
    CAPTURE(name);
    const ApmBlock block = file(name);
    CHECK(block.origin == origin);
    REQUIRE(block.destinations.size() == 1);
    CHECK(entries_of(block.destinations[0]) == entries);
    CHECK(block.destinations[0].disabled.empty());
  }
  CHECK(file("scripts/noopts.js").origin == Origin::none);
}

TEST_CASE("files that cannot be read") {
  for (const std::string name : {"scripts/missing.js", "scripts"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(file(name), k6apm::Error);
  }
}

TEST_CASE("--apm takes a list, an object or a file") {
  const auto env = [](std::string_view name) -> std::optional<std::string> {
    return name == "KEY" ? std::optional<std::string>("from the environment") : std::nullopt;
  };
  const auto read_apm_argument = [&](const std::string& text) {
    return k6apm::apm::read_apm_argument(text, env);
  };
  CHECK(read_apm_argument("[]").origin == Origin::given);
  CHECK(read_apm_argument(" [{provider: 'datadog', apiKey: 'k'}] ").destinations.size() == 1);
  const std::string path = std::string(K6APM_SOURCE_DIR) + "/testdata/scripts/config.json";
  CHECK(read_apm_argument("{provider: 'datadog', apiKey: __ENV.KEY}").destinations.at(0).api_key.reveal() ==
        "from the environment");
  CHECK(read_apm_argument("@" + path).destinations.at(0).where.file == path);
  for (const std::string wrong : {"", "x", "5", "null", "[", "[f()]", "[] []", "@/no/such/file", "@"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read_apm_argument(wrong), k6apm::Error);
  }
}
