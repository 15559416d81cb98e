// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k6apm::text {

/// Bytes of the well-formed code point that begins at `text[at]`, 1 to 4; 0 where the bytes there are not
/// UTF-8.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// Appends `code_point`; a surrogate or a value above U+10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

/// Whether `byte` begins a code point, that is, is no continuation byte.
constexpr bool begins_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// Whether every byte is part of a well-formed code point.
bool is_valid_utf8(std::string_view text);

/// `text` with every byte that is not part of a well-formed code point replaced by U+FFFD, as Go does it.
std::string with_valid_utf8(std::string_view text);

}  // namespace k6apm::text
