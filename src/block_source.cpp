#include "block_source.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apm/cloud_configuration.hpp"
#include "apm/options.hpp"
#include "apm/secret.hpp"
#include "cli/environment.hpp"

namespace k6apm::plan {
namespace {

apm::Environment environment_of(const cli::Job& job) {
  return {[&job](std::string_view name) { return cli::variable(job, name); },
          [&job] { return cli::variable_names(job); }};
}

}  // namespace

bool names_block(const cli::Job& job) {
  return job.cloud || job.script || job.apm ||
         !cli::variable(job, apm::k_server_url_variable).value_or("").empty();
}

apm::ApmBlock read_block(const cli::Job& job, const std::atomic<bool>& interrupted) {
  apm::ReadSettings settings;
  settings.env = environment_of(job);
  settings.given = job.env;
  settings.interrupted = &interrupted;
  settings.inspect = job.inspect == cli::Wish::always  ? apm::Inspect::always
                     : job.inspect == cli::Wish::never ? apm::Inspect::never
                                                       : apm::Inspect::automatic;
  const bool in_environment = !settings.env(apm::k_server_url_variable).value_or("").empty();
  apm::ApmBlock block;
  block.json = "[]";
  if (job.apm) {
    block = apm::read_apm_argument(*job.apm, settings.env);
  } else if (job.script) {
    block = apm::read_options_file(*job.script, settings);
  } else if (in_environment || !job.cloud) {
    block = apm::read_environment(settings.env);
  }
  if (job.datadog_dashboard_metrics) apm::add_dashboard_metrics(block);
  if (job.cloud) add_cloud(job, block);
  return block;
}

void add_cloud(const cli::Job& job, apm::ApmBlock& block) {
  apm::CloudSources sources;
  sources.env = environment_of(job);
  sources.script = job.script.value_or("");
  if (!job.results.empty()) sources.result = job.results.front();
  apm::add_cloud(block, sources);
}

void note_visible_secrets(const cli::Job& job, apm::ApmBlock& block) {
  constexpr auto* k_hint =
      "put it into the environment of k6apm and use __ENV in the block, or give a file: --apm @FILE";
  for (const auto& [name, value] : job.env) {
    const bool has_login = name == apm::k_server_url_variable && apm::masked_url(value) != value;
    if ((!apm::looks_secret(name) && !has_login) || value.empty()) continue;
    block.notices.push_back({Severity::note,
                             {},
                             fmt::format("the value of -e {} can be seen in the process list", name),
                             k_hint});
  }
  for (const auto& [name, value] : job.headers) {
    if (!apm::looks_secret(name)) continue;
    block.notices.push_back(
        {Severity::note,
         {},
         fmt::format("the value of --header {} can be seen in the process list", name),
         fmt::format("put it into the environment of k6apm: K6_PROMETHEUS_RW_HTTP_HEADERS='{}:...'", name)});
  }
  const bool inline_block = job.apm && !job.apm->starts_with('@');
  if (inline_block && block.json.find("\"***\"") != std::string::npos) {
    block.notices.push_back(
        {Severity::note, {}, "the login in --apm can be seen in the process list", k_hint});
  }
}

}  // namespace k6apm::plan
