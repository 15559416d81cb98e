#include "cli/datadog_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_datadog = "Datadog";

}  // namespace

std::vector<Flag> datadog_flags() {
  return {
      {"--datadog-dashboard-metrics",
       "",
       ValueKind::none,
       k_datadog,
       "add the timings that the k6 dashboard shows",
       "The default metrics feed all widgets of Datadog's own k6 dashboard but one, which shows "
       "http_req_blocked, http_req_connecting, http_req_tls_handshaking, http_req_sending, http_req_waiting "
       "and "
       "http_req_receiving: six Trends, 36 more series for each set of tags.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.datadog_dashboard_metrics = true; },
       true},
      {"--datadog-historical",
       "",
       ValueKind::none,
       k_datadog,
       "send points that are more than an hour old, too",
       "Datadog drops them in silence where the metric has no historical ingestion, so they are not sent "
       "without this flag. With an appKey in the block historical ingestion is enabled first for each metric "
       "that has such points, and each answer is reported; without one it has to be enabled in Datadog "
       "(Metrics Summary). Old points may take hours to show, and are billed as custom metrics.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.datadog_historical = true; },
       true},
      {"--datadog-metadata",
       "",
       ValueKind::none,
       k_datadog,
       "tell Datadog type, unit and description of metrics",
       "After the points, for each exported metric. Needs an appKey in the block.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.datadog_metadata = true; },
       true},
  };
}

}  // namespace k6apm::cli
