// What Datadog's answers mean. Bodies are foreign: any bytes, JSON or not. Nothing here throws because of
// one.
#pragma once

#include <string>
#include <string_view>

#include "providers/provider.hpp"

namespace k6apm::providers {

/// The answer to series. After Verdict::delivered the words are the errors that the body lists all the same,
/// else what it says at all: its errors, or the whole where it is no JSON of Datadog.
Judgement judge_datadog(long status, std::string_view body);

/// The answer to the question whether the API key is valid: Verdict::stop where it is not, else delivered,
/// for a proxy may not know the question.
Judgement judge_validate(long status, std::string_view body);

/// The answer to a query or a setting: delivered, stop (the keys), retry, or refused, this call alone.
Judgement judge_call(long status, std::string_view body);

/// What a person can do about a refusal; empty where nobody knows.
std::string datadog_advice(long status, std::string_view words, bool resent);

}  // namespace k6apm::providers
