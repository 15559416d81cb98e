// The values of single tokens, and what a message may show of an expression.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "script/tokens.hpp"

namespace k6apm::script {

/// The value of a string or plain template token (ECMA-262, 12.9.4 and 12.9.6), as UTF-8. Throws Error at a
/// broken escape.
std::string decode_string(const Source& source, const Token& token);

/// The value of a number token (ECMA-262, 12.9.3); nothing for a BigInt. Throws Error where it is malformed.
std::optional<double> decode_number(const Source& source, const Token& token);

/// "a name", "}": what a syntax error says it found.
std::string found_text(const Token& token);

/// The expression from `begin` to `end` fit for a message: on one line, shortened, the text of strings other
/// than file names, and what looks like a key without quotes, replaced by ***.
std::string shown_expression(const Source& source, std::size_t begin, std::size_t end);

}  // namespace k6apm::script
