// JSON as people write it (RFC 8259), and what they take for it.
#pragma once

#include "script/source.hpp"
#include "script/value.hpp"

namespace k6apm::script {

/// Reads a text that is one JSON value; unquoted keys, single quotes, comments and trailing commas are
/// accepted. Throws Error at a syntax error.
Value read_json(const Source& source);

}  // namespace k6apm::script
