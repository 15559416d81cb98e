#include "delivery/outcome_json.hpp"

namespace k6apm::delivery {
namespace {

using Json = nlohmann::json;

/// What has its usual value is not written.
template <typename Value>
void put(Json& json, const char* name, const Value& value) {
  if (value != Value{}) json[name] = value;
}

template <typename Value>
void get(const Json& json, const char* name, Value& value) {
  const auto& members = json.get_ref<const Json::object_t&>();
  if (const auto found = members.find(name); found != members.end()) found->second.get_to(value);
}

}  // namespace

Json json_of(const Notice& notice) {
  Json json{{"severity", notice.severity == Severity::warning ? "warning" : "note"}, {"text", notice.text}};
  put(json, "hint", notice.hint);
  put(json, "file", notice.where.file);
  put(json, "line", notice.where.line);
  put(json, "column", notice.where.column);
  if (notice.destination) json["destination"] = *notice.destination;
  return json;
}

Notice notice_of(const Json& json) {
  Notice notice;
  std::string severity;
  get(json, "severity", severity);
  notice.severity = severity == "warning" ? Severity::warning : Severity::note;
  get(json, "text", notice.text);
  get(json, "hint", notice.hint);
  get(json, "file", notice.where.file);
  get(json, "line", notice.where.line);
  get(json, "column", notice.where.column);
  if (json.contains("destination")) notice.destination = json.at("destination").get<std::size_t>();
  return notice;
}

Json json_of(const std::vector<Notice>& notices) {
  Json list = Json::array();
  for (const Notice& notice : notices) list.push_back(json_of(notice));
  return list;
}

std::vector<Notice> notices_of(const Json& json) {
  std::vector<Notice> notices;
  for (const Json& one : json) notices.push_back(notice_of(one));
  return notices;
}

Json json_of(const Settled& settled) {
  Json json = Json::object();
  put(json, "delivered", settled.delivered);
  put(json, "complaint", settled.complaint);
  put(json, "refused", settled.refused);
  put(json, "words", settled.why.words);
  put(json, "hint", settled.why.hint);
  put(json, "series", settled.why.series);
  put(json, "ends_all", settled.why.ends_all);
  put(json, "in_doubt", settled.why.in_doubt);
  put(json, "not_tried", settled.not_tried);
  put(json, "tried", settled.tried);
  put(json, "in_a_row", settled.in_a_row);
  put(json, "too_late", settled.too_late);
  put(json, "max_age_s", settled.max_age_s);
  return json;
}

Settled settled_of(const Json& json) {
  Settled settled;
  get(json, "delivered", settled.delivered);
  get(json, "complaint", settled.complaint);
  get(json, "refused", settled.refused);
  get(json, "words", settled.why.words);
  get(json, "hint", settled.why.hint);
  get(json, "series", settled.why.series);
  get(json, "ends_all", settled.why.ends_all);
  get(json, "in_doubt", settled.why.in_doubt);
  get(json, "not_tried", settled.not_tried);
  get(json, "tried", settled.tried);
  get(json, "in_a_row", settled.in_a_row);
  get(json, "too_late", settled.too_late);
  get(json, "max_age_s", settled.max_age_s);
  return settled;
}

Json json_of(const Outcome& outcome) {
  Json json = Json::object();
  put(json, "points_delivered", outcome.points_delivered);
  put(json, "points_refused", outcome.points_refused);
  put(json, "points_in_doubt", outcome.points_in_doubt);
  put(json, "points_kept", outcome.points_kept);
  put(json, "points_held_back", outcome.points_held_back);
  put(json, "requests", outcome.requests);
  put(json, "retries", outcome.retries);
  put(json, "bytes", outcome.bytes);
  put(json, "unavailable", outcome.unavailable);
  put(json, "stopped", outcome.stopped);
  put(json, "interrupted", outcome.interrupted);
  put(json, "error", outcome.error);
  json["notices"] = json_of(outcome.notices);
  if (outcome.about_kept) json["about_kept"] = *outcome.about_kept;
  json["doubts"] = json_of(outcome.doubts);
  return json;
}

Outcome outcome_of(const Json& json) {
  Outcome outcome;
  get(json, "points_delivered", outcome.points_delivered);
  get(json, "points_refused", outcome.points_refused);
  get(json, "points_in_doubt", outcome.points_in_doubt);
  get(json, "points_kept", outcome.points_kept);
  get(json, "points_held_back", outcome.points_held_back);
  get(json, "requests", outcome.requests);
  get(json, "retries", outcome.retries);
  get(json, "bytes", outcome.bytes);
  get(json, "unavailable", outcome.unavailable);
  get(json, "stopped", outcome.stopped);
  get(json, "interrupted", outcome.interrupted);
  get(json, "error", outcome.error);
  if (json.contains("notices")) outcome.notices = notices_of(json.at("notices"));
  if (json.contains("about_kept")) outcome.about_kept = json.at("about_kept").get<std::size_t>();
  if (json.contains("doubts")) outcome.doubts = notices_of(json.at("doubts"));
  return outcome;
}

}  // namespace k6apm::delivery
