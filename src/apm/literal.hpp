// Reads one literal of a script or a JSON text into a Value (ECMA-262, 13.2; RFC 8259 is a part of it).
// What is no literal becomes Unknown and is passed over; nothing is ever evaluated.
#pragma once

#include "apm/options.hpp"
#include "script/literals.hpp"
#include "script/tokens.hpp"
#include "script/value.hpp"

namespace k6apm::apm {

using namespace script;

/// The deepest nesting that is read.
constexpr std::size_t max_nesting = 200;
/// The most values that are read into one tree.
constexpr std::size_t max_values = 2'000'000;

/// Reads the expression that begins at `offset` of a script and ends with its statement or at a comma. Throws
/// Error at a syntax error.
Value read_script_value(const Source& source, std::size_t offset, const Environment& env);

/// Reads a text that is one JSON value; unquoted keys, single quotes, comments and trailing commas are
/// accepted.
Value read_json_value(const Source& source);

/// The same with `__ENV.NAME` as a value. What is no literal becomes Unknown.
Value read_apm_value(const Source& source, const Environment& env);

}  // namespace k6apm::apm
