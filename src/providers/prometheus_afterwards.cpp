// What an export of Prometheus' does besides making payloads: points that are left out, refused, read back.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "providers/prometheus_export.hpp"
#include "providers/prometheus_query.hpp"
#include "providers/prometheus_read_back.hpp"
#include "providers/remote_write_contents.hpp"

namespace k6apm::providers {

Notice PrometheusExport::untimely_notice() const {
  if (m_mapping.ahead == 0) return {};
  const bool one = m_mapping.ahead == 1;
  const bool sent = m_mapping.left_out == 0;
  return {Severity::warning,
          {},
          fmt::format("{} point{} {} more than ten minutes ahead of now; receivers refuse such points, or "
                      "then take nothing of the present any more{}",
                      m_mapping.ahead, one ? "" : "s", one ? "is" : "are",
                      sent  ? ""
                      : one ? ", so it is not sent"
                            : ", so they are not sent"),
          "--end-at now moves the run to the present; --allow-future sends them all the same"};
}

void PrometheusExport::expect_read_back(std::string query_url) {
  m_memory = std::make_unique<Memory>(m_mapping, static_cast<int>(m_resample_s));
  m_memory->query_url = std::move(query_url);
}

void PrometheusExport::refused(const Payload& payload) {
  if (!m_memory) return;
  const auto before = [](const Sample& sample, std::int64_t time_ms) { return sample.time_ms < time_ms; };
  const auto window_of = [this](const Sample& sample) {
    return window_start_s(sample.time_ms, static_cast<int>(m_resample_s));
  };
  for (const SeriesContents& contents : remote_write_contents(payload.body)) {
    const std::vector<Sample>& samples = contents.samples;
    const std::optional<SeriesAt> at = m_memory->sent.find(contents.name, contents.labels);
    if (!at || samples.empty()) continue;
    const WindowRange range{window_of(samples.front()), window_of(samples.back())};
    m_memory->sent.for_each(*at, range, [&](const SampleAt& sample) {
      const auto found = std::lower_bound(samples.begin(), samples.end(), sample.time_ms, before);
      if (found != samples.end() && found->time_ms == sample.time_ms) m_memory->refused.mark(*at, sample);
    });
  }
}

std::unique_ptr<ReadBack> PrometheusExport::read_back(const apm::Destination& destination,
                                                      std::string_view user_agent) {
  if (!m_memory || !m_buckets.empty()) return nullptr;  // histograms are not compared
  std::optional<Endpoint> endpoint = query_endpoint(destination, m_memory->query_url, user_agent);
  if (!endpoint) return nullptr;
  auto sent = std::make_unique<SentMapping>(m_mapping, static_cast<int>(m_resample_s));
  return std::make_unique<PrometheusReadBack>(std::move(sent), static_cast<int>(m_resample_s),
                                              m_memory->refused, *std::move(endpoint));
}

}  // namespace k6apm::providers
