// What a script exports under a name, read without running it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluation/files.hpp"
#include "script/value.hpp"

namespace k6apm::evaluation {

struct Exported {
  script::Value value{};                  ///< the parts needed; Undefined where there is no such export
  script::Value beside{};                 ///< the parts beside; Undefined where they cannot be read at all
  bool declared_only = false;             ///< the name is declared at the top level, but not exported
  std::shared_ptr<const void> sources{};  ///< what the value points into
};

/// The keys that lead to a part of a value: {"ext", "loadimpact"}.
using KeyPath = std::vector<std::string>;

/// Which parts of an export are read; the others are not looked at.
struct Parts {
  std::vector<KeyPath> needed{};  ///< everything where there are none
  /// Read after those and apart from them: whatever is wrong there, or too much, does not show in `value`.
  std::vector<KeyPath> beside{};
};

/// Evaluates the script `text`, which stands at `path`, and the files that it imports, and takes `parts` out
/// of its export `name`. What only running the script would tell is Unknown, at the place of its cause.
/// Throws Error (ExitStatus::usage) where the text cannot be cut into tokens or nests too deeply.
Exported read_export(std::string text, const std::string& path, const std::string& name, const Parts& parts,
                     Files files, Environment environment);

/// Evaluates a text that is one expression, such as an object literal with `__ENV.NAME` in it.
/// Throws as read_export, and at any other syntax error.
Exported read_expression(std::string text, const std::string& path, Environment environment);

}  // namespace k6apm::evaluation
