// Specification: grafana/k6 v2.2.0, internal/output/cloud/expv2 (metrics_client.go, collect.go, sink.go).
// What surprises: nothing tells how old a sample may be, and whether the service takes times of the past is
// not known; a request that comes again under its idempotency key is taken once, under another twice.
#include "providers/cloud.hpp"

#include <utility>

#include "providers/cloud_answers.hpp"
#include "providers/cloud_body.hpp"
#include "providers/cloud_body_contents.hpp"
#include "providers/cloud_division.hpp"
#include "providers/cloud_export.hpp"
#include "providers/cloud_life.hpp"
#include "providers/cloud_mapping.hpp"
#include "providers/cloud_text.hpp"

namespace k6apm::providers {
namespace {

std::unique_ptr<Export> open(const apm::Destination& destination, std::vector<series::Series> series,
                             const ExportSettings& settings) {
  return std::make_unique<CloudExport>(map_cloud(destination, std::move(series), settings));
}

}  // namespace

Provider cloud() {
  return {
      .name = "cloud",
      .kind = apm::ProviderKind::cloud,
      .trend_stats = "avg,min,max,count,sum",  // none that takes more than the histogram
      .endpoint = cloud_endpoint,
      .normalised_tags = cloud_tags,
      .open = open,
      .headers_of = cloud_headers_of,
      .life = &k_cloud_life,
      .judge = judge_cloud,
      .advice = cloud_advice,
      .halves = cloud_halves,
      .first_series = cloud_first_series,
      .recognises = looks_like_cloud,
      .decode = print_cloud,
      .contents = cloud_body_contents,
  };
}

}  // namespace k6apm::providers
