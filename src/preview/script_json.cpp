// Source: HTML Standard, "Restrictions for contents of script elements": `<!--`, `<script` and `</script` are
// what means something there. U+2028 and U+2029 end a line in old JavaScript.
#include "preview/script_json.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace k6apm::preview {

std::string script_json(const nlohmann::ordered_json& json) {
  const std::string text = json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<')
      safe += "\\u003c";  // it can stand in strings only
    else
      safe += c;
  }
  return safe;
}

void append_number(std::string& text, double value) {
  if (std::isfinite(value))
    fmt::format_to(std::back_inserter(text), "{}", value);
  else
    text += "null";
}

}  // namespace k6apm::preview
