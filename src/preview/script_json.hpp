// JSON that may stand in a <script> element.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace k6apm::preview {

/// `json` on one line in ASCII without `<`, so that nothing in it ends the element or begins another; what is
/// not UTF-8 becomes U+FFFD.
std::string script_json(const nlohmann::ordered_json& json);

/// The same for a number, in the shortest form that reads back as it; null where it is not finite.
void append_number(std::string& text, double value);

}  // namespace k6apm::preview
