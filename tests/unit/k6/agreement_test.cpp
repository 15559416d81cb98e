// The property on which the speed rests: the fast path reads every line as the general parser does.
#include "agreement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "files.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;

namespace {

const std::vector<std::string> k_files = {"v0.20.0/legacy/results.json",
                                          "v0.33.0/shop-lite/results.json.gz",
                                          "v1.3.0/shop-lite/results.json.gz",
                                          "v2.2.0/edge/results.json",
                                          "v2.2.0/shop-lite/results.json.gz",
                                          "v2.2.0/plain-tz-kolkata-rfc3339nano/results.json",
                                          "infinity/t-v0.47.0.json",
                                          "stdout-mixed/json-to-stdout.txt",
                                          "truncated/results-cut-midline.json",
                                          "v2.2.0/lag-long-websocket/results.json"};

std::vector<std::vector<k6apm::series::Rule>> all_rules() {
  return {{rule_for_everything()}, {rule_for_everything({"vu", "status", "note"})}};
}

/// Also where whole texts of tags are not looked up any more.
void check_agreement(const std::string& text, bool again = true) {
  if (again) check_agreement(lines_of_new_tags() + text, false);
  for (const auto& rules : all_rules()) {
    const Reading fast = read_fast(text, rules);
    const Reading general = read_general(text, rules);
    CAPTURE(text);
    REQUIRE(fast.counts == general.counts);
    REQUIRE((fast.series == general.series));
  }
}

/// Wherever `from` stands first in `line`, `to` instead; unchanged where it does not.
std::string replaced(const std::string& line, const std::string& from, const std::string& to) {
  const std::size_t at = line.find(from);
  return at == std::string::npos ? line : std::string(line).replace(at, from.size(), to);
}

/// A line of v0.41 and later with the tags that are asked for, and with neighbours of every kind.
const std::string k_line =
    R"({"metric":"http_reqs","type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1,)"
    R"("tags":{"name":"x","status":"200"}}})";

/// Lines that differ from `line` in just what the fast path must not overlook.
std::vector<std::string> tricks(const std::string& line) {
  std::vector<std::string> all;
  const auto change = [&](const std::string& from, const std::string& to) {
    all.push_back(replaced(line, from, to));
  };
  for (const std::string metadata : {R"({"vu":"1"})",
                                     R"({"vu":"2","iter":"7"})",
                                     R"({})",
                                     R"({"note":"a{b"})",
                                     R"({"x":"a{b"})",
                                     R"({"x":"}"})",
                                     R"({"x":1})",
                                     R"({"x":"\u0041"})",
                                     R"({"v\u0075":"3"})",
                                     R"({"x":"y"},"metadata":{"vu":"1"})",
                                     R"({"vu":"1"},"metadata":{"x":"y"})",
                                     R"({"vu":"1{"},"metadata":{"x":"y"})",
                                     R"({"x":"y"},"tags":{"z":"1"})",
                                     R"({"x":"y"},"value":9)",
                                     "null",
                                     "[]",
                                     "5",
                                     R"({"x":"y",})",
                                     R"({"x":"y","z"})",
                                     R"({,"x":"y"})",
                                     R"({"x":"y" "z":"w"})",
                                     R"({"status":"500"})",
                                     "{\"x\":\"\t\"}",
                                     "{\"x\":\"\xff\"}",
                                     R"({"x":"vu"})",
                                     R"({"vu":""})",
                                     R"({"vu":"1","vu":"2"})",
                                     R"({"test_run_id":"r2"})",
                                     R"({"x":"\"vu\""})"}) {
    change("}}}", "},\"metadata\":" + metadata + "}}");
  }
  for (const std::string tail : {R"(},"value":5}})",
                                 R"(},"time":"2026-11-20T07:27:29Z"}})",
                                 R"(},"tags":{"z":"1"}}})",
                                 R"(},"tags":null}})",
                                 R"(}},"metric":"other"})",
                                 R"(}},"type":"Metric"})",
                                 R"(}},"data":{}})",
                                 R"(}},"x":{"y":{"z":{}}}})",
                                 R"(}}})"
                                 " ",
                                 R"(} }})",
                                 R"(}}}})",
                                 R"(}}}x)",
                                 R"(},"other":{"time":"2026-11-20T07:27:29Z"}}})",
                                 R"(}})",
                                 R"(},"metadata":}}})",
                                 R"(,"a":"b"}}})",
                                 R"(,}}})",
                                 R"("}}})",
                                 R"(,"metadata":"x"}}})",
                                 R"(,"s\u0074atus":"500"}}})",
                                 R"(,"a":"},\"metadata\":{\"b\":\"c\""}}})"}) {
    change("}}}", tail);
  }
  change("http_reqs", "http\\u005freqs");
  change("http_reqs", "http_reqs2");
  change("http_reqs", "http_req");
  change("http_reqs", "");
  change("http_reqs", "http_reqs\xff");
  change("http_reqs", "http\\\"reqs");
  change("\"Point\"", "\"Metric\"");
  change("\"Point\"", "\"point\"");
  change("\"time\":\"", "\"time\":\"x");
  change("2026-11-20T07:27:26", std::string(19, '\0'));
  change(
      "2026-11-20T07:27:26",
      R"(\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000)");
  change(".5Z", ".5\\u005a");
  change(".5Z", ".5+05:30");
  for (const std::string value :
       {"-0", "01", "1.", "+1", "1e999", "-1e999", "+Inf", "-Inf", "NaN", "\"1\"", "null", " 1", "1 ", "1e5",
        "", "1,\"value\":2", "{}", "1e-400", "123456789012345678901"}) {
    change("\"value\":1", "\"value\":" + value);
  }
  for (const std::string tags :
       {"null", "{}", "{ }", "[]", R"({"name":"x","status":"200","status":"500"})",
        R"({"name":"x"},"status":"200")", R"({"name":"x","status":200})",
        R"({"name":{"a":"b"},"status":"200"})", R"({"status":"200","name":"x"})",
        // What does not decide is another; what decides is another, or stands twice.
        R"({"name":"y","status":"200"})", R"({"name":"","status":"200"})", R"({"name":"x","status":"20"})",
        R"({"name":"x","status":""})", R"({"status":"500","name":"x","status":"200"})",
        R"({"status":"200","status":"500"})", R"({"status":"200","status":""})",
        R"({"name":"status","status":"200"})", R"({"status2":"x","status":"200"})",
        R"({"name":"x","st\u0061tus":"500"})", R"({"name":"\u0078","status":"200"})",
        R"({"name":"x\"","status":"200"})", R"({"name":"x\\","status":"200"})",
        R"({"name":"x","status":"20\u0030"})", R"({"name":"{x}","status":"200"})",
        R"({"name":",\"status\":\"500","status":"200"})", R"({"name":"x","status":"200","test_run_id":"r1"})",
        R"({"name":"x","status":"200","testid":"t1"})", "{\"name\":\"\xc3\xa9\",\"status\":\"200\"}",
        "{\"name\":\"\xff\",\"status\":\"200\"}", "{\"name\":\"x\",\"status\":\"\xc3\xa9\"}",
        "{\"name\":\"\x7f\",\"status\":\"200\"}", "{\"name\":\"1234567\x1f\",\"status\":\"200\"}",
        "{\"name\":\"12345678\x80\",\"status\":\"200\"}", "{\"name\":\"123456\t8\",\"status\":\"200\"}"}) {
    change(R"({"name":"x","status":"200"})", tags);
  }
  all.push_back(line + line);
  all.push_back(line + "\r");
  all.push_back(" " + line);
  all.push_back("\xef\xbb\xbf" + line);
  return all;
}

/// One random change.
std::string mutated(std::string line, const std::vector<std::string>& others, std::mt19937& random) {
  const auto below = [&](std::size_t n) {
    return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  static const std::string k_marks = "{}[]\",:\\ \t0195eE+-.nZTmv";
  const std::size_t at = below(line.size());
  switch (below(8)) {
    case 0:
      line[at] = static_cast<char>(static_cast<unsigned char>(line[at]) ^ (1U << below(8)));
      break;
    case 1:
      line.erase(at, 1 + below(4));
      break;
    case 2:
      line.insert(at, 1, k_marks[below(k_marks.size())]);
      break;
    case 3:
      line[at] = k_marks[below(k_marks.size())];
      break;
    case 4:
      line.resize(at);
      break;
    case 5:
      line.insert(below(line.size()), line.substr(at, below(40)));
      break;
    case 6: {
      const std::string& other = others[below(others.size())];
      line = line.substr(0, at) + other.substr(std::min(at, other.size()));
      break;
    }
    default: {
      const std::vector<std::string> changes = tricks(line);
      line = changes[below(changes.size())];
    }
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

TEST_CASE("the fast path reads the files of every k6 version as the general parser does") {
  for (const std::string& name : k_files) {
    CAPTURE(name);
    const std::string text = testdata(name);
    REQUIRE_FALSE(text.empty());
    for (const auto& rules : all_rules()) {
      const Reading fast = read_fast(text, rules);
      const Reading general = read_general(text, rules);
      CHECK(fast.counts == general.counts);
      CHECK((fast.series == general.series));
    }
  }
}

TEST_CASE("the fast path is not taken in by lines that nearly look like those it knows") {
  const std::vector<std::string> changed = tricks(k_line);
  for (const std::string& one : changed) {
    CHECK(one != k_line);
    check_agreement(k_line + "\n" + k_line + "\n" + one + "\n" + k_line + "\n");
    check_agreement(k_line + "\n" + one);
    check_agreement(one + "\n" + one + "\n");
  }
}

TEST_CASE("a newline ends a line wherever it stands, also between lines with the same tags") {
  for (std::size_t at = 0; at <= k_line.size(); ++at) {
    for (const std::string end : {"\n", "\r\n", "\n\n"}) {
      std::string broken = k_line;
      broken.insert(at, end);
      std::string replaced = k_line;
      if (at < replaced.size()) replaced.replace(at, 1, end);
      for (const std::string& one : {broken, replaced}) {
        check_agreement(k_line + "\n" + one + "\n" + k_line + "\n", false);
        check_agreement(k_line + "\n" + k_line + "\n" + one, false);
      }
    }
  }
}

TEST_CASE("no two lines that nearly look alike make each other read differently") {
  const std::vector<std::string> changed = tricks(k_line);
  for (const std::string& first : changed) {
    std::string text = k_line + "\n";
    for (const std::string& second : changed) text += first + "\n" + second + "\n";
    check_agreement(text);
  }
}

TEST_CASE("random changes of real lines are read alike by the fast path and the general parser") {
  std::vector<std::string> lines;
  for (const std::string& name : k_files) {
    for (std::string& line : lines_of(testdata(name))) {
      if (!line.empty()) lines.push_back(std::move(line));
    }
  }
  std::mt19937 random(17);  // NOLINT(cert-msc51-cpp)
  std::uniform_int_distribution<std::size_t> any(0, lines.size() - 1);
  std::string all;
  for (int round = 1; round <= 400; ++round) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
      const std::string& line = lines[any(random)];
      std::string changed = mutated(line, lines, random);
      if (any(random) % 3 == 0 && !changed.empty()) changed = mutated(changed, lines, random);
      text += line;
      text += '\n';
      text += changed;
      text += '\n';
      text += line;
      text += '\n';
    }
    check_agreement(text, false);
    all += text;
    if (round % 50 == 0) {
      check_agreement(lines_of_new_tags() + all, false);
      all.clear();
    }
  }
}
