// What a spool keeps of the report: a run that is taken up later tells of the whole.
#pragma once

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/report.hpp"
#include "delivery/spooled_export.hpp"
#include "providers/test_run.hpp"

namespace k6apm {

/// Inputs, run, messages, and the destinations but for what became of their points. Each is read as it was
/// written. Throws nlohmann::json::exception where it was not.
nlohmann::json spooled_report(const cli::Report& report);
cli::Report report_of(const nlohmann::json& json);

/// The same of what an export tells besides its payloads.
nlohmann::json spooled_facts(const delivery::ExportFacts& facts);
delivery::ExportFacts export_facts_of(const nlohmann::json& json);

/// The same of a test run that is under way, with how it is to be ended.
nlohmann::json spooled_test_run(const providers::TestRun& run, const providers::TestRunEnd& end);
std::pair<providers::TestRun, providers::TestRunEnd> test_run_of(const nlohmann::json& json);

}  // namespace k6apm
