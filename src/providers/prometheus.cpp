// Specification: Prometheus remote write 1.0 (prometheus/docs, docs/specs/prw/remote_write_spec.md, April
// 2023). What surprises: four headers are obligatory, the version one says 0.1.0 for protocol 1.0; 204 means
// taken, not stored; Thanos answers 409 to samples out of order, which is for good, and some proxies 408,
// which is not.
#include "providers/prometheus.hpp"

#include <utility>

#include "providers/prometheus_answers.hpp"
#include "providers/prometheus_endpoint.hpp"
#include "providers/prometheus_export.hpp"
#include "providers/prometheus_mapping.hpp"
#include "providers/remote_write.hpp"
#include "providers/remote_write_2_division.hpp"
#include "providers/remote_write_2_form.hpp"

namespace k6apm::providers {
namespace {

Endpoint endpoint(const apm::Destination& destination, std::string_view user_agent) {
  return prometheus_endpoint(destination, user_agent, "application/x-protobuf", "0.1.0");
}

std::unique_ptr<Export> open(const apm::Destination& destination, std::vector<series::Series> series,
                             const ExportSettings& settings) {
  return std::make_unique<PrometheusExport>(map_series(destination, std::move(series), settings),
                                            destination.resample_s);
}

/// The specification: 5xx MUST be sent again, 429 MAY, other 4xx MUST NOT. 408 is a proxy's way to say
/// time-out. A redirect is not followed, for the login must not go elsewhere.
Verdict verdict_of(long status) {
  if (status >= 200 && status < 300) return Verdict::delivered;
  if (status == 408 || status == 429 || status >= 500) return Verdict::retry;
  if (status >= 300 && status < 400) return Verdict::stop;
  if (status == 401 || status == 403 || status == 404 || status == 405) return Verdict::stop;
  if (status >= 400) return Verdict::refused;
  return Verdict::retry;
}

/// No second attempt helps here, though the status says so (prometheus/prometheus storage/interface.go,
/// ErrNativeHistogramsDisabled; 500 in remote write up to 3.8).
bool lacks_histograms(std::string_view body) {
  return body.find("native histograms are disabled") != std::string_view::npos;
}

Judgement judge(long status, std::string_view body) {
  const bool hopeless = status == 500 && lacks_histograms(body);
  const Verdict verdict = hopeless ? Verdict::refused : verdict_of(status);
  return {verdict, verdict == Verdict::delivered ? "" : std::string(body)};
}

/// Anything: snappy blocks have no magic number.
bool recognises(std::string_view) { return true; }

}  // namespace

Provider prometheus() {
  return {
      .name = "prometheus",
      .kind = apm::ProviderKind::prometheus,
      .trend_stats = "avg,min,med,max,p(90),p(95),p(99),count,sum",
      .endpoint = endpoint,
      .open = open,
      .judge = judge,
      .advice = prometheus_advice,
      .newer_form = &remote_write_2_form(),
      .halves = remote_write_2_halves,
      .first_series = remote_write_2_first_series,
      .recognises = recognises,
      .decode = print_remote_write,
  };
}

}  // namespace k6apm::providers
