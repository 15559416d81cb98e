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
series::MergeGauges merge_of(std::string_view name) {
  return name == "vus" || name == "vus_max" ? series::MergeGauges::sum : series::MergeGauges::last;
}

/// Not a metric that k6 records any more (it was in the table up to v0.33), but a name that many scripts give
/// to a metric of their own.
constexpr std::string_view k_errors = "errors";

}  // namespace

std::optional<series::MetricInfo> builtin_metric(std::string_view name) {
  const auto* const found =
      std::find_if(k_builtins.begin(), k_builtins.end(), [&](const Builtin& b) { return b.name == name; });
  if (found == k_builtins.end()) return std::nullopt;
  return series::MetricInfo{found->type, found->contains, merge_of(name)};
}

bool is_own_metric(std::string_view name) { return name != k_errors && builtin_metric(name).has_value(); }

std::optional<MetricType> parse_metric_type(std::string_view text) {
  if (text == "counter") return MetricType::counter;
  if (text == "gauge") return MetricType::gauge;
  if (text == "rate") return MetricType::rate;
  if (text == "trend") return MetricType::trend;
  return std::nullopt;
}

MetricTypes::MetricTypes(const std::vector<AssumedType>& assumed, bool may_be_declared)
    : m_may_be_declared(may_be_declared) {
  for (const AssumedType& one : assumed) m_assumed.emplace(one.metric, one);
}

void MetricTypes::declare(std::string_view name, MetricType type, Contains contains) {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) {
    m_declared.emplace(std::string(name), Declared{{type, contains, merge_of(name)}, false});
    m_order.emplace_back(name, type);
    m_version.store(m_order.size(), std::memory_order_release);
    return;
  }
  Declared& declaration = found->second;
  if (declaration.info.type != type) declaration.contradicted = true;
  declaration.info.type = std::min(declaration.info.type, type);
  declaration.info.contains = std::max(declaration.info.contains, contains);  // whichever file comes first
}

void MetricTypes::declare(std::string_view name, const Declared& declared) {
  declare(name, declared.info.type, declared.info.contains);
  if (!declared.contradicted) return;
  const std::scoped_lock lock(m_mutex);
  m_declared.find(name)->second.contradicted = true;
}

void MetricTypes::note_thresholds(std::string_view name, std::uint32_t file,
                                  const std::vector<std::string>& expressions) {
  if (expressions.empty()) return;
  const std::scoped_lock lock(m_mutex);
  std::vector<std::string>& all = m_thresholds[std::string(name)][file];
  all.insert(all.end(), expressions.begin(), expressions.end());
}

std::map<std::string, std::vector<std::string>, std::less<>> MetricTypes::thresholds() const {
  const std::scoped_lock lock(m_mutex);
  std::map<std::string, std::vector<std::string>, std::less<>> all;
  for (const auto& [name, inputs] : m_thresholds) {
    std::vector<std::string>& of_metric = all[name];
    for (const auto& [file, expressions] : inputs) {
      for (const std::string& one : expressions) {
        if (std::find(of_metric.begin(), of_metric.end(), one) == of_metric.end()) of_metric.push_back(one);
      }
    }
  }
  return all;
}

std::map<std::string, Declared, std::less<>> MetricTypes::declarations() const {
  const std::scoped_lock lock(m_mutex);
  return m_declared;
}

std::optional<MetricType> MetricTypes::sure(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  if (const auto found = m_declared.find(name); found != m_declared.end()) return found->second.info.type;
  const std::optional<series::MetricInfo> info = m_in_csv.contains(name) ? own(name) : std::nullopt;
  return info ? std::optional(info->type) : std::nullopt;
}

std::vector<std::pair<std::string, MetricType>> MetricTypes::declared_since(std::uint64_t version) const {
  const std::scoped_lock lock(m_mutex);
  return {m_order.begin() + static_cast<std::ptrdiff_t>(version), m_order.end()};
}

std::optional<series::MetricInfo> MetricTypes::declared(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) return std::nullopt;
  return found->second.info;
}

std::optional<series::MetricInfo> MetricTypes::for_csv(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  if (!m_may_be_declared) return undeclared(name);
  const auto found = m_declared.find(name);
  return found != m_declared.end() ? found->second.info : own(name);
}

void MetricTypes::note_csv(std::string_view name) {
  const std::scoped_lock lock(m_mutex);
  m_in_csv.emplace(name);
}

std::optional<series::MetricInfo> MetricTypes::settled(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_declared.find(name);
  if (found == m_declared.end()) return undeclared(name);
  if (is_contradicted(found->first, found->second)) return std::nullopt;
  return found->second.info;
}

bool MetricTypes::is_guessed(std::string_view name) const {
  const std::scoped_lock lock(m_mutex);
  return name == k_errors && !m_declared.contains(name) && !m_assumed.contains(name);
}

bool MetricTypes::is_contradicted(const std::string& name, const Declared& declaration) const {
  if (declaration.contradicted) return true;
  const std::optional<series::MetricInfo> in_csv = m_in_csv.contains(name) ? own(name) : std::nullopt;
  return in_csv && in_csv->type != declaration.info.type;
}

/// One of k6's own metrics, whatever is assumed of others.
std::optional<series::MetricInfo> MetricTypes::own(std::string_view name) const {
  const auto assumed = m_assumed.find(name);
  const bool flagged = assumed != m_assumed.end() && assumed->second.from_flag;
  return name == k_errors || flagged ? std::nullopt : builtin_metric(name);
}

/// What holds where no input declares the metric.
std::optional<series::MetricInfo> MetricTypes::undeclared(std::string_view name) const {
  if (const auto sure = own(name)) return sure;
  const std::optional<series::MetricInfo> builtin = builtin_metric(name);
  const auto assumed = m_assumed.find(name);
  if (assumed == m_assumed.end()) return builtin;
  const MetricType type = assumed->second.type;
  const bool same = builtin && builtin->type == type;
  return series::MetricInfo{type, same ? builtin->contains : Contains::plain, merge_of(name)};
}

std::vector<std::string> MetricTypes::contradicted() const {
  const std::scoped_lock lock(m_mutex);
  std::vector<std::string> names;
  for (const auto& [name, declaration] : m_declared) {
    if (is_contradicted(name, declaration)) names.push_back(name);
  }
  return names;
}

}  // namespace k6apm::k6
