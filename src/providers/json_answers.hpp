// What the answers of receivers that speak JSON have in common.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace k6apm::providers {

/// The body as JSON; discarded where it is none, or nested deeper than 32 levels: answers have three or four,
/// and to print and destroy a value takes stack for each.
nlohmann::json json_answer(std::string_view body);

bool is_success(long status);

/// Whether the same request may be taken later: what any receiver may say of itself or of the way to it.
bool may_pass(long status);

}  // namespace k6apm::providers
