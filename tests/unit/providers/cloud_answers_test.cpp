#include "providers/cloud_answers.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace k6apm::providers;

TEST_CASE("what k6 cloud means by a status") {
  CHECK(judge_cloud(200, "").verdict == Verdict::delivered);
  CHECK(judge_cloud(202, "{}").verdict == Verdict::delivered);
  for (const long status : {408L, 429L, 500L, 503L}) CHECK(judge_cloud(status, "").verdict == Verdict::retry);
  for (const long status : {302L, 401L, 403L, 404L}) CHECK(judge_cloud(status, "").verdict == Verdict::stop);
  CHECK(judge_cloud(413, "").verdict == Verdict::too_large);
  CHECK(judge_cloud(400, "").verdict == Verdict::refused);
  CHECK(judge_cloud_call(404, "").verdict == Verdict::refused);
  CHECK(judge_cloud_call(413, "").verdict == Verdict::refused);
  CHECK(judge_cloud_call(401, "").verdict == Verdict::stop);
  CHECK(judge_cloud_call(503, "").verdict == Verdict::retry);
}

TEST_CASE("what it says") {
  const std::string body =
      R"({"error":{"code":5,"message":"no","details":{"name":["too long","odd"]},"errors":["more"]}})";
  CHECK(judge_cloud(400, body).words == "(E5) no; name: too long, odd; more");
  CHECK(judge_cloud(400, R"({"error":{"message":"no"}})").words == "no");
  CHECK(judge_cloud(401, "").words.empty());                      // the status says it
  CHECK(judge_cloud(502, "no upstream").words == "no upstream");  // a proxy
  CHECK(judge_cloud(502, "<html>").words.empty());
  CHECK(judge_cloud(502, R"({"error":{"mess)").words.empty());
  CHECK(judge_cloud(400, R"({"error":{}})").words.empty());
}

TEST_CASE("a test run that takes no more") {
  const Judgement judgement = judge_cloud(403, R"({"error":{"code":4,"message":"aborted"}})");
  CHECK(judgement.verdict == Verdict::stop);
  CHECK(judgement.words == "the cloud takes no more metrics for this test run: (E4) aborted");
  CHECK(cloud_advice(403, judgement.words, false).starts_with("the test run is over"));
  CHECK(cloud_advice(403, "no", false).find("K6_CLOUD_TOKEN") != std::string::npos);
  CHECK(cloud_advice(400, "", false).empty());
}
