// Where code of a script runs and how it ends: names, files, exceptions.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluation/js_value.hpp"
#include "script/script.hpp"

namespace k6apm::evaluation {

/// A declared name. An imported one has `from`, and its value is read there each time.
struct Binding {
  JsValue value{};
  bool initialised = true;
  bool constant = false;
  Module* from = nullptr;
  std::string imported{};
};

struct Scope {
  Scope* parent = nullptr;
  std::unordered_map<std::string_view, Binding> bindings{};
};

/// What can be assigned to, evaluated once: a name, or a property of `holder`.
struct Reference {
  std::string_view name{};
  JsValue holder{};
  JsValue key{};
  Place place{};
  bool is_name = false;
  bool is_known = true;  ///< false: an expression that is not followed
};

/// Where code runs.
struct Frame {
  Module* module = nullptr;
  Scope* scope = nullptr;
  JsValue self{};  ///< `this`
};

/// What a file exports under a name: a name of its own, a name of another file, or a value.
struct ModuleExport {
  std::string local{};
  Module* from = nullptr;
  std::optional<JsValue> value{};
};

enum class ModuleState : unsigned char { fresh, evaluating, done };

/// What a native function wants to know of its arguments.
struct NativeTraits {
  bool takes_unknown = false;  ///< it is called though an argument or `this` is not known
  bool calls_back = false;     ///< it may call what it is given, or give a part of it back
};

/// A file, or a name that stands for none that can be read (`unreadable`).
struct Module {
  std::string path{};
  std::string text{};
  std::unique_ptr<Source> source{};
  std::unique_ptr<Script> script{};
  Scope* scope = nullptr;
  JsObject* common_js = nullptr;  ///< `module`, whose `exports` may be replaced
  std::map<std::string, ModuleExport, std::less<>> exports{};
  std::vector<Module*> star_exports{};
  std::optional<JsValue> json{};  ///< the value of a JSON file
  const Cause* unreadable = nullptr;
  ModuleState state = ModuleState::fresh;
  bool is_es_module = false;  ///< it has import or export statements
};

enum class Flow : unsigned char { normal, broken, continued, returned, uncertain };

/// How a statement ended. `uncertain`: it may have left the function or loop around it, because of `cause`.
struct Completion {
  Flow flow = Flow::normal;
  JsValue value{};
  std::string_view label{};
  const Cause* cause = nullptr;
};

/// A ?. found nothing: the whole chain is undefined.
struct ShortCircuit {};

/// A JavaScript exception on its way.
struct Thrown {
  JsValue value{};
  const Cause* cause = nullptr;
};
/// Too much work, or too deep.
struct Stopped {
  const Cause* cause = nullptr;
};

/// All of the options are not known: even what cannot be followed is too much.
struct GivenUp {
  const Cause* cause = nullptr;
};

/// Code that may run later.
struct Escaped {
  Module* module = nullptr;
  Scope* scope = nullptr;
  Range range{};
};

}  // namespace k6apm::evaluation
