// Outcomes, notices and what became of points as JSON, for what has to outlive the program.
#pragma once

#include <nlohmann/json.hpp>

#include "delivery/outcome.hpp"
#include "delivery/settled.hpp"
#include "notice.hpp"

namespace k6apm::delivery {

/// Each is read as it was written; members that are missing are as if nobody had set them. Throws
/// nlohmann::json::exception where a member has another type.
nlohmann::json json_of(const Notice& notice);
nlohmann::json json_of(const std::vector<Notice>& notices);
nlohmann::json json_of(const Settled& settled);
nlohmann::json json_of(const Outcome& outcome);
Notice notice_of(const nlohmann::json& json);
std::vector<Notice> notices_of(const nlohmann::json& json);
Settled settled_of(const nlohmann::json& json);
Outcome outcome_of(const nlohmann::json& json);

}  // namespace k6apm::delivery
