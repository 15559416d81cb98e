#include "text/promql.hpp"

namespace k6apm::text {

std::string promql_string(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  constexpr unsigned char k_first_printable = 0x20;
  constexpr unsigned char k_delete = 0x7F;
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < k_first_printable || byte == k_delete) {
      out += "\\x";
      out += k_digits[byte >> 4U];
      out += k_digits[byte & 0xFU];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

}  // namespace k6apm::text
