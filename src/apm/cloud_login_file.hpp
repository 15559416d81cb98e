// k6's own config.json, where `k6 cloud login` keeps the token.
// Source: grafana/k6 v2.2.0, cmd/state/state.go and internal/cmd/config.go; before v1.0 it stood in another
// directory. K6_CONFIG names another file, and is not passed over in silence where that is missing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evaluation/files.hpp"
#include "notice.hpp"

namespace k6apm::apm {

struct CloudLoginFile {
  std::string path{};       ///< empty where there is no such file
  nlohmann::json config{};  ///< `collectors.cloud`; null where the file has none
};

/// A file that is there and cannot be read is noticed; nothing of its content is.
CloudLoginFile read_cloud_login_file(const evaluation::Environment& env, std::vector<Notice>& notices);

}  // namespace k6apm::apm
