#include "k6/metric_types.hpp"

#include <algorithm>
#include <array>

namespace k6apm::k6 {
namespace {

using series::Contains;
using series::MetricType;

struct Builtin {
  std::string_view name;
  MetricType type;
  Contains contains;
};

using enum MetricType;
using enum Contains;

constexpr std::array k_builtins = {
    Builtin{"vus", gauge, plain},
    Builtin{"vus_max", gauge, plain},
    Builtin{"iterations", counter, plain},
    Builtin{"iteration_duration", trend, time},
    Builtin{"dropped_iterations", counter, plain},
    Builtin{"errors", counter, plain},
    Builtin{"checks", rate, plain},
    Builtin{"group_duration", trend, time},
    Builtin{"http_reqs", counter, plain},
    Builtin{"http_req_failed", rate, plain},
    Builtin{"http_req_duration", trend, time},
    Builtin{"http_req_blocked", trend, time},
    Builtin{"http_req_connecting", trend, time},
    Builtin{"http_req_tls_handshaking", trend, time},
    Builtin{"http_req_sending", trend, time},
    Builtin{"http_req_waiting", trend, time},
    Builtin{"http_req_receiving", trend, time},
    Builtin{"data_sent", counter, data},
    Builtin{"data_received", counter, data},
    Builtin{"ws_sessions", counter, plain},
    Builtin{"ws_msgs_sent", counter, plain},
    Builtin{"ws_msgs_received", counter, plain},
    Builtin{"ws_ping", trend, time},
    Builtin{"ws_session_duration", trend, time},
    Builtin{"ws_connecting", trend, time},
    Builtin{"grpc_req_duration", trend, time},
    Builtin{"grpc_streams", counter, plain},
    Builtin{"grpc_streams_msgs_sent", counter, plain},
    Builtin{"grpc_streams_msgs_received", counter, plain},
    Builtin{"browser_data_sent", counter, data},
    Builtin{"browser_data_received", counter, data},
    Builtin{"browser_http_req_duration", trend, time},
    Builtin{"browser_http_req_failed", rate, plain},
    Builtin{"browser_web_vital_fcp", trend, time},
    Builtin{"browser_web_vital_lcp", trend, time},
    Builtin{"browser_web_vital_inp", trend, time},
    Builtin{"browser_web_vital_ttfb", trend, time},
    Builtin{"browser_web_vital_fid", trend, time},
    Builtin{"browser_web_vital_cls", trend, plain},
    Builtin{"browser_dom_content_loaded", trend, time},
    Builtin{"browser_first_paint", trend, time},
    Builtin{"browser_first_contentful_paint", trend, time},
    Builtin{"browser_first_meaningful_paint", trend, time},
    Builtin{"browser_loaded", trend, time},
    Builtin{"webvital_first_input_delay", trend, time},
    Builtin{"webvital_time_to_first_byte", trend, time},
    Builtin{"webvital_largest_content_paint", trend, time},
    Builtin{"webvital_interaction_to_next_paint", trend, time},
    Builtin{"webvital_first_contentful_paint", trend, time},
    Builtin{"webvital_cumulative_layout_shift", trend, plain},
};

/// A load generator sees only its own virtual users, so those of several files add up.
bool files_add_up(std::string_view name) { return name == "vus" || name == "vus_max"; }

}  // namespace

std::optional<series::MetricInfo> builtin_metric(std::string_view name) {
  const auto* const found =
      std::find_if(k_builtins.begin(), k_builtins.end(), [&](const Builtin& b) { return b.name == name; });
  if (found == k_builtins.end()) return std::nullopt;
  return series::MetricInfo{found->type, found->contains, files_add_up(name)};
}

std::optional<MetricType> parse_metric_type(std::string_view text) {
  if (text == "counter") return MetricType::counter;
  if (text == "gauge") return MetricType::gauge;
  if (text == "rate") return MetricType::rate;
  if (text == "trend") return MetricType::trend;
  return std::nullopt;
}

void MetricTypes::declare(std::string_view name, MetricType type, Contains contains) {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) {
    m_declared.emplace(std::string(name), Declaration{{type, contains, files_add_up(name)}, false});
    m_version.fetch_add(1, std::memory_order_release);
    return;
  }
  Declaration& declaration = found->second;
  if (declaration.info.type != type) declaration.contradicted = true;
  declaration.info.contains = std::max(declaration.info.contains, contains);  // whichever file comes first
}

std::optional<series::MetricInfo> MetricTypes::declared(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) return std::nullopt;
  return found->second.info;
}

std::optional<series::MetricInfo> MetricTypes::settled(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) return builtin_metric(name);
  if (found->second.contradicted) return std::nullopt;
  return found->second.info;
}

std::vector<std::string> MetricTypes::contradicted() const {
  const std::scoped_lock lock(m_mutex);
  std::vector<std::string> names;
  for (const auto& [name, declaration] : m_declared) {
    if (declaration.contradicted) names.push_back(name);
  }
  return names;
}

}  // namespace k6apm::k6
