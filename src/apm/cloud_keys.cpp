#include "apm/cloud_keys.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apm/dialect.hpp"
#include "apm/k6_duration.hpp"

namespace k6apm::apm {

namespace {

using Json = nlohmann::json;

// Far beyond what anybody sets, so that nothing overflows.
constexpr std::int64_t most_series_in_batch = 1'000'000;
constexpr std::int64_t most_pushes_at_once = 1'000;
constexpr std::int64_t longest_s = 86'400;

// The one version that k6 has since 2.0.
constexpr std::int64_t metrics_protocol = 2;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// -- values

const std::string& text_of(const Json& value) {
  if (!value.is_string()) refuse("must be a string");
  return value.get_ref<const std::string&>();
}

// What goes into headers and URLs.
const std::string& line_of(const Json& value) {
  const std::string& text = text_of(value);
  if (has_control_character(text))
    refuse("must not hold a line break or another control character: check it for a stray line end");
  return text;
}

std::string url_of(const Json& value) {
  std::string url = line_of(value);
  while (url.ends_with('/')) url.pop_back();
  if (!is_http_url(url)) refuse("must be an http:// or https:// URL");
  return url;
}

std::optional<std::int64_t> whole_number_of(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::int64_t number_within(const Json& value, std::int64_t most) {
  const auto number = whole_number_of(value);
  if (!number || *number < 1 || *number > most)
    refuse(fmt::format("must be a whole number from 1 to {}", most));
  return *number;
}

double seconds_of(const Json& value) {
  constexpr double ms_in_s = 1000;
  std::optional<double> seconds;
  if (value.is_number()) seconds = value.get<double>() / ms_in_s;
  if (value.is_string()) seconds = parse_k6_duration(value.get_ref<const std::string&>());
  if (!seconds) refuse("must be a duration, such as \"1m30s\", or a number of milliseconds");
  return *seconds;
}

// -- keys

template <std::string CloudSettings::*Member>
bool take_text(CloudSettings& settings, const Json& value) {
  settings.*Member = text_of(value);
  return true;
}

template <std::string CloudSettings::*Member>
bool take_line(CloudSettings& settings, const Json& value) {
  settings.*Member = line_of(value);
  return true;
}

template <std::string CloudSettings::*Member>
bool take_url(CloudSettings& settings, const Json& value) {
  settings.*Member = url_of(value);
  return true;
}

template <Secret CloudSettings::*Member>
bool take_secret(CloudSettings& settings, const Json& value) {
  settings.*Member = Secret(line_of(value));
  return true;
}

template <std::optional<std::int64_t> CloudSettings::*Member>
bool take_id(CloudSettings& settings, const Json& value) {
  const auto number = whole_number_of(value);
  if (!number || *number < 0) refuse("must be a whole number of 1 or more");
  if (*number == 0) return false;
  settings.*Member = number;
  return true;
}

template <std::size_t CloudSettings::*Member, std::int64_t Most>
bool take_count(CloudSettings& settings, const Json& value) {
  settings.*Member = static_cast<std::size_t>(number_within(value, Most));
  return true;
}

bool take_timeout(CloudSettings& settings, const Json& value) {
  const double seconds = seconds_of(value);
  if (!(seconds > 0 && seconds <= longest_s)) refuse("must be longer than 0 and at most a day");
  settings.timeout_s = seconds;
  return true;
}

bool take_period(CloudSettings& settings, const Json& value) {
  const double seconds = seconds_of(value);
  if (!(seconds >= 1 && seconds <= longest_s) || std::trunc(seconds) != seconds)
    refuse("must be whole seconds, at least 1s and at most a day");
  settings.aggregation_period_s = static_cast<int>(seconds);
  return true;
}

bool take_stop_on_error(CloudSettings& settings, const Json& value) {
  const bool is_text = value.is_string() && (value == "true" || value == "false");
  if (!value.is_boolean() && !is_text) refuse("must be true or false");
  settings.stop_on_error = value.is_boolean() ? value.get<bool>() : value == "true";
  return true;
}

bool take_api_version(CloudSettings&, const Json& value) {
  const auto number = whole_number_of(value);
  if (number == 1) refuse("must be 2: v1 of the metrics protocol is not supported");
  if (number != metrics_protocol) refuse("must be 2, the version of the metrics protocol");
  return true;
}

template <std::string CloudSettings::*Member>
std::string show_text(const CloudSettings& settings) {
  return settings.*Member;
}

template <std::string CloudSettings::*Member>
std::string show_url(const CloudSettings& settings) {
  return masked_url(settings.*Member);
}

template <Secret CloudSettings::*Member>
std::string show_secret(const CloudSettings& settings) {
  return (settings.*Member).empty() ? "" : "***";
}

template <std::optional<std::int64_t> CloudSettings::*Member>
std::string show_id(const CloudSettings& settings) {
  return settings.*Member ? std::to_string(*(settings.*Member)) : "";
}

template <std::size_t CloudSettings::*Member>
std::string show_count(const CloudSettings& settings) {
  return std::to_string(settings.*Member);
}

std::string show_timeout(const CloudSettings& settings) { return fmt::format("{}s", settings.timeout_s); }
std::string show_period(const CloudSettings& settings) {
  return fmt::format("{}s", settings.aggregation_period_s);
}
std::string show_stop_on_error(const CloudSettings& settings) {
  return settings.stop_on_error ? "true" : "false";
}
std::string show_nothing(const CloudSettings&) { return {}; }

using S = CloudSettings;

constexpr CloudKey all_keys[] = {
    {"host", "K6_CLOUD_HOST", take_url<&S::host>, show_url<&S::host>},
    {"webAppURL", "K6_CLOUD_WEB_APP_URL", take_url<&S::web_app_url>, show_url<&S::web_app_url>},
    {"name", "K6_CLOUD_NAME", take_text<&S::name>, show_text<&S::name>},
    {"projectID", "K6_CLOUD_PROJECT_ID", take_id<&S::project_id>, show_id<&S::project_id>},
    {"stackID", "K6_CLOUD_STACK_ID", take_id<&S::stack_id>, show_id<&S::stack_id>},
    {"token", "K6_CLOUD_TOKEN", take_secret<&S::token>, show_secret<&S::token>},
    {"pushRefID", "K6_CLOUD_PUSH_REF_ID", take_line<&S::push_ref_id>, show_text<&S::push_ref_id>},
    {"metricsPushURL", "K6_CLOUD_METRICS_PUSH_URL", take_url<&S::metrics_push_url>,
     show_url<&S::metrics_push_url>},
    {"testRunToken", "K6_CLOUD_TEST_RUN_TOKEN", take_secret<&S::test_run_token>,
     show_secret<&S::test_run_token>},
    {"testRunDetails", "K6_CLOUD_TEST_RUN_DETAILS", take_line<&S::test_run_details>,
     show_url<&S::test_run_details>},
    {"timeout", "K6_CLOUD_TIMEOUT", take_timeout, show_timeout},
    {"aggregationPeriod", "K6_CLOUD_AGGREGATION_PERIOD", take_period, show_period},
    {"maxTimeSeriesInBatch", "K6_CLOUD_MAX_TIME_SERIES_IN_BATCH",
     take_count<&S::max_series_in_batch, most_series_in_batch>, show_count<&S::max_series_in_batch>},
    {"metricPushConcurrency", "K6_CLOUD_METRIC_PUSH_CONCURRENCY",
     take_count<&S::push_concurrency, most_pushes_at_once>, show_count<&S::push_concurrency>},
    {"stopOnError", "K6_CLOUD_STOP_ON_ERROR", take_stop_on_error, show_stop_on_error},
    {"apiVersion", "K6_CLOUD_API_VERSION", take_api_version, show_nothing},
};

constexpr PassedOverKey other_keys[] = {
    {"stackURL", "K6_CLOUD_STACK_URL"},
    {"hostv6", "K6_CLOUD_HOST_V6"},
    {"noCompress", "K6_CLOUD_NO_COMPRESS"},
    {"metricPushInterval", "K6_CLOUD_METRIC_PUSH_INTERVAL"},
    {"aggregationWaitPeriod", "K6_CLOUD_AGGREGATION_WAIT_PERIOD"},
    {"tracesEnabled", "K6_CLOUD_TRACES_ENABLED"},
    {"traceHost", "K6_CLOUD_TRACES_HOST"},
    {"tracesPushConcurrency", "K6_CLOUD_TRACES_PUSH_CONCURRENCY"},
    {"tracesPushInterval", "K6_CLOUD_TRACES_PUSH_INTERVAL"},
    {"", "K6_CLOUD_LOGS_TAIL_URL"},
    {"", "K6_CLOUD_LOGS_PUSH_URL"},
    {"", "K6_CLOUD_LOGS_LEVEL"},
    {"", "K6_CLOUD_LOGS_LIMIT"},
    {"", "K6_CLOUD_LOGS_PUSH_PERIOD"},
    {"", "K6_CLOUD_LOGS_MESSAGE_MAX_SIZE"},
    {"", "K6_CLOUD_LOGS_ALLOWED_LABELS"},
};

}  // namespace

std::span<const CloudKey> cloud_keys() { return all_keys; }
std::span<const PassedOverKey> passed_over_cloud_keys() { return other_keys; }

bool is_cloud_key(std::string_view name) {
  const auto is_it = [&](const auto& key) { return same_key(key.name, name); };
  return !name.empty() && (std::any_of(std::begin(all_keys), std::end(all_keys), is_it) ||
                           std::any_of(std::begin(other_keys), std::end(other_keys), is_it));
}

bool same_key(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

bool is_given(const Json& value) {
  return !value.is_null() && !(value.is_string() && value.get_ref<const std::string&>().empty());
}

std::vector<std::string> apply_cloud_config(CloudSettings& settings, const Json& config) {
  if (!config.is_object()) return {"the configuration must be an object"};
  std::vector<std::string> complaints;
  for (const auto& [name, value] : config.items()) {
    for (const CloudKey& key : all_keys) {
      if (!same_key(key.name, name) || !is_given(value)) continue;
      try {
        key.take(settings, value);
      } catch (const std::invalid_argument& wrong) {
        complaints.push_back(fmt::format("{} {}", key.name, wrong.what()));
      }
    }
  }
  return complaints;
}

}  // namespace k6apm::apm
