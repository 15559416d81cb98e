#include "spool_report.hpp"

#include <string>
#include <vector>

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
          {"truncated", input.truncated}};
}

k6::InputReport input_of(const Json& json) {
  k6::InputReport input;
  json.at("path").get_to(input.path);
  input.format = json.at("csv").get<bool>() ? k6::Format::csv : k6::Format::json;
  for (const auto compression : {k6::Compression::none, k6::Compression::gzip, k6::Compression::zstd}) {
    if (json.at("compression") == k6::name_of(compression)) input.compression = compression;
  }
  json.at("bytes").get_to(input.bytes);
  json.at("lines").get_to(input.lines);
  json.at("points").get_to(input.points);
  json.at("bad_lines").get_to(input.bad_lines);
  json.at("truncated").get_to(input.truncated);
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
  json.at("read").get_to(points.read);
  json.at("exported").get_to(points.exported);
  json.at("other_metrics").get_to(points.other_metrics);
  json.at("untyped").get_to(points.untyped);
  json.at("not_selected").get_to(points.not_selected);
  json.at("out_of_range").get_to(points.out_of_range);
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
  json.at("source").get_to(metric.source);
  json.at("target").get_to(metric.target);
  metric.type =
      k6::parse_metric_type(json.at("type").get<std::string>()).value_or(series::MetricType::counter);
  json.at("series").get_to(metric.series);
  json.at("points").get_to(metric.points);
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
  json.at("index").get_to(destination.index);
  json.at("provider").get_to(destination.provider);
  json.at("url").get_to(destination.url);
  json.at("left_out").get_to(destination.left_out);
  json.at("error").get_to(destination.error);
  json.at("series").get_to(destination.series);
  json.at("points").get_to(destination.points);
  json.at("kept").get_to(destination.outcome.points_kept);
  destination.metrics = metrics_of(json.at("metrics"));
  destination.notices = delivery::notices_of(json.at("notices"));
  return destination;
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
    one.at("method").get_to(call.method);
    one.at("path").get_to(call.path);
    one.at("body").get_to(call.body);
    one.at("subject").get_to(call.subject);
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
  return {{"inputs", std::move(inputs)},
          {"points", json_of(report.points)},
          {"has_points", report.has_points},
          {"first_ns", report.first_ns},
          {"last_ns", report.last_ns},
          {"test_run_id", report.test_run_id},
          {"destinations", std::move(destinations)},
          {"notices", delivery::json_of(report.notices)}};
}

cli::Report report_of(const Json& json) {
  cli::Report report;
  for (const Json& input : json.at("inputs")) report.inputs.push_back(input_of(input));
  report.points = account_of(json.at("points"));
  json.at("has_points").get_to(report.has_points);
  json.at("first_ns").get_to(report.first_ns);
  json.at("last_ns").get_to(report.last_ns);
  json.at("test_run_id").get_to(report.test_run_id);
  for (const Json& destination : json.at("destinations"))
    report.destinations.push_back(destination_of(destination));
  report.notices = delivery::notices_of(json.at("notices"));
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
  json.at("series").get_to(facts.series);
  json.at("points").get_to(facts.points);
  json.at("untimely").get_to(facts.untimely);
  facts.untimely_notice = delivery::notice_of(json.at("untimely_notice"));
  facts.enabling = calls_of(json.at("enabling"));
  facts.describing = calls_of(json.at("describing"));
  return facts;
}

}  // namespace k6apm
