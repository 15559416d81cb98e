// Source: DataDog/integrations-extras, k6/metadata.csv (2026), which the tile of the integration installs;
// docs.datadoghq.com, "Metrics Units", and the API reference, "Edit metric metadata". What surprises: it has
// users per second for vus, which stays, so that the tile and this program say the same; its text for
// http_req_connecting.95percentile is that of http_req_blocked, which does not stay.
#include "providers/datadog_metadata.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace k6apm::providers {
namespace {

/// A metric of the integration; of a Trend, `text` is what follows "Average", "Max" or "95th".
struct BuiltIn {
  std::string_view metric{};
  series::MetricType type{};
  std::string_view unit{};
  std::string_view per_unit{};
  std::string_view text{};
};

using enum series::MetricType;

constexpr BuiltIn k_built_in[] = {
    {"data_sent", counter, "byte", "", "The amount of data sent"},
    {"data_received", counter, "byte", "", "The amount of received data"},
    {"http_reqs", counter, "request", "second", "Total number of HTTP requests"},
    {"iterations", counter, "unit", "", "Aggregated number of VU iterations"},
    {"vus", gauge, "user", "second", "Current number of active virtual users"},
    {"vus_max", gauge, "user", "second", "Max possible number of virtual users"},
    {"http_req_blocked", trend, "millisecond", "", "time spent blocked before initiating the request"},
    {"http_req_connecting", trend, "millisecond", "", "time spent establishing TCP connection"},
    {"http_req_duration", trend, "millisecond", "", "request time"},
    {"http_req_receiving", trend, "millisecond", "", "time spent receiving response data"},
    {"http_req_sending", trend, "millisecond", "", "time spent sending data"},
    {"http_req_tls_handshaking", trend, "millisecond", "", "time spent handshaking TLS session"},
    {"http_req_waiting", trend, "millisecond", "", "time spent waiting for response (TTFB)"},
    {"iteration_duration", trend, "millisecond", "", "time spent for a VU iteration"},
};

constexpr std::string_view k_count_suffix = ".count";

struct StatisticWord {
  std::string_view suffix{};
  std::string_view word{};
};

constexpr StatisticWord k_statistics[] = {
    {".avg", "Average"},       {".max", "Max"},           {".median", "Median"},
    {".95percentile", "95th"}, {".99percentile", "99th"},
};

const BuiltIn* find_built_in(std::string_view metric, series::MetricType type) {
  const auto* const found =
      std::find_if(std::begin(k_built_in), std::end(k_built_in),
                   [&](const BuiltIn& one) { return one.metric == metric && one.type == type; });
  return found == std::end(k_built_in) ? nullptr : found;
}

/// The integration's own words, or nothing where it has no such statistic.
std::string official_text(const BuiltIn& built_in, std::string_view suffix) {
  if (built_in.type != trend) return std::string(built_in.text);
  if (suffix == k_count_suffix) {
    return fmt::format("The number of {} values submitted during the interval", built_in.metric);
  }
  const auto* const found = std::find_if(std::begin(k_statistics), std::end(k_statistics),
                                         [&](const StatisticWord& one) { return one.suffix == suffix; });
  if (found == std::end(k_statistics)) return {};
  return fmt::format("{} {}", found->word, built_in.text);
}

std::string_view unit_of(series::Contains contains) {
  switch (contains) {
    case series::Contains::time:
      return "millisecond";
    case series::Contains::data:
      return "byte";
    case series::Contains::plain:
      break;
  }
  return {};
}

DatadogUnit unit_of(const BuiltIn* built_in, series::MetricType type, series::Contains contains,
                    std::string_view suffix) {
  if (type == trend && suffix == k_count_suffix) return {"unit", ""};
  if (built_in != nullptr) return {std::string(built_in->unit), std::string(built_in->per_unit)};
  if (type == rate) return {};  // a share, whatever the values are
  return {std::string(unit_of(contains)), ""};
}

}  // namespace

DatadogDescription describe(std::string_view metric, series::MetricType type, series::Contains contains,
                            std::string_view suffix, std::string_view meaning) {
  const BuiltIn* const built_in = find_built_in(metric, type);
  DatadogDescription description{unit_of(built_in, type, contains, suffix), {}};
  if (built_in != nullptr) description.text = official_text(*built_in, suffix);
  if (description.text.empty()) {
    description.text = fmt::format("k6 {} {}, {}", series::name_of(type), metric, meaning);
  }
  return description;
}

std::string metadata_body(std::string_view type, const DatadogDescription& description) {
  const std::pair<const char*, std::string_view> members[] = {
      {"type", type},
      {"unit", description.unit.unit},
      {"per_unit", description.unit.per_unit},
      {"description", description.text},
  };
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : members) {
    if (!value.empty()) json[name] = value;
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace k6apm::providers
