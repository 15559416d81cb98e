#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <utility>

#include "providers/datadog_answers.hpp"

namespace k6apm::test {

using providers::judge_call;
using providers::judge_datadog;
using providers::judge_validate;
using providers::Verdict;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("what statuses of Datadog mean") {
  const std::tuple<long, Verdict, Verdict> table[] = {
      {100, Verdict::retry, Verdict::retry},         {200, Verdict::delivered, Verdict::delivered},
      {202, Verdict::delivered, Verdict::delivered}, {299, Verdict::delivered, Verdict::delivered},
      {301, Verdict::stop, Verdict::refused},        {308, Verdict::stop, Verdict::refused},
      {400, Verdict::bad_part, Verdict::refused},    {401, Verdict::stop, Verdict::stop},
      {402, Verdict::refused, Verdict::refused},     {403, Verdict::stop, Verdict::stop},
      {404, Verdict::stop, Verdict::refused},        {405, Verdict::stop, Verdict::refused},
      {408, Verdict::retry, Verdict::retry},         {409, Verdict::refused, Verdict::refused},
      {413, Verdict::too_large, Verdict::refused},   {415, Verdict::refused, Verdict::refused},
      {422, Verdict::refused, Verdict::refused},     {429, Verdict::retry, Verdict::retry},
      {500, Verdict::retry, Verdict::retry},         {503, Verdict::retry, Verdict::retry},
      {599, Verdict::retry, Verdict::retry},
  };
  for (const auto& row : table) {
    const long status = std::get<0>(row);
    CAPTURE(status);
    CHECK(judge_datadog(status, "").verdict == std::get<1>(row));
    CHECK(judge_datadog(status, R"({"errors":["x"]})").verdict == std::get<1>(row));
    CHECK(judge_call(status, "").verdict == std::get<2>(row));
    CHECK(judge_datadog(status, "").words.empty());
    CHECK(judge_call(status, R"({"errors":["x"]})").words == "x");
  }
}

TEST_CASE("what bodies of Datadog say, after success and after refusal") {
  const std::tuple<std::string, std::string, std::string> table[] = {
      {"", "", ""},
      {R"({"errors":[]})", "", R"({"errors":[]})"},
      {R"({"status":"ok"})", "", R"({"status":"ok"})"},
      {R"({"errors":["API key required"]})", "API key required", "API key required"},
      {R"({"errors":["a","b"]})", "a; b", "a; b"},
      {R"({"status":"error","code":413,"errors":["Payload too large"],"statuspage":"http://x"})",
       "Payload too large", "Payload too large"},
      {R"({"errors":"a"})", "a", "a"},
      {R"({"errors":null,"message":"m"})", "", "m"},
      {R"({"errors":[1,null,{"x":["y"]}]})", R"(1; null; {"x":["y"]})", R"(1; null; {"x":["y"]})"},
      {R"({"errors":[{"title":"T","detail":"D"},{"title":"T2","detail":5}]})", "D; T2", "D; T2"},
      {R"({"errors":false})", "false", "false"},
      {R"({"error":"e","message":"m"})", "", "e"},
      {R"({"error":{"code":500,"message":"m"}})", "", "m"},
      {R"({"message":"m"})", "", "m"},
      {R"({"detail":"API key is invalid"})", "", "API key is invalid"},
      {R"({"errors":["\u00e4\ud83d\ude00"]})", "\xC3\xA4\xF0\x9F\x98\x80", "\xC3\xA4\xF0\x9F\x98\x80"},
      {"Payload is not in the expected format: x", "", "Payload is not in the expected format: x"},
      {"[\"errors\"]", "", "[\"errors\"]"},
      {"\"errors\"", "", "\"errors\""},
      {R"({"errors":["a"]} trailing)", "", R"({"errors":["a"]} trailing)"},
      {R"({"errors":["a")", "", R"({"errors":["a")"},
      {"{\"errors\":[\"\xFF\"]}", "", "{\"errors\":[\"\xFF\"]}"},
      {R"({"errors":[1e999]})", "", R"({"errors":[1e999]})"},
      {std::string("\0{}", 3), "", std::string("\0{}", 3)},
      {"<html>502</html>", "", "<html>502</html>"},
  };
  for (const auto& row : table) {
    const std::string& body = std::get<0>(row);
    CAPTURE(body);
    CHECK(judge_datadog(202, body).words == std::get<1>(row));
    CHECK(judge_datadog(400, body).words == std::get<2>(row));
    CHECK(judge_call(200, body).words == std::get<1>(row));
    CHECK(judge_call(404, body).words == std::get<2>(row));
  }
}

TEST_CASE("bodies of great depth are plain text") {
  const std::string shallow = R"({"errors":[)" + nested(29) + "]}";
  CHECK(judge_datadog(202, shallow).words == nested(29));
  for (const std::size_t depth : {std::size_t(40), std::size_t(30000)}) {
    const std::string deep = R"({"errors":["a",)" + nested(depth) + "]}";
    CHECK(judge_datadog(202, deep).words.empty());
    CHECK(judge_datadog(400, deep).words == deep);
    CHECK(judge_validate(200, nested(depth)).verdict == Verdict::delivered);
    CHECK(judge_datadog(400, std::string(depth, '[')).words == std::string(depth, '['));
  }
  std::string objects;
  for (int i = 0; i < 8000; ++i) objects += R"({"errors":)";
  CHECK(judge_datadog(400, objects).words == objects);
}

TEST_CASE("whether a key is valid") {
  const std::tuple<long, std::string, Verdict, std::string> table[] = {
      {200, R"({"valid":true})", Verdict::delivered, ""},
      {200, R"({"valid":false})", Verdict::stop, R"({"valid":false})"},
      {200, R"({"valid":false,"errors":["no"]})", Verdict::stop, "no"},
      {200, R"({"valid":"false"})", Verdict::delivered, ""},
      {200, R"({"valid":0})", Verdict::delivered, ""},
      {200, "[false]", Verdict::delivered, ""},
      {200, "fine", Verdict::delivered, ""},
      {200, "", Verdict::delivered, ""},
      {401, "no", Verdict::stop, "no"},
      {403, R"({"errors":["Forbidden"]})", Verdict::stop, "Forbidden"},
      {403, R"({"valid":true})", Verdict::stop, R"({"valid":true})"},
      {404, R"({"valid":false})", Verdict::delivered, ""},
      {301, "", Verdict::delivered, ""},
      {429, "slow down", Verdict::delivered, ""},
      {500, "", Verdict::delivered, ""},
  };
  for (const auto& row : table) {
    const long status = std::get<0>(row);
    const std::string& body = std::get<1>(row);
    CAPTURE(status);
    CAPTURE(body);
    const auto judged = judge_validate(status, body);
    CHECK(judged.verdict == std::get<2>(row));
    CHECK(judged.words == std::get<3>(row));
  }
}

TEST_CASE("advice for Datadog") {
  const auto advice = [](long status) { return providers::datadog_advice(status, "", false); };
  for (const long status : {401L, 403L}) CHECK(advice(status).find("one site only") != std::string::npos);
  for (const long status : {404L, 405L}) CHECK(advice(status).starts_with("check apiURL"));
  for (const long status : {301L, 308L}) CHECK(advice(status).starts_with("redirects are not followed"));
  CHECK(advice(413).find("512000 bytes") != std::string::npos);
  for (const long status : {200L, 400L, 408L, 422L, 429L, 500L}) CHECK(advice(status).empty());
}

}  // namespace k6apm::test
