// k6 as a program that the test writes: when it is asked, what it is given and what becomes of its answer.
#include "apm/k6_inspect.hpp"

#include <fstream>
#include <iterator>

#include "../scratch.hpp"
#include "reading.hpp"

using k6apm::Error;
using k6apm::ExitStatus;
using k6apm::apm::ApmBlock;
using k6apm::apm::find_k6;
using k6apm::apm::Inspect;
using k6apm::apm::last_words;
using k6apm::apm::ReadSettings;
using k6apm::test::Scratch;
using reading::contains;

namespace {

/// Sets a variable and puts back what was there.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : m_name(name) {
    if (const char* before = std::getenv(name)) m_before = before;
    setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (m_before) {
      setenv(m_name, m_before->c_str(), 1);
    } else {
      unsetenv(m_name);
    }
  }

 private:
  const char* m_name;
  std::optional<std::string> m_before{};
};

constexpr auto* needs_to_run =
    "import build from "
    "'k6/x/build'; export const options = { ext: { loadimpact: { apm: build() } } };";
constexpr auto* answer =
    "cat <<'END'\n"
    "{\"ext\": {\"loadimpact\": {\"apm\": [{\"provider\": \"prometheus\", \"remoteWriteURL\": "
    "\"http://by.k6/w\"}]}}}\n"
    "END\n";

/// A directory with a k6 and a script.
struct House {
  explicit House(const std::string& k6, const std::string& script = needs_to_run)
      : path("PATH", scratch.path("") + ":/usr/bin:/bin"), file(scratch.file("-s.js", script)) {
    if (!k6.empty()) scratch.program("k6", k6);
  }

  ApmBlock read(Inspect inspect = Inspect::automatic) {
    settings.env = reading::environment({});
    settings.inspect = inspect;
    return k6apm::apm::read_options_file(file, settings);
  }

  std::string error(Inspect inspect = Inspect::automatic) {
    try {
      read(inspect);
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::usage);
      return error.notice().text;
    }
    return "read";
  }

  std::string content(const std::string& name) const {
    std::ifstream in(scratch.path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Scratch scratch{};
  Variable path;
  std::string file;
  ReadSettings settings{};
};

}  // namespace

TEST_CASE("a script that has to run is asked of k6, which is said") {
  House house(answer);
  const ApmBlock block = house.read();
  REQUIRE(block.destinations.size() == 1);
  CHECK(block.destinations[0].remote_write_url == "http://by.k6/w");
  CHECK(block.destinations[0].where.file == "k6 inspect " + house.file);
  REQUIRE(!block.notices.empty());
  CHECK(block.notices[0].severity == k6apm::Severity::note);
  CHECK(block.notices[0].where.file == house.file);
  CHECK(block.notices[0].where.line == 1);
  CHECK(contains(block.notices[0].text, "asked k6 inspect: "));
  CHECK(contains(block.notices[0].text, "build()"));
}

TEST_CASE("k6's answer has the thresholds too, and they alone are no reason to ask it") {
  constexpr auto* with_thresholds = "echo '{\"cloud\": {\"apm\": []}, \"thresholds\": {\"a\": [\"avg<3\"]}}'";
  House house(with_thresholds);
  const ApmBlock block = house.read();
  REQUIRE(block.thresholds.size() == 1);
  CHECK(block.thresholds[0].metric == "a");
  CHECK(block.thresholds[0].expressions == std::vector<std::string>{"avg<3"});
  House other(
      with_thresholds,
      "import build from 'k6/x/build'; export const options = { cloud: { apm: [] }, thresholds: build() };");
  CHECK(other.read().thresholds.empty());
  CHECK(other.read(Inspect::always).thresholds.size() == 1);
}

TEST_CASE("k6 is asked only where it should be") {
  const std::string marks = "touch \"$(dirname \"$0\")/asked\"; " + std::string(answer);
  const std::string literal =
      "export const options = { cloud: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://read/w' }] "
      "} };";
  const std::string json =
      R"({"cloud": {"apm": [{"provider": "prometheus", "remoteWriteURL": "http://read/w"}]}})";
  struct Case {
    std::string script;
    Inspect inspect;
    std::string url;  ///< empty: an error
    bool asked;
  };
  const std::vector<Case> table = {
      {literal, Inspect::automatic, "http://read/w", false},
      {literal, Inspect::never, "http://read/w", false},
      {literal, Inspect::always, "http://by.k6/w", true},
      {needs_to_run, Inspect::automatic, "http://by.k6/w", true},
      {needs_to_run, Inspect::never, "", false},
      {needs_to_run, Inspect::always, "http://by.k6/w", true},
      {"export const options = {{", Inspect::automatic, "http://by.k6/w", true},
      {json, Inspect::automatic, "http://read/w", false},
      {json, Inspect::always, "http://read/w", false},
      {"\xEF\xBB\xBF" + json, Inspect::always, "http://read/w", false},
      {"{\"cloud\": ", Inspect::automatic, "", false},
      {std::string("a\0b", 3), Inspect::automatic, "", false},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    CAPTURE(i);
    House house(marks, table[i].script);
    if (table[i].url.empty()) {
      CHECK(house.error(table[i].inspect) != "read");
    } else {
      CHECK(house.read(table[i].inspect).destinations.at(0).remote_write_url == table[i].url);
    }
    CHECK(std::filesystem::exists(house.scratch.path("asked")) == table[i].asked);
  }
}

TEST_CASE("without k6 the tool works as ever, and only --inspect always needs it") {
  House house("");
  const Variable nowhere("PATH", house.scratch.path(""));
  const std::string own = house.error(Inspect::never);
  CHECK(contains(own, "not known without running the script"));
  CHECK(house.error() == own);
  CHECK(house.error(Inspect::always) == "--inspect always needs k6, which is not on the PATH");
}

TEST_CASE("a k6 is found only as a program on an absolute part of the PATH") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path("dir/k6"));
  scratch.file("k6", "no program");
  const std::string dir = scratch.path("dir");
  {
    const Variable path("PATH", dir + ":" + scratch.path(""));
    CHECK(find_k6().empty());
  }
  scratch.program("k6", "");
  {
    const Variable path("PATH", dir + "::" + scratch.path(""));
    CHECK(find_k6() == scratch.path("") + "/k6");
  }
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path(""));
  for (const std::string relative : {".", "", ":", "./", "dir/.."}) {
    const Variable path("PATH", relative);
    CHECK(find_k6().empty());
  }
  std::filesystem::current_path(before);
}

TEST_CASE("variables are in k6's environment and not among its arguments") {
  House house(
      "printf '%s\\n' \"$@\" > \"$(dirname \"$0\")/arguments\"; env > \"$(dirname \"$0\")/environment\"; "
      "cat > \"$(dirname \"$0\")/stdin\"; " +
      std::string(answer));
  const Variable mine("K6APM_TEST_MINE", "from the process");
  const Variable both("K6APM_TEST_BOTH", "loses");
  const Variable format("K6_LOG_FORMAT", "json");
  house.settings.given = {{"TOKEN", "t0k3n of the test"},
                          {"K6APM_TEST_BOTH", "first"},
                          {"K6APM_TEST_BOTH", "wins"},
                          {"K6_INCLUDE_SYSTEM_ENV_VARS", "false"}};
  REQUIRE(house.read().destinations.size() == 1);
  CHECK(house.content("arguments") == "inspect\n--include-system-env-vars\n" + house.file + "\n");
  CHECK(house.content("stdin").empty());
  const std::string environment = "\n" + house.content("environment");
  for (const std::string line :
       {"TOKEN=t0k3n of the test", "K6APM_TEST_MINE=from the process", "K6APM_TEST_BOTH=wins",
        "K6_INCLUDE_SYSTEM_ENV_VARS=true", "K6_LOG_OUTPUT=stderr"}) {
    CHECK(contains(environment, "\n" + line + "\n"));
  }
  CHECK(!contains(environment, "loses"));
  CHECK(!contains(environment, "K6_LOG_FORMAT"));
}

TEST_CASE("a name with a dash in front, given without its directory, is handed over as no flag") {
  House house("printf '%s\\n' \"$3\" > \"$(dirname \"$0\")/arguments\"; " + std::string(answer));
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(house.scratch.path(""));
  house.file = "-s.js";
  CHECK(house.read().destinations.size() == 1);
  std::filesystem::current_path(before);
  CHECK(house.content("arguments").front() == '/');
  CHECK(contains(house.content("arguments"), "/-s.js\n"));
}

TEST_CASE("where k6 fails too, both reasons are said") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"exit 107", "; k6 inspect ended with status 107"},
      {"echo x >&2; exit 1", "; k6 inspect ended with status 1: x"},
      {"kill -KILL $$", "; k6 inspect was ended by signal 9"},
      {"echo hello", "; k6 inspect printed no JSON object"},
      {"echo '[]'", "; k6 inspect printed no JSON object"},
      {"true", "; k6 inspect printed no JSON object"},
      {"echo '{\"a\":'", "; what k6 inspect printed cannot be read: "},
      {"cat /dev/zero", "; k6 inspect printed more than 16 MiB and was ended"},
  };
  for (const auto& [k6, expected] : table) {
    CAPTURE(k6);
    House house(k6);
    const std::string error = house.error();
    CHECK(contains(error, "not known without running the script"));
    CHECK(contains(error, expected));
    CHECK(contains(house.error(Inspect::always), expected.substr(2)));
  }
}

TEST_CASE("a k6 that takes too long is ended, and one that is interrupted ends the run") {
  House house("sleep 100");
  k6apm::apm::InspectSettings settings;
  settings.time = std::chrono::milliseconds(200);
  CHECK_THROWS_WITH_AS(k6apm::apm::ask_k6_inspect(find_k6(), house.file, settings),
                       "k6 inspect took longer than 0.2 s and was ended", Error);
  const std::atomic<bool> interrupted{true};
  house.settings.interrupted = &interrupted;
  try {
    house.read();
    FAIL("read");
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::interrupted);
  }
}

TEST_CASE("a script that comes only once is not asked of k6") {
  House house(answer);
  house.file = "/dev/null";
  CHECK(house.read().destinations.empty());
  CHECK(contains(house.error(Inspect::always), "comes only once"));
}

TEST_CASE("k6's last words are one clean line without secrets") {
  const k6apm::apm::Variables given = {{"TOKEN", "t0p"}, {"LONG", "t0p-and-more"}, {"N", "1"}, {"EMPTY", ""}};
  const k6apm::apm::Variables inherited = {{"MY_API_KEY", "k3y"}, {"HOME", "/home"}, {"DB_PASSWORD", ""}};
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", ""},
      {"\n \n", ""},
      {"one\ntwo\n\n", "two"},
      {"bad t0p and t0p-and-more, k3y of /home 1", "bad *** and ***, *** of /home 1"},
      {"a\x1b[31mred\x07", "a\\x1b[31mred\\x07"},
      {"GET http://me:pw@h/x?key=v failed", "GET http://***@h/x?key=*** failed"},
      {"Get \"https://me:pw@h/x\": refused", "Get \"https://***@h/x\": refused"},
      {"x (https://me:pw@h/x)", "x (https://***@h/x)"},
      {"time=\"2026-11-20T10:00:00Z\" level=error msg=\"TypeError: \\\"t0p\\\" is bad\\n\\tat "
       "file:///s.js:3:9(7)\\n\" hint=\"x\"",
       "TypeError: \"***\" is bad"},
      {"level=error msg=\"cut", "cut"},
      {"level=error msg=\"\\", "\\"},
      {std::string(1000, 'x'), std::string(300, 'x') + "..."},
  };
  for (const auto& [err, expected] : table) {
    CAPTURE(err);
    CHECK(last_words(err, false, given, inherited) == expected);
  }
  CHECK(last_words("half a secret", true, given, inherited).empty());
  CHECK(last_words("half a secret\nlast", true, given, inherited) == "last");
  // A quotation mark in a secret is escaped in k6's line.
  CHECK(last_words("level=error msg=\"bad a\\\"bcd\"", false, {{"X", "a\"bcd"}}, {}) == "bad ***");
}
