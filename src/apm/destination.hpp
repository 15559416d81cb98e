// The apm block of a k6 script as read, checked and resolved: what is exported where.
// Source of keys and defaults: k6-docs, "Cloud APM" pages 2020-06 to 2023-09 (three spellings of most keys).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apm/cloud_settings.hpp"
#include "apm/secret.hpp"
#include "apm/selector.hpp"
#include "notice.hpp"

namespace k6apm::apm {

enum class ProviderKind { prometheus, datadog, cloud };

/// One exported metric of a destination.
struct Entry {
  std::string source{};  ///< the selector as written, one leading `k6.` dropped
  Selector selector{};
  std::optional<std::string> target{};                  ///< targetMetric where given
  std::optional<std::vector<std::string>> keep_tags{};  ///< keepTags where given; sorted, each once
  bool is_default = false;                              ///< one of the default metrics, not asked for by name
  Location where{};
};

/// One setting as people see it: secrets as ***, URLs masked.
struct Setting {
  std::string name{};               ///< as spelled in the block, else as the documents spell it
  std::string value{};              ///< in the block's words; foreign text
  std::optional<Location> where{};  ///< nothing: it is the default
};

/// How the receiver is reached besides: of the environment, and of the command line.
struct Connection {
  std::vector<std::pair<std::string, std::string>> headers{};  ///< name and value; looks_secret() tells which
                                                               ///< value is one
  std::string ca_file{};  ///< PEM, as the two below; empty where there is none
  std::string cert_file{};
  std::string key_file{};
  bool insecure = false;  ///< the receiver's certificate is not verified
};

/// One object of the apm list. A destination that cannot be used has `disabled` set to the reason and is
/// otherwise as complete as it could be read.
struct Destination {
  std::size_t index = 0;   ///< position in the apm list, from 0
  std::string provider{};  ///< as spelled in the block
  ProviderKind kind = ProviderKind::prometheus;
  std::string remote_write_url{};
  std::string username{};  ///< with `password`: basic authentication
  Secret password{};
  Secret token{};         ///< bearer token
  Secret api_key{};       ///< Datadog
  Secret app_key{};       ///< Datadog
  std::string region{};   ///< Datadog, in lower case; "us" where neither it nor `api_url` is given
  std::string api_url{};  ///< Datadog
  CloudSettings cloud{};  ///< k6 cloud
  Connection connection{};
  std::string trend_stats{};       ///< of the environment, as spelled there; empty where it has none
  bool native_histograms = false;  ///< the environment asks for Trends as native histograms
  int resample_s = 3;              ///< window length in seconds, 1 to 10
  bool include_default_metrics = true;
  bool include_test_run_id = false;
  std::vector<Entry>
      entries{};  ///< what the block lists, in its order, then the defaults that no entry replaces
  std::vector<Setting> settings{};  ///< all that could be read, provider first, the defaults among them
  std::string disabled{};           ///< why this destination is not used; empty when it is
  bool left_out = false;            ///< disabled because the person asked for others only
  Location where{};

  /// For messages: `apm[0]`, or `cloud`.
  std::string place() const;

  /// The name a metric gets without targetMetric: `k6_NAME` (Prometheus), `k6.NAME` (Datadog) or its own.
  std::string default_target(std::string_view metric) const;

  /// Whether an entry has this target, for one metric at least that it can select.
  bool target_of_any(std::string_view target) const;

  /// The target of `entries[entry]` for this metric, or nothing where the entry does not select the metric or
  /// where an entry with precedence has the same target (contract: an entry wins over a default, else the
  /// earlier wins).
  std::optional<std::string> target_of(std::size_t entry, std::string_view metric) const;
};

/// The thresholds of one metric in the options. Source: k6-docs, "Thresholds"; k6 metrics/thresholds.go.
struct Thresholds {
  std::string metric{};                    ///< as spelled, with its {selector} where it has one
  std::vector<std::string> expressions{};  ///< as spelled, such as "p(95)<500"; at least one
  Location where{};                        ///< of the metric
};

/// Where in the options the block stood.
enum class Origin { none, ext_loadimpact, cloud, given, environment };

/// The whole block, and what is read of the options beside it.
struct ApmBlock {
  Origin origin = Origin::none;
  Location where{};  ///< of the list, where there is one
  std::vector<Destination> destinations{};
  std::vector<Notice> notices{};
  std::string json{};  ///< the block as read, in its own spelling and order of keys, secrets as "***"; `[]`
                       ///< where there is none
  std::vector<Thresholds> thresholds{};     ///< those that are known, in their order
  std::vector<Notice> threshold_notices{};  ///< what is missing there: for those who need them all
  CloudOptions cloud{};                     ///< what the options say for k6 cloud
};

}  // namespace k6apm::apm
