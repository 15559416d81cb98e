#include "text/utf8.hpp"

namespace k6apm::text {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool is_continuation(std::string_view text, std::size_t at) { return (byte_at(text, at) & 0xC0U) == 0x80U; }

void append_byte(std::string& out, char32_t bits) { out.push_back(static_cast<char>(bits)); }

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const unsigned first = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(text, at + 1)) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return !overlong && !surrogate && is_continuation(text, at + 2) ? 3 : 0;
  }
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return !overlong && !too_large && is_continuation(text, at + 2) && is_continuation(text, at + 3) ? 4 : 0;
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = 0xFFFD;
  if (code_point < 0x80) {
    append_byte(out, code_point);
    return;
  }
  if (code_point < 0x800) {
    append_byte(out, 0xC0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      append_byte(out, 0xE0 | (code_point >> 12));
    } else {
      append_byte(out, 0xF0 | (code_point >> 18));
      append_byte(out, 0x80 | ((code_point >> 12) & 0x3F));
    }
    append_byte(out, 0x80 | ((code_point >> 6) & 0x3F));
  }
  append_byte(out, 0x80 | (code_point & 0x3F));
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string with_valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      append_utf8(result, 0xFFFD);
      ++at;
    } else {
      result.append(text, at, length);
      at += length;
    }
  }
  return result;
}

}  // namespace k6apm::text
