// The destination for k6 cloud, configured as k6's own cloud output is. Lowest first: defaults,
// `collectors.cloud` of k6's config.json, where `k6 cloud login` keeps the token, the options of the script,
// K6_CLOUD_* of the environment. Source: grafana/k6 v2.2.0, cloudapi/config.go and internal/cmd/config.go.
#pragma once

#include <string>
#include <vector>

#include "apm/destination.hpp"
#include "evaluation/files.hpp"

namespace k6apm::apm {

/// What the configuration is made of beside the options.
struct CloudSources {
  evaluation::Environment env{};  ///< K6_CLOUD_*, K6_CONFIG, XDG_CONFIG_HOME and HOME
  std::string script{};           ///< path of the script; empty where there is none, `-` for standard input
  std::string result{};           ///< the first RESULT, which names the test where no script does
};

/// Appends the destination for k6 cloud to `block`, with one entry for all metrics. What is wrong disables it
/// and becomes a notice. The notices of `block.cloud` come with those of the block then, but for what another
/// source says anyway, and `block.cloud.passed_over` has what all sources set that has no meaning here. The
/// login may be missing: require_cloud_login().
void add_cloud(ApmBlock& block, const CloudSources& sources);

/// Before something is sent: disables a destination that would not know how to log in.
void require_cloud_login(Destination& destination, std::vector<Notice>& notices);

}  // namespace k6apm::apm
