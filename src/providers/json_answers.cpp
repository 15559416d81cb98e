#include "providers/json_answers.hpp"

namespace k6apm::providers {
namespace {

using Json = nlohmann::json;

constexpr int k_max_depth = 32;

}  // namespace

Json json_answer(std::string_view body) {
  bool too_deep = false;
  const auto keep = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > k_max_depth;
    return !too_deep;
  };
  Json json = Json::parse(body.begin(), body.end(), keep, false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

bool is_success(long status) { return status >= 200 && status < 300; }

bool may_pass(long status) { return status < 200 || status == 408 || status == 429 || status >= 500; }

}  // namespace k6apm::providers
