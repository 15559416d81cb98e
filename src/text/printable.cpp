#include "text/printable.hpp"

#include <cstddef>

#include "text/utf8.hpp"

namespace k6apm::text {
namespace {

/// One well-formed code point: C0, DEL, or C1 (U+0080 to U+009F, which is C2 80 to C2 9F).
bool is_control(std::string_view code_point) {
  const auto lead = static_cast<unsigned char>(code_point[0]);
  if (code_point.size() == 1) return lead < 0x20 || lead == 0x7F;
  return lead == 0xC2 && static_cast<unsigned char>(code_point[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = with_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  for (std::size_t at = 0; at < valid.size();) {
    const std::string_view code_point = std::string_view(valid).substr(at, utf8_length(valid, at));
    if (is_control(code_point)) {
      out += ' ';
    } else {
      out += code_point;
    }
    at += code_point.size();
  }
  return out;
}

}  // namespace k6apm::text
