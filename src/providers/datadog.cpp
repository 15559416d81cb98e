// Specification: docs.datadoghq.com, API reference, "Submit metrics" (v2). What surprises: 202 means taken,
// not stored; what is sent twice overwrites itself, second by second, so that a resend is harmless and two
// runs under the same tags are not.
#include "providers/datadog.hpp"

#include <utility>

#include "providers/datadog_answers.hpp"
#include "providers/datadog_body.hpp"
#include "providers/datadog_body_contents.hpp"
#include "providers/datadog_calls.hpp"
#include "providers/datadog_endpoint.hpp"
#include "providers/datadog_export.hpp"
#include "providers/datadog_mapping.hpp"
#include "providers/datadog_names.hpp"
#include "providers/datadog_sent_bodies.hpp"

namespace k6apm::providers {
namespace {

/// "Submit metrics": current is not more than ten minutes ahead and not more than an hour back.
constexpr TimeLimits k_time_limits{.max_age_s = 3600, .max_ahead_s = 600};

Endpoint endpoint(const apm::Destination& destination, std::string_view user_agent) {
  Endpoint endpoint = datadog_endpoint(destination, "/api/v2/series", user_agent, false);
  endpoint.headers.push_back({"Content-Type", "application/json", false});
  endpoint.headers.push_back({"Content-Encoding", "gzip", false});
  return endpoint;
}

std::unique_ptr<Export> open(const apm::Destination& destination, std::vector<series::Series> series,
                             const ExportSettings& settings) {
  return std::make_unique<DatadogExport>(map_datadog(destination, std::move(series), settings),
                                         destination.resample_s);
}

std::string normalised_target(std::string_view target) { return datadog_name(target); }

}  // namespace

Provider datadog() {
  return {
      .name = "datadog",
      .kind = apm::ProviderKind::datadog,
      .trend_stats = "avg,max,med,p(95),p(99),count",
      .billed_as = "custom metrics on the bill of Datadog",
      .endpoint = endpoint,
      .normalised_target = normalised_target,
      .normalised_tags = datadog_tags,
      .open = open,
      .judge = judge_datadog,
      .advice = datadog_advice,
      .halves = datadog_halves,
      .cut = datadog_cut,
      .first_series = datadog_first_series,
      .time_limits = &k_time_limits,
      .last_wins = true,
      .probe = validating_call,
      .judge_probe = judge_validate,
      .judge_call = judge_call,
      .address = address_datadog_call,
      .call_advice =
          "check appKey: it has to belong to the same site, and to somebody who may read and manage "
          "metrics",
      .read_back_of = datadog_read_back_of,
      .recognises = looks_like_datadog,
      .decode = print_datadog,
      .contents = datadog_body_contents,
  };
}

}  // namespace k6apm::providers
