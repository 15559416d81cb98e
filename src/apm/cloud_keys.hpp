// The keys by which k6 cloud is configured, wherever they stand: in the login file, in the environment and in
// the answer that makes a test run. Source: grafana/k6 v2.2.0, cloudapi/config.go. What surprises: numbers
// may stand in strings, durations may be bare milliseconds or have days, keys count in any case, and a
// project 0 is none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apm/cloud_settings.hpp"

namespace k6apm::apm {

struct CloudKey {
  std::string_view name;      ///< in JSON
  std::string_view variable;  ///< of the environment
  /// Takes a JSON value, or the text of the variable as a JSON string. False where it counts as missing:
  /// null, an empty string, project 0. Throws std::invalid_argument, "must be ...", which shows no value.
  bool (*take)(CloudSettings& settings, const nlohmann::json& value);
  /// For people: *** for a secret, URLs masked; empty where there is nothing to show.
  std::string (*shown)(const CloudSettings& settings);
};

/// All that count, in the order in which people see them.
std::span<const CloudKey> cloud_keys();

/// Those that k6 has besides, which have no meaning for results that are there already; either may be empty.
struct PassedOverKey {
  std::string_view name;
  std::string_view variable;
};
std::span<const PassedOverKey> passed_over_cloud_keys();

/// Whether k6 has such a key in its configuration, of either kind.
bool is_cloud_key(std::string_view name);

/// Whether two keys are the same for Go's JSON: in ASCII, in any case.
bool same_key(std::string_view one, std::string_view other);

/// Whether the value counts: neither null nor an empty string.
bool is_given(const nlohmann::json& value);

/// Merges `config`, an object with these keys, over `settings`; other keys are passed over. The result is
/// what was wrong, one text per key ("timeout must be ..."), without values; such a key changes nothing.
std::vector<std::string> apply_cloud_config(CloudSettings& settings, const nlohmann::json& config);

}  // namespace k6apm::apm
