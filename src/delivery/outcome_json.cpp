#include "delivery/outcome_json.hpp"

#include "delivery/json_members.hpp"

namespace k6apm::delivery {
namespace {

using Json = nlohmann::json;

/// What has its usual value is not written.
template <typename Value>
void put(Json& json, const char* name, const Value& value) {
  if (value != Value{}) json[name] = value;
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
  read_optional_member(json, "severity", severity);
  notice.severity = severity == "warning" ? Severity::warning : Severity::note;
  read_optional_member(json, "text", notice.text);
  read_optional_member(json, "hint", notice.hint);
  read_optional_member(json, "file", notice.where.file);
  read_optional_member(json, "line", notice.where.line);
  read_optional_member(json, "column", notice.where.column);
  if (json.contains("destination")) notice.destination = member<std::size_t>(json, "destination");
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
  read_optional_member(json, "delivered", settled.delivered);
  read_optional_member(json, "complaint", settled.complaint);
  read_optional_member(json, "refused", settled.refused);
  read_optional_member(json, "words", settled.why.words);
  read_optional_member(json, "hint", settled.why.hint);
  read_optional_member(json, "series", settled.why.series);
  read_optional_member(json, "ends_all", settled.why.ends_all);
  read_optional_member(json, "in_doubt", settled.why.in_doubt);
  read_optional_member(json, "not_tried", settled.not_tried);
  read_optional_member(json, "tried", settled.tried);
  read_optional_member(json, "in_a_row", settled.in_a_row);
  read_optional_member(json, "too_late", settled.too_late);
  read_optional_member(json, "max_age_s", settled.max_age_s);
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
  read_optional_member(json, "points_delivered", outcome.points_delivered);
  read_optional_member(json, "points_refused", outcome.points_refused);
  read_optional_member(json, "points_in_doubt", outcome.points_in_doubt);
  read_optional_member(json, "points_kept", outcome.points_kept);
  read_optional_member(json, "points_held_back", outcome.points_held_back);
  read_optional_member(json, "requests", outcome.requests);
  read_optional_member(json, "retries", outcome.retries);
  read_optional_member(json, "bytes", outcome.bytes);
  read_optional_member(json, "unavailable", outcome.unavailable);
  read_optional_member(json, "stopped", outcome.stopped);
  read_optional_member(json, "interrupted", outcome.interrupted);
  read_optional_member(json, "error", outcome.error);
  if (json.contains("notices")) outcome.notices = notices_of(json.at("notices"));
  if (json.contains("about_kept")) outcome.about_kept = member<std::size_t>(json, "about_kept");
  if (json.contains("doubts")) outcome.doubts = notices_of(json.at("doubts"));
  return outcome;
}

}  // namespace k6apm::delivery
