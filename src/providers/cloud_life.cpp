// What surprises: in the call that ends a run `true` says that the threshold is crossed; an archive makes the
// call that begins one a form, which then has no thresholds; one idempotency key stands for all attempts of a
// call; a test run that was named beforehand is neither begun nor ended.
#include "providers/cloud_life.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "apm/cloud_keys.hpp"
#include "apm/secret.hpp"
#include "providers/cloud_answers.hpp"
#include "providers/login.hpp"
#include "providers/provider.hpp"
#include "text/percent.hpp"

namespace k6apm::providers {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string dumped(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

/// 16 hex digits, another for every call.
std::string random_key() {
  std::random_device device;
  const std::uint64_t high = device();
  return fmt::format("{:016x}", high << 32U | device());
}

/// The address of a call, with what every request carries.
Endpoint endpoint_at(const apm::Destination& destination, std::string url, std::string_view user_agent,
                     const std::string& login) {
  refuse_controls(destination, "token", "k6 cloud", login);
  Endpoint endpoint;
  add_tls(destination, endpoint);
  if (const std::optional<Login> userinfo = take_userinfo(url)) endpoint.secrets.push_back(userinfo->encoded);
  endpoint.url = std::move(url);
  endpoint.headers.push_back({"User-Agent", std::string(user_agent), false});
  endpoint.headers.push_back({"Authorization", login, true});
  if (destination.cloud.stack_id)
    endpoint.headers.push_back({"X-Stack-Id", std::to_string(*destination.cloud.stack_id), false});
  for (const apm::Secret* secret : {&destination.cloud.token, &destination.cloud.test_run_token}) {
    if (!secret->empty()) endpoint.secrets.push_back(secret->reveal());
  }
  return endpoint;
}

std::string login_of(const apm::Destination& destination) {
  return "Token " + destination.cloud.token.reveal();
}

Call call_to(const apm::Destination& destination, std::string_view path, std::string_view user_agent,
             std::string content_type, std::string body) {
  Call call;
  call.method = "POST";
  call.endpoint = endpoint_at(destination, fmt::format("{}/v1/{}", destination.cloud.host, path), user_agent,
                              login_of(destination));
  call.endpoint.headers.push_back({"Content-Type", std::move(content_type), false});
  call.endpoint.headers.push_back({"K6-Idempotency-Key", random_key(), false});
  call.body = std::move(body);
  return call;
}

std::string masked_host(const apm::Destination& destination) {
  return apm::masked_url(destination.cloud.host);
}

bool is_there(const apm::Destination& destination) { return !destination.cloud.push_ref_id.empty(); }

std::optional<Call> probe(const apm::Destination& destination, std::string_view user_agent) {
  if (is_there(destination)) return std::nullopt;
  Call call = call_to(destination, "validate-token", user_agent, "application/json",
                      dumped({{"token", destination.cloud.token.reveal()}}));
  call.subject = masked_host(destination);
  return call;
}

/// A host that has no such call is asked for a test run all the same.
Judgement judge_probe(long status, std::string_view body) {
  Judgement understood = judge_cloud_call(status, body);
  if (understood.verdict == Verdict::stop) return understood;
  const OrderedJson json = OrderedJson::parse(body.begin(), body.end(), nullptr, false);
  const bool invalid = status < 300 && json.is_object() && json.value("is_valid", OrderedJson(true)) == false;
  if (!invalid) return {Verdict::delivered, {}};
  const OrderedJson words = json.value("message", OrderedJson());
  return {Verdict::stop, words.is_string() ? words.get<std::string>() : "the token is not valid"};
}

/// Metric to expressions, in byte order as k6 has them.
std::map<std::string, OrderedJson> by_metric(const std::vector<RunThreshold>& thresholds, bool with_verdict) {
  std::map<std::string, OrderedJson> metrics;
  for (const RunThreshold& threshold : thresholds) {
    OrderedJson& metric = metrics[threshold.metric];
    if (with_verdict) {
      metric[threshold.expression] = threshold.crossed;
    } else {
      metric.push_back(threshold.expression);
    }
  }
  return metrics;
}

/// multipart/form-data (RFC 7578) with the fields that k6 sends.
std::pair<std::string, std::string> form_of(const apm::CloudSettings& settings, const TestRunFacts& facts) {
  // Random as it is, no archive holds it.
  const std::string boundary = "k6apm-" + random_key() + random_key();
  std::string body;
  const auto field = [&](std::string_view name, std::string_view value) {
    body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name,
                        value);
  };
  field("name", settings.name);
  if (settings.project_id) field("project_id", std::to_string(*settings.project_id));
  field("vus", std::to_string(facts.vus));
  field("duration", std::to_string(facts.duration_s));
  body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"archive.tar\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n",
      boundary);
  body += facts.archive;
  body += fmt::format("\r\n--{}--\r\n", boundary);
  return {"multipart/form-data; boundary=" + boundary, std::move(body)};
}

std::optional<Call> begin(const apm::Destination& destination, std::string_view user_agent,
                          const TestRunFacts& facts) {
  if (is_there(destination)) return std::nullopt;
  const apm::CloudSettings& settings = destination.cloud;
  std::string type = "application/json";
  std::string body;
  if (facts.archive.empty()) {
    OrderedJson json{{"name", settings.name}};
    if (settings.project_id) json["project_id"] = *settings.project_id;
    json["vus"] = facts.vus;
    json["thresholds"] = OrderedJson::object();
    for (auto& [metric, expressions] : by_metric(facts.thresholds, false))
      json["thresholds"][metric] = std::move(expressions);
    json["duration"] = facts.duration_s;
    body = dumped(json);
  } else {
    std::tie(type, body) = form_of(settings, facts);
  }
  Call call = call_to(destination, "tests", user_agent, std::move(type), std::move(body));
  call.subject = masked_host(destination);
  return call;
}

TestRun run_of(const apm::CloudSettings& settings, std::string id) {
  TestRun run;
  run.results_url = settings.test_run_details.empty()
                        ? fmt::format("{}/runs/{}", settings.web_app_url, text::percent_encoded(id))
                        : settings.test_run_details;
  run.id = std::move(id);
  run.aggregation_period_s = settings.aggregation_period_s;
  run.max_series_in_batch = settings.max_series_in_batch;
  run.push_concurrency = settings.push_concurrency;
  return run;
}

std::vector<std::pair<std::string, std::string>> logs_of(const OrderedJson& answer) {
  std::vector<std::pair<std::string, std::string>> logs;
  for (const OrderedJson& line : answer.value("logs", OrderedJson::array())) {
    if (!line.is_object()) continue;
    const OrderedJson level = line.value("level", OrderedJson());
    const OrderedJson message = line.value("message", OrderedJson());
    if (message.is_string())
      logs.emplace_back(level.is_string() ? level.get<std::string>() : "info", message.get<std::string>());
  }
  return logs;
}

TestRun begun(const apm::Destination& destination, std::string_view answer) {
  if (is_there(destination)) {
    TestRun run = run_of(destination.cloud, destination.cloud.push_ref_id);
    run.is_ours = false;
    return run;
  }
  const OrderedJson json = OrderedJson::parse(answer.begin(), answer.end(), nullptr, false);
  const OrderedJson id = json.is_object() ? json.value("reference_id", OrderedJson()) : OrderedJson();
  if (!id.is_string() || id.get_ref<const std::string&>().empty())
    throw std::runtime_error("the answer names no test run");
  apm::CloudSettings settings = destination.cloud;
  std::vector<std::string> complaints;
  if (const auto config = json.find("config"); config != json.end() && config->is_object())
    complaints = apm::apply_cloud_config(settings, nlohmann::json(*config));
  TestRun run = run_of(settings, id.get<std::string>());
  run.logs = logs_of(json);
  for (std::string& complaint : complaints)
    run.logs.emplace_back("warning", "the configuration in the answer: " + std::move(complaint));
  return run;
}

TestRun unsent(const apm::Destination& destination, std::string_view id) {
  const std::string& known = destination.cloud.push_ref_id;
  return run_of(destination.cloud, known.empty() ? std::string(id) : known);
}

Endpoint endpoint_of(const apm::Destination& destination, std::string_view user_agent, const TestRun& run) {
  const apm::CloudSettings& settings = destination.cloud;
  const bool of_run = !settings.metrics_push_url.empty();
  const std::string login = of_run ? "Bearer " + settings.test_run_token.reveal() : login_of(destination);
  std::string url = of_run ? settings.metrics_push_url
                           : fmt::format("{}/v2/metrics/{}", settings.host, text::percent_encoded(run.id));
  Endpoint endpoint = endpoint_at(destination, std::move(url), user_agent, login);
  endpoint.headers.push_back({"Content-Type", "application/x-protobuf", false});
  endpoint.headers.push_back({"Content-Encoding", "snappy", false});
  endpoint.headers.push_back({"K6-Metrics-Protocol-Version", "2.0", false});
  return endpoint;
}

Call end(const apm::Destination& destination, std::string_view user_agent, const TestRun& run,
         const TestRunEnd& end) {
  const bool crossed = std::any_of(end.thresholds.begin(), end.thresholds.end(),
                                   [](const RunThreshold& threshold) { return threshold.crossed; });
  OrderedJson json{{"result_status", crossed ? 1 : 0},
                   {"run_status", end.run_status},
                   {"thresholds", OrderedJson::object()}};
  for (auto& [metric, verdicts] : by_metric(end.thresholds, true))
    json["thresholds"][metric] = std::move(verdicts);
  Call call = call_to(destination, "tests/" + text::percent_encoded(run.id), user_agent, "application/json",
                      dumped(json));
  call.subject = run.id;
  return call;
}

}  // namespace

Endpoint cloud_endpoint(const apm::Destination& destination, std::string_view user_agent) {
  return endpoint_of(destination, user_agent, {});
}

const TestRunLife k_cloud_life = {
    .probe = probe,
    .judge_probe = judge_probe,
    .begin = begin,
    .begun = begun,
    .unsent = unsent,
    .endpoint = endpoint_of,
    .end = end,
    .judge = judge_cloud_call,
};

}  // namespace k6apm::providers
