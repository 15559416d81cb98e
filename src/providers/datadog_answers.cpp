// Specification: docs.datadoghq.com, API reference, "Submit metrics", "Validate API key" and "Edit metric
// metadata"; answers recorded in the tests of DataDog/datadog-api-client-go, and in kamon-io/Kamon, issue
// 719. What surprises: a success has the key "errors" too, with an empty list; a 400 may be text that is no
// JSON; 403, not 401, says that a key is wrong or belongs to another site; one bad series makes a 400 of the
// whole request.
#include "providers/datadog_answers.hpp"

#include <nlohmann/json.hpp>

#include "providers/json_answers.hpp"

namespace k6apm::providers {
namespace {

using Json = nlohmann::json;

/// The member, or null.
const Json* find(const Json& json, const char* name) {
  const auto found = json.find(name);  // the end for what is no object
  return found == json.end() ? nullptr : &*found;
}

/// One error: a text, or an object of JSON:API with a title and perhaps a detail.
std::string text_of(const Json& error) {
  for (const char* const name : {"detail", "title", "message"}) {
    const Json* const member = find(error, name);
    if (member != nullptr && member->is_string() && !member->empty()) return member->get<std::string>();
  }
  return error.is_string() ? error.get<std::string>() : error.dump();
}

/// What the body lists under "errors", joined; empty where there is nothing.
std::string errors_of(const Json& json) {
  const Json* const errors = find(json, "errors");
  if (errors == nullptr || errors->is_null()) return {};
  if (!errors->is_array()) return text_of(*errors);
  std::string text;
  for (const Json& error : *errors) {
    if (!text.empty()) text += "; ";
    text += text_of(error);
  }
  return text;
}

/// What a refusal says.
std::string words_of(std::string_view body) {
  const Json json = json_answer(body);
  if (std::string text = errors_of(json); !text.empty()) return text;
  for (const char* const name : {"error", "detail", "message"}) {
    const Json* const member = find(json, name);
    if (member != nullptr && !member->is_null()) return text_of(*member);
  }
  return std::string(body);
}

Judgement judgement(Verdict verdict, std::string_view body) {
  return {verdict, verdict == Verdict::delivered ? errors_of(json_answer(body)) : words_of(body)};
}

Verdict verdict_of(long status) {
  if (is_success(status)) return Verdict::delivered;
  if (may_pass(status)) return Verdict::retry;
  if (status < 400) return Verdict::stop;  // a redirect: the keys must not go elsewhere
  switch (status) {
    case 400:
      return Verdict::bad_part;
    case 401:
    case 403:
    case 404:
    case 405:
      return Verdict::stop;
    case 413:
      return Verdict::too_large;
    default:
      return Verdict::refused;
  }
}

}  // namespace

Judgement judge_datadog(long status, std::string_view body) { return judgement(verdict_of(status), body); }

Judgement judge_validate(long status, std::string_view body) {
  if (status == 401 || status == 403) return judgement(Verdict::stop, body);
  if (!is_success(status)) return {Verdict::delivered, {}};
  const Json json = json_answer(body);
  const Json* const valid = find(json, "valid");
  if (valid == nullptr || *valid != false) return {Verdict::delivered, {}};
  return judgement(Verdict::stop, body);
}

Judgement judge_call(long status, std::string_view body) {
  if (is_success(status)) return judgement(Verdict::delivered, body);
  if (may_pass(status)) return judgement(Verdict::retry, body);
  return judgement(status == 401 || status == 403 ? Verdict::stop : Verdict::refused, body);
}

std::string datadog_advice(long status, std::string_view /*words*/, bool /*resent*/) {
  if (status == 401 || status == 403) {
    return "check apiKey, and that region or apiURL is the site it belongs to: a key is good for one site "
           "only";
  }
  if (status == 404 || status == 405) {
    return "check apiURL: it is the address of Datadog's API, such as https://api.datadoghq.eu, or of a "
           "proxy "
           "for it";
  }
  if (status >= 300 && status < 400) return "redirects are not followed: give the final URL as apiURL";
  if (status == 413) return "raise the limit for request bodies at the proxy before Datadog to 512000 bytes";
  return {};
}

}  // namespace k6apm::providers
