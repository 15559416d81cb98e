#include "cli/cloud_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_cloud = "k6 cloud";

RunStatus run_status(const std::string& text) {
  if (text == "finished") return RunStatus::finished;
  if (text == "user") return RunStatus::user;
  if (text == "threshold") return RunStatus::threshold;
  if (text == "script-error") return RunStatus::script_error;
  if (text == "timeout") return RunStatus::timeout;
  if (text == "system") return RunStatus::system;
  refuse_value(text, "finished, user, threshold, script-error, timeout and system are");
}

}  // namespace

std::vector<Flag> cloud_flags() {
  return {
      {"--cloud",
       "",
       ValueKind::none,
       k_cloud,
       "one more destination: a k6 cloud test run",
       "Does what k6 run --out cloud does, from the files: makes a test run, sends all metrics with all tags "
       "in buckets of 3 s, judges the thresholds and ends the test run. The token comes from K6_CLOUD_TOKEN, "
       "the options or the file of k6 cloud login; no apm block is needed. With K6_CLOUD_PUSH_REF_ID the "
       "metrics go to that test run, which is neither made nor ended.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.cloud = true; }},
      {"--run-status",
       "STATUS",
       ValueKind::text,
       k_cloud,
       "how the run ended, for k6 cloud",
       "A result does not tell it. Crossed thresholds are told beside it in any case.",
       "finished",
       {"finished", "user", "threshold", "script-error", "timeout", "system"},
       false,
       [](Job& job, const std::string& v) { job.run_status = run_status(v); },
       true},
      {"--no-archive-upload",
       "",
       ValueKind::none,
       k_cloud,
       "keep the k6 archive of --script here",
       "Where --script is an archive that k6 archive wrote it goes to k6 cloud with the test run, as k6 does "
       "it. It holds the sources of the test and the environment variables of k6 archive -e.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.archive_upload = false; },
       true},
  };
}

}  // namespace k6apm::cli
