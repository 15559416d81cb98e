// How k6 cloud is reached, as k6's own cloud output has it. Source: grafana/k6 v2.2.0, cloudapi/config.go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apm/secret.hpp"
#include "notice.hpp"

namespace k6apm::apm {

/// What the options of a script say for k6 cloud: of `cloud` where that is present, else of
/// `ext.loadimpact`. Only these four count, as in k6.
struct CloudOptions {
  std::optional<std::string> name{};         ///< not empty, as the token
  std::optional<std::int64_t> project_id{};  ///< at least 1, as the other
  std::optional<std::string> token{};        ///< a secret
  std::optional<std::int64_t> stack_id{};
  std::vector<std::pair<std::string, Location>>
      places{};      ///< of those of the four that are there, by their key
  Location where{};  ///< of the object
  std::vector<std::string>
      missing_system_tags{};  ///< that the cloud output needs and `systemTags` leaves out
  Location system_tags_where{};
  std::vector<std::string>
      passed_over{};  ///< what is set and has no meaning here: "options.cloud.distribution"
  /// For those who need k6 cloud: what is wrong or not known, by the key that it is about; empty where it is
  /// about several.
  std::vector<std::pair<std::string, Notice>> notices{};
};

/// All that is configured, merged. The answer that makes a test run may change some of it.
struct CloudSettings {
  Secret token{};
  std::string host = "https://ingest.k6.io";      ///< without a slash at the end
  std::string web_app_url = "https://app.k6.io";  ///< likewise
  std::string test_run_details{};                 ///< the results' own URL, where it is known
  std::string name{};                             ///< of the test; not empty
  std::optional<std::int64_t> project_id{};
  std::optional<std::int64_t> stack_id{};
  std::string push_ref_id{};       ///< a test run that is there already; else empty
  std::string metrics_push_url{};  ///< where to push for it, with `test_run_token`; else empty
  Secret test_run_token{};
  double timeout_s = 60;                   ///< of one request
  int aggregation_period_s = 3;            ///< at least 1
  std::size_t max_series_in_batch = 1000;  ///< at least 1
  std::size_t push_concurrency = 1;        ///< at least 1
  bool stop_on_error = false;
};

}  // namespace k6apm::apm
