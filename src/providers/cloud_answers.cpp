// Source: grafana/k6 v2.2.0, cloudapi/errors.go, cloudapi/client.go and
// internal/output/cloud/expv2/flush.go. What surprises: 403 with the code 4 is no matter of the login, but
// says that the test run takes no more metrics.
#include "providers/cloud_answers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "providers/json_answers.hpp"

namespace k6apm::providers {
namespace {

using Json = nlohmann::json;

/// The code with which it refuses metrics of a test run that is over for it.
constexpr int k_no_more_metrics = 4;
constexpr std::string_view k_no_more_words = "the cloud takes no more metrics for this test run";

struct CloudError {
  std::int64_t code = 0;  ///< 0 where it has none
  std::string words{};
};

std::string text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>()
                          : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string joined(const Json& list) {
  if (!list.is_array()) return text_of(list);
  std::string text;
  for (const Json& one : list) text.append(text.empty() ? "" : ", ").append(text_of(one));
  return text;
}

/// What is said of single fields, and besides.
void add_details(const Json& error, std::string& words) {
  const auto add = [&words](const std::string& more) {
    words.append(words.empty() ? "" : "; ").append(more);
  };
  for (const char* const name : {"details", "field_errors"}) {
    const auto fields = error.find(name);
    if (fields == error.end() || !fields->is_object()) continue;
    for (const auto& [field, complaints] : fields->items()) add(field + ": " + joined(complaints));
  }
  const auto others = error.find("errors");
  if (others == error.end() || !others->is_array()) return;
  for (const Json& other : *others) add(text_of(other));
}

/// What stands in an answer that is none of k6 cloud's: the text of a proxy; nothing of a page, or of JSON
/// that broke off.
std::string text_in(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  const bool is_text =
      first != std::string_view::npos && std::string_view("{[<").find(body[first]) == std::string_view::npos;
  return is_text ? std::string(body) : std::string();
}

CloudError error_of(std::string_view body) {
  const Json json = json_answer(body);
  const auto error = json.is_object() ? json.find("error") : json.end();
  if (error == json.end() || !error->is_object()) return {0, text_in(body)};
  CloudError result;
  if (const auto code = error->find("code"); code != error->end() && code->is_number_integer())
    result.code = code->get<std::int64_t>();
  std::string message;
  if (const auto found = error->find("message"); found != error->end() && found->is_string())
    message = found->get<std::string>();
  add_details(*error, message);
  // The status is said by whoever shows the words.
  result.words = result.code == 0 ? message : fmt::format("(E{}) {}", result.code, message);
  return result;
}

Verdict verdict_of(long status) {
  if (is_success(status)) return Verdict::delivered;
  if (may_pass(status)) return Verdict::retry;
  if (status < 400) return Verdict::stop;  // a redirect: the token must not go elsewhere
  switch (status) {
    case 401:
    case 403:
    case 404:
      return Verdict::stop;
    case 413:
      return Verdict::too_large;
    default:
      return Verdict::refused;
  }
}

}  // namespace

Judgement judge_cloud(long status, std::string_view body) {
  const Verdict verdict = verdict_of(status);
  if (verdict == Verdict::delivered) return {verdict, {}};
  CloudError error = error_of(body);
  if (status == 403 && error.code == k_no_more_metrics)
    error.words = fmt::format("{}: {}", k_no_more_words, error.words);
  return {verdict, std::move(error.words)};
}

Judgement judge_cloud_call(long status, std::string_view body) {
  Judgement judgement = judge_cloud(status, body);
  if (status == 404 || judgement.verdict == Verdict::too_large) judgement.verdict = Verdict::refused;
  return judgement;
}

std::string cloud_advice(long status, std::string_view words, bool /*resent*/) {
  if (words.find(k_no_more_words) != std::string_view::npos)
    return "the test run is over for k6 cloud, or its limits are reached: look at it there";
  if (status == 401 || status == 403)
    return "check K6_CLOUD_TOKEN, and that it belongs to the project (K6_CLOUD_PROJECT_ID) and the stack";
  if (status == 404) return "k6 cloud knows no such test run: check K6_CLOUD_PUSH_REF_ID and K6_CLOUD_HOST";
  if (status >= 300 && status < 400) return "redirects are not followed: give the final URL in K6_CLOUD_HOST";
  if (status == 413) return "raise the limit for request bodies at the proxy before k6 cloud to 1 MiB";
  return {};
}

}  // namespace k6apm::providers
