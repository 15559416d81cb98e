#include "cli/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "cli/folding.hpp"
#include "k6/rfc3339.hpp"

namespace k6apm::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(apm::Origin origin) {
  switch (origin) {
    case apm::Origin::ext_loadimpact:
      return "ext.loadimpact";
    case apm::Origin::cloud:
      return "cloud";
    default:
      return "none";
  }
}

Json messages(const std::vector<Notice>& notices) {
  Json list = Json::array();
  for (const Notice& notice : folded(notices)) list.push_back(one_line(notice));
  return list;
}

Json to_json(const k6::InputReport& input) {
  Json json{{"path", input.path},
            {"format", k6::name_of(input.format)},
            {"compression", k6::name_of(input.compression)},
            {"bytes", input.bytes},
            {"lines", input.lines},
            {"points", input.points},
            {"bad_lines", input.bad_lines},
            {"truncated", input.truncated}};
  if (!input.held_in.empty()) json["partial"] = input.held_in;
  return json;
}

Json to_json(const ThresholdReport& threshold) {
  // What is not finite, JSON writes as null, too.
  return {{"metric", threshold.metric},
          {"threshold", threshold.threshold},
          {"ok", threshold.ok},
          {"value", threshold.value ? Json(*threshold.value) : Json(nullptr)}};
}

Json to_json(const k6::PointAccount& points) {
  return {{"read", points.read},
          {"exported", points.exported},
          {"left_out",
           {{"other_metrics", points.other_metrics},
            {"untyped", points.untyped},
            {"not_selected", points.not_selected},
            {"out_of_range", points.out_of_range}}}};
}

Json to_json(const providers::MetricSummary& metric) {
  return {{"source", metric.source},
          {"target", metric.target},
          {"type", series::name_of(metric.type)},
          {"series", metric.series},
          {"points", metric.points}};
}

Json to_json(const DestinationReport& destination) {
  const delivery::Outcome& outcome = destination.outcome;
  Json metrics = Json::array();
  for (const providers::MetricSummary& metric : destination.metrics) metrics.push_back(to_json(metric));
  Json json{{"index", destination.index},
            {"provider", destination.provider},
            {"status", name_of(destination.status)},
            {"error", destination.error.empty() ? Json(nullptr) : Json(destination.error)},
            {"series", destination.series},
            {"points", destination.points},
            {"points_delivered", outcome.points_delivered},
            {"points_refused", outcome.points_refused},
            {"points_kept", outcome.points_kept},
            {"requests", outcome.requests},
            {"retries", outcome.retries},
            {"bytes", outcome.bytes},
            {"metrics", metrics},
            {"warnings", messages(destination.notices)}};
  if (!destination.run_id.empty())
    json["test_run"] = {{"id", destination.run_id}, {"url", destination.results_url}};
  return json;
}

bool has_warning(const std::vector<Notice>& notices) {
  return std::any_of(notices.begin(), notices.end(),
                     [](const Notice& n) { return n.severity == Severity::warning; });
}

}  // namespace

std::string_view name_of(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::delivered:
      return "delivered";
    case DeliveryStatus::written:
      return "written";
    case DeliveryStatus::dry_run:
      return "dry-run";
    case DeliveryStatus::disabled:
      return "disabled";
    case DeliveryStatus::refused:
      return "refused";
    case DeliveryStatus::unavailable:
      return "unavailable";
    default:
      return "partial";
  }
}

std::string one_line(const Notice& notice) {
  std::string text = notice.where.file;
  if (notice.where.line > 0) text += ':' + std::to_string(notice.where.line);
  if (notice.where.column > 0) text += ':' + std::to_string(notice.where.column);
  return text.empty() ? notice.text : text + ": " + notice.text;
}

DeliveryStatus delivery_status(const delivery::Outcome& outcome) {
  if (outcome.points_refused == 0 && outcome.points_kept == 0) return DeliveryStatus::delivered;
  if (outcome.points_delivered > 0) return DeliveryStatus::partial;
  // What an outbox keeps all the same: the receiver does not take it as things are.
  if (outcome.stopped || outcome.points_held_back > 0) return DeliveryStatus::refused;
  return outcome.points_kept > 0 ? DeliveryStatus::unavailable : DeliveryStatus::refused;
}

ExitStatus exit_status(const Report& report) {
  bool usable = false;
  bool refused = false;
  bool unavailable = false;
  bool left_out = has_warning(report.notices);
  for (const DestinationReport& destination : report.destinations) {
    if (destination.left_out) continue;
    usable = usable || destination.status != DeliveryStatus::disabled;
    refused = refused || destination.status == DeliveryStatus::refused || destination.is_failed;
    unavailable = unavailable || destination.outcome.unavailable;
    const bool incomplete = destination.outcome.points_refused > 0 || destination.outcome.points_kept > 0;
    left_out = left_out || destination.status == DeliveryStatus::disabled ||
               has_warning(destination.notices) ||
               (incomplete && destination.status != DeliveryStatus::dry_run);
  }
  if (!usable) return ExitStatus::usage;
  if (refused) return ExitStatus::refused;
  if (unavailable) return ExitStatus::unavailable;
  if (report.thresholds && std::any_of(report.thresholds->begin(), report.thresholds->end(),
                                       [](const ThresholdReport& threshold) { return !threshold.ok; }))
    return ExitStatus::threshold_crossed;
  return left_out ? ExitStatus::left_out : ExitStatus::ok;
}

void write_json(const Report& report, std::ostream& out) {
  Json json;
  json["version"] = K6APM_VERSION;
  json["exit_status"] = static_cast<int>(report.exit_status);
  json["inputs"] = Json::array();
  for (const k6::InputReport& input : report.inputs) json["inputs"].push_back(to_json(input));
  json["points"] = to_json(report.points);
  json["run"] = {{"first", report.has_points ? Json(k6::format_rfc3339(report.first_ns)) : Json(nullptr)},
                 {"last", report.has_points ? Json(k6::format_rfc3339(report.last_ns)) : Json(nullptr)},
                 {"test_run_id", report.test_run_id.empty() ? Json(nullptr) : Json(report.test_run_id)}};
  json["destinations"] = Json::array();
  for (const DestinationReport& destination : report.destinations)
    json["destinations"].push_back(to_json(destination));
  json["thresholds"] = Json::array();
  if (report.thresholds) {
    for (const ThresholdReport& threshold : *report.thresholds)
      json["thresholds"].push_back(to_json(threshold));
  }
  if (report.options) {
    json["options"] = {{"origin", name_of(report.options->origin)},
                       {"apm", Json::parse(report.options->json)}};
  }
  json["warnings"] = messages(report.notices);
  json["seconds"] = report.seconds;
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace k6apm::cli
