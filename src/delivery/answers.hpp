// What a receiver said, in words for people. Decisions are never made here: those are the
// provider's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k6apm::delivery {

/// The first lines of foreign text, at most 300 characters, without control characters and with *** for each
/// of the `secrets`.
std::string clean_words(std::string_view foreign, const std::vector<std::string>& secrets);

/// "400 out of order sample": the status and the clean words; the status' own name where the answer says
/// nothing.
std::string receiver_words(long status, std::string_view body, const std::vector<std::string>& secrets = {});

}  // namespace k6apm::delivery
