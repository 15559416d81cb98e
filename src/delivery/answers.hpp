// What a receiver said, in words for people. Decisions are never made here: those follow the status alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k6apm::delivery {

/// "400 out of order sample": the status and the first lines of the answer, at most 300 characters, without
/// control characters and with *** for each of the `secrets`; the status' own name where the answer says
/// nothing.
std::string receiver_words(long status, std::string_view body, const std::vector<std::string>& secrets = {});

/// What a person can do about a refusal that is known; else empty. `resent`: it was not the first attempt
/// of the same request.
std::string refusal_hint(long status, std::string_view words, bool resent);

}  // namespace k6apm::delivery
