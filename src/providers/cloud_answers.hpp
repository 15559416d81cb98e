// What k6 cloud means with its answers.
#pragma once

#include <string>
#include <string_view>

#include "providers/provider.hpp"

namespace k6apm::providers {

/// The answer to metrics, as Provider::judge.
Judgement judge_cloud(long status, std::string_view body);

/// The answer to a call that makes or ends a test run, or asks whether the login counts.
Judgement judge_cloud_call(long status, std::string_view body);

/// As Provider::advice.
std::string cloud_advice(long status, std::string_view words, bool resent);

}  // namespace k6apm::providers
