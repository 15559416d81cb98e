// Finds what a k6 script exports as `options` and what it changes in it afterwards.
// k6 runs the script and takes the export; here only literals are read. Whatever could change the apm block
// in a way that is not read is an Error, never passed over.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apm/options.hpp"
#include "script/tokens.hpp"
#include "script/value.hpp"

namespace k6apm::apm {

using namespace script;

/// A top-level `const`, `let` or `var`, or an imported name.
struct Binding {
  std::optional<std::size_t> initialiser{};  ///< offset of the expression, where there is one
  bool is_literal_place = true;              ///< false for imports and destructuring: no expression to read
  std::size_t where = 0;
};

/// Where the exported options come from.
struct OptionsExport {
  enum class Kind { none, binding, expression } kind = Kind::none;
  std::string name{};          ///< of the binding
  std::size_t offset = 0;      ///< of the expression; of the export
  bool declared_only = false;  ///< `options` is declared at top level but not exported (kind is none)
  bool is_module = false;      ///< `import` or `export` stands at top level: `exports` means nothing then
  std::map<std::string, Binding, std::less<>> bindings{};
};

/// First pass: the export. Throws Error where it comes from another file or from code.
OptionsExport find_options_export(const Source& source, const Environment& env);

/// A top-level name that stands for the options, and where it is declared.
struct OptionsName {
  std::string name{};
  std::size_t declared_at = 0;
};

/// Second pass: applies what the top level of the script sets in the options after `offset`. Throws Error
/// where something that the apm block depends on is set in another way.
void apply_changes(const Source& source, const std::vector<OptionsName>& names, std::size_t offset,
                   const Environment& env, Value& options);

/// The options of a script: Undefined where it exports none.
Value read_script_options(const Source& source, const Environment& env, bool& declared_only);

/// The Error for something that only running the script would tell.
Error not_readable(const Source& source, std::size_t begin, std::size_t end, std::string_view what);

/// Reads `.name`, `?.name` and `['name']` behind an operand. A key that is not known ends the path with "[]".
std::vector<std::string> take_member_path(ScriptTokens& tokens, Token& last);

}  // namespace k6apm::apm
