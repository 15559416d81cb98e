// Specification: Prometheus remote write 1.0 (prometheus/docs, docs/specs/prw/remote_write_spec.md, April
// 2023). What surprises: four headers are obligatory, the version one says 0.1.0 for protocol 1.0; 204 means
// taken, not stored; Thanos answers 409 to samples out of order, which is for good, and some proxies 408,
// which is not.
#include "providers/prometheus.hpp"

#include <utility>

#include "providers/prometheus_answers.hpp"
#include "providers/prometheus_body_contents.hpp"
#include "providers/prometheus_endpoint.hpp"
#include "providers/prometheus_export.hpp"
#include "providers/prometheus_mapping.hpp"
#include "providers/prometheus_sent_bodies.hpp"
#include "providers/remote_write.hpp"
#include "providers/remote_write_2_division.hpp"
#include "providers/remote_write_2_form.hpp"
#include "providers/remote_write_division.hpp"

namespace k6apm::providers {
namespace {

/// Prometheus from 2.54 on refuses what is more than ten minutes ahead of its clock
/// (storage/remote/write_handler.go); older ones take it, and then refuse everything of the present, which is
/// more than an hour behind.
constexpr TimeLimits k_time_limits{.max_age_s = {}, .max_ahead_s = 600};

Endpoint endpoint(const apm::Destination& destination, std::string_view user_agent) {
  return prometheus_endpoint(destination, user_agent, "application/x-protobuf", "0.1.0");
}

std::unique_ptr<Export> open(const apm::Destination& destination, std::vector<series::Series> series,
                             const ExportSettings& settings) {
  auto exported = std::make_unique<PrometheusExport>(map_series(destination, std::move(series), settings),
                                                     destination.resample_s);
  if (settings.verify) exported->expect_read_back(settings.query_url);
  return exported;
}

/// The specification: 5xx MUST be sent again, 429 MAY, other 4xx MUST NOT. 408 is a proxy's way to say
/// time-out. A redirect is not followed, for the login must not go elsewhere.
Verdict verdict_of(long status) {
  if (status >= 200 && status < 300) return Verdict::delivered;
  if (status == 408 || status == 429 || status >= 500) return Verdict::retry;
  if (status >= 300 && status < 400) return Verdict::stop;
  if (status == 401 || status == 403 || status == 404 || status == 405) return Verdict::stop;
  // One bad sample costs the whole request (storage/remote/write_handler.go rolls it back).
  if (status == 400) return Verdict::bad_part;
  if (status == 413) return Verdict::too_large;
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

/// Of queries: an error of the query itself is 400 or 422.
Judgement judge_query(long status, std::string_view body) {
  const Verdict verdict = verdict_of(status);
  const bool refused = verdict != Verdict::delivered && verdict != Verdict::retry;
  return {refused ? Verdict::refused : verdict, verdict == Verdict::delivered ? "" : std::string(body)};
}

/// Of whichever version the body is: each reads nothing in the other.
std::optional<std::pair<Payload, Payload>> halves(const Payload& payload, bool by_points) {
  auto divided = remote_write_halves(payload, by_points);
  return divided ? divided : remote_write_2_halves(payload, by_points);
}

std::string first_series(const Payload& payload) {
  std::string series = remote_write_first_series(payload);
  return series.empty() ? remote_write_2_first_series(payload) : series;
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
      .halves = halves,
      .first_series = first_series,
      .seeks_bad_points = true,
      .refuses_doubles = true,
      .time_limits = &k_time_limits,
      .judge_call = judge_query,
      .read_back_of = prometheus_read_back_of,
      .recognises = recognises,
      .decode = print_remote_write,
      .contents = prometheus_body_contents,
  };
}

}  // namespace k6apm::providers
