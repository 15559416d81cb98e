// Short ways to write what is exported to Datadog.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "providers/datadog_export.hpp"
#include "series_builder.hpp"

namespace k6apm::test {

/// As destination_of(), with keys.
inline apm::Destination datadog_destination(const std::vector<std::string>& metrics) {
  apm::Destination destination = destination_of(metrics);
  destination.provider = "datadog";
  destination.kind = apm::ProviderKind::datadog;
  destination.region = "us";
  destination.api_key = apm::Secret("key");
  destination.app_key = apm::Secret("app");
  return destination;
}

inline const providers::Provider& datadog() { return *providers::find_provider(apm::ProviderKind::datadog); }

inline std::string datadog_text(const providers::Payload& payload) {
  std::ostringstream out;
  datadog().decode(payload.body, out);
  return out.str();
}

/// Settings with these trend statistics, as the plan makes them.
inline providers::ExportSettings datadog_settings(std::string_view stats = "avg,max,med,p(95),count") {
  providers::ExportSettings settings;
  settings.trend_stats = series::parse_trend_stats(stats);
  settings.quantiles = series::quantiles_of(settings.trend_stats);
  return settings;
}

/// All points of a destination with such entries, as text.
inline std::string datadog_export_text(const std::vector<std::string>& metrics,
                                       std::vector<series::Series> all,
                                       const providers::ExportSettings& settings = datadog_settings()) {
  const apm::Destination destination = datadog_destination(metrics);
  const auto exported = datadog().open(destination, std::move(all), settings);
  std::string text;
  for (const providers::Payload& payload : payloads_of(*exported)) text += datadog_text(payload);
  return text;
}

}  // namespace k6apm::test
