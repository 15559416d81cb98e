#include "spool_report.hpp"

#include <string>
#include <vector>

#include "delivery/json_members.hpp"
#include "delivery/outcome_json.hpp"
#include "k6/metric_types.hpp"

namespace k6apm {
namespace {

using Json = nlohmann::json;

Json json_of(const k6::InputReport& input) {
  return {{"path", input.path},
          {"csv", input.format == k6::Format::csv},
          {"compression", k6::name_of(input.compression)},
          {"bytes", input.bytes},
          {"lines", input.lines},
          {"points", input.points},
          {"bad_lines", input.bad_lines},
          {"truncated", input.truncated},
          {"partial", input.held_in}};
}

k6::InputReport input_of(const Json& json) {
  k6::InputReport input;
  delivery::read_member(json, "path", input.path);
  input.format = delivery::member<bool>(json, "csv") ? k6::Format::csv : k6::Format::json;
  for (const auto compression : {k6::Compression::none, k6::Compression::gzip, k6::Compression::zstd}) {
    if (json.at("compression") == k6::name_of(compression)) input.compression = compression;
  }
  delivery::read_member(json, "bytes", input.bytes);
  delivery::read_member(json, "lines", input.lines);
  delivery::read_member(json, "points", input.points);
  delivery::read_member(json, "bad_lines", input.bad_lines);
  delivery::read_member(json, "truncated", input.truncated);
  delivery::read_optional_member(json, "partial", input.held_in);  // spools of before have none
  return input;
}

Json json_of(const k6::PointAccount& points) {
  return {{"read", points.read},
          {"exported", points.exported},
          {"other_metrics", points.other_metrics},
          {"untyped", points.untyped},
          {"not_selected", points.not_selected},
          {"out_of_range", points.out_of_range}};
}

k6::PointAccount account_of(const Json& json) {
  k6::PointAccount points;
  delivery::read_member(json, "read", points.read);
  delivery::read_member(json, "exported", points.exported);
  delivery::read_member(json, "other_metrics", points.other_metrics);
  delivery::read_member(json, "untyped", points.untyped);
  delivery::read_member(json, "not_selected", points.not_selected);
  delivery::read_member(json, "out_of_range", points.out_of_range);
  return points;
}

Json json_of(const providers::MetricSummary& metric) {
  return {{"source", metric.source},
          {"target", metric.target},
          {"type", series::name_of(metric.type)},
          {"series", metric.series},
          {"points", metric.points}};
}

providers::MetricSummary metric_of(const Json& json) {
  providers::MetricSummary metric;
  delivery::read_member(json, "source", metric.source);
  delivery::read_member(json, "target", metric.target);
  metric.type = k6::parse_metric_type(delivery::member<std::string>(json, "type"))
                    .value_or(series::MetricType::counter);
  delivery::read_member(json, "series", metric.series);
  delivery::read_member(json, "points", metric.points);
  return metric;
}

Json json_of(const std::vector<providers::MetricSummary>& metrics) {
  Json list = Json::array();
  for (const providers::MetricSummary& metric : metrics) list.push_back(json_of(metric));
  return list;
}

std::vector<providers::MetricSummary> metrics_of(const Json& json) {
  std::vector<providers::MetricSummary> metrics;
  for (const Json& metric : json) metrics.push_back(metric_of(metric));
  return metrics;
}

Json json_of(const cli::DestinationReport& destination) {
  return {{"index", destination.index},
          {"provider", destination.provider},
          {"url", destination.url},
          {"run_id", destination.run_id},
          {"results_url", destination.results_url},
          {"left_out", destination.left_out},
          {"error", destination.error},
          {"series", destination.series},
          {"points", destination.points},
          {"kept", destination.outcome.points_kept},
          {"metrics", json_of(destination.metrics)},
          {"notices", delivery::json_of(destination.notices)}};
}

cli::DestinationReport destination_of(const Json& json) {
  cli::DestinationReport destination;
  delivery::read_member(json, "index", destination.index);
  delivery::read_member(json, "provider", destination.provider);
  delivery::read_member(json, "url", destination.url);
  delivery::read_member(json, "run_id", destination.run_id);
  delivery::read_member(json, "results_url", destination.results_url);
  delivery::read_member(json, "left_out", destination.left_out);
  delivery::read_member(json, "error", destination.error);
  delivery::read_member(json, "series", destination.series);
  delivery::read_member(json, "points", destination.points);
  delivery::read_member(json, "kept", destination.outcome.points_kept);
  destination.metrics = metrics_of(json.at("metrics"));
  destination.notices = delivery::notices_of(json.at("notices"));
  return destination;
}

Json json_of(const cli::ThresholdReport& threshold) {
  return {{"metric", threshold.metric},
          {"threshold", threshold.threshold},
          {"ok", threshold.ok},
          {"value", threshold.value ? Json(*threshold.value) : Json(nullptr)}};
}

cli::ThresholdReport threshold_of(const Json& json) {
  cli::ThresholdReport threshold;
  delivery::read_member(json, "metric", threshold.metric);
  delivery::read_member(json, "threshold", threshold.threshold);
  delivery::read_member(json, "ok", threshold.ok);
  if (!json.at("value").is_null()) threshold.value = delivery::member<double>(json, "value");
  return threshold;
}

Json json_of(const std::vector<providers::Call>& calls) {
  Json list = Json::array();
  for (const providers::Call& call : calls) {
    list.push_back(
        {{"method", call.method}, {"path", call.path}, {"body", call.body}, {"subject", call.subject}});
  }
  return list;
}

std::vector<providers::Call> calls_of(const Json& json) {
  std::vector<providers::Call> calls;
  for (const Json& one : json) {
    providers::Call& call = calls.emplace_back();
    delivery::read_member(one, "method", call.method);
    delivery::read_member(one, "path", call.path);
    delivery::read_member(one, "body", call.body);
    delivery::read_member(one, "subject", call.subject);
  }
  return calls;
}

}  // namespace

Json spooled_report(const cli::Report& report) {
  Json inputs = Json::array();
  for (const k6::InputReport& input : report.inputs) inputs.push_back(json_of(input));
  Json destinations = Json::array();
  for (const cli::DestinationReport& destination : report.destinations)
    destinations.push_back(json_of(destination));
  Json json{{"inputs", std::move(inputs)},
            {"points", json_of(report.points)},
            {"has_points", report.has_points},
            {"first_ns", report.first_ns},
            {"last_ns", report.last_ns},
            {"test_run_id", report.test_run_id},
            {"destinations", std::move(destinations)},
            {"notices", delivery::json_of(report.notices)}};
  if (!report.thresholds) return json;
  Json& thresholds = json["thresholds"] = Json::array();
  for (const cli::ThresholdReport& threshold : *report.thresholds) thresholds.push_back(json_of(threshold));
  return json;
}

cli::Report report_of(const Json& json) {
  cli::Report report;
  for (const Json& input : json.at("inputs")) report.inputs.push_back(input_of(input));
  report.points = account_of(json.at("points"));
  delivery::read_member(json, "has_points", report.has_points);
  delivery::read_member(json, "first_ns", report.first_ns);
  delivery::read_member(json, "last_ns", report.last_ns);
  delivery::read_member(json, "test_run_id", report.test_run_id);
  for (const Json& destination : json.at("destinations"))
    report.destinations.push_back(destination_of(destination));
  report.notices = delivery::notices_of(json.at("notices"));
  if (json.contains("thresholds")) {
    report.thresholds.emplace();
    for (const Json& threshold : json.at("thresholds")) report.thresholds->push_back(threshold_of(threshold));
  }
  return report;
}

Json spooled_facts(const delivery::ExportFacts& facts) {
  return {{"series", facts.series},
          {"points", facts.points},
          {"untimely", facts.untimely},
          {"untimely_notice", delivery::json_of(facts.untimely_notice)},
          {"enabling", json_of(facts.enabling)},
          {"describing", json_of(facts.describing)}};
}

delivery::ExportFacts export_facts_of(const Json& json) {
  delivery::ExportFacts facts;
  delivery::read_member(json, "series", facts.series);
  delivery::read_member(json, "points", facts.points);
  delivery::read_member(json, "untimely", facts.untimely);
  facts.untimely_notice = delivery::notice_of(json.at("untimely_notice"));
  facts.enabling = calls_of(json.at("enabling"));
  facts.describing = calls_of(json.at("describing"));
  return facts;
}

Json spooled_test_run(const providers::TestRun& run, const providers::TestRunEnd& end) {
  Json thresholds = Json::array();
  for (const providers::RunThreshold& one : end.thresholds)
    thresholds.push_back({{"metric", one.metric}, {"threshold", one.expression}, {"crossed", one.crossed}});
  return {{"id", run.id},
          {"is_ours", run.is_ours},
          {"results_url", run.results_url},
          {"push_concurrency", run.push_concurrency},
          {"run_status", end.run_status},
          {"thresholds", std::move(thresholds)}};
}

std::pair<providers::TestRun, providers::TestRunEnd> test_run_of(const Json& json) {
  providers::TestRun run;
  delivery::read_member(json, "id", run.id);
  delivery::read_member(json, "is_ours", run.is_ours);
  delivery::read_member(json, "results_url", run.results_url);
  delivery::read_member(json, "push_concurrency", run.push_concurrency);
  providers::TestRunEnd end;
  delivery::read_member(json, "run_status", end.run_status);
  for (const Json& one : json.at("thresholds")) {
    providers::RunThreshold& threshold = end.thresholds.emplace_back();
    delivery::read_member(one, "metric", threshold.metric);
    delivery::read_member(one, "threshold", threshold.expression);
    delivery::read_member(one, "crossed", threshold.crossed);
  }
  return {std::move(run), std::move(end)};
}

}  // namespace k6apm
