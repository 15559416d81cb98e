// Which names of the code around it a piece of code mentions, and what it could do with them. For code that
// is not followed: what it mentions is all that it can change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "script/ast.hpp"
#include "script/source.hpp"

namespace k6apm::evaluation {

using script::Range;
using script::Source;

enum class Use : unsigned char {
  read,     ///< what stands at the path may be handed on
  called,   ///< the last name of the path is called, with the rest of it as `this`
  set,      ///< what stands at the path may be replaced
  removed,  ///< it may be deleted
};

/// `name.a.b`: `path` holds a and b. A key that is not known ends the path; then `use` is read.
struct Mention {
  std::string_view name{};
  std::vector<std::string> path{};
  Use use = Use::read;
};

struct Mentions {
  std::vector<Mention> names{};  ///< free names only, as far as braces and parameters tell
  std::size_t tokens = 0;        ///< how much was read
  bool returns = false;          ///< `return` stands in it
  bool jumps = false;            ///< `break` or `continue`
  bool continues = false;
  bool jumps_to_label = false;
  bool throws = false;
  bool has_functions = false;    ///< some that may be called later
  bool runs_later = false;       ///< it uses promises, timers or asynchronous functions
  bool uses_this = false;        ///< `this` stands in it
  bool uses_outer_this = false;  ///< the same, but not in a function or class of its own
};

/// Of the bytes in `range`, where an expression or a statement must begin.
Mentions find_mentions(const Source& source, Range range);

}  // namespace k6apm::evaluation
