// Values while a script is evaluated: those of JavaScript (ECMA-262, 6.1) and one more, the value that only
// running the script would tell.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "script/ast.hpp"
#include "script/source.hpp"

namespace k6apm::evaluation {

using namespace script;  // the tree is what this room is about

class Evaluator;
class Regex;
struct JsObject;
struct Module;
struct Scope;

/// Where a value was written down. `source` is null where it was nowhere.
struct Place {
  const Source* source = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first thing that was not known, and so the cause of all that depends on it.
struct Cause {
  Place place{};
  std::string why{};              ///< "the file cannot be opened"; empty: only running the script would tell
  std::string hint{};             ///< the next step where there is a better one than to ask k6
  bool too_much = false;          ///< more work would tell
  bool by_use = false;            ///< of a module of k6 or of a class: each use of it is a cause of its own
  std::optional<Notice> error{};  ///< all that is to be said, where it is a syntax error
};

/// `variable` is the name of the `__ENV` variable that is not set, if it is one.
struct JsUndefined {
  std::shared_ptr<const std::string> variable{};
  bool is_hole = false;  ///< of an array: there is no element at all
};
struct JsNull {};
using JsString = std::shared_ptr<const std::string>;

struct JsValue {
  std::variant<JsUndefined, JsNull, bool, double, JsString, JsObject*, const Cause*> data{};
  Place place{};

  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  bool is_unknown() const { return as<const Cause*>() != nullptr; }
  const Cause* cause() const { return is_unknown() ? *as<const Cause*>() : nullptr; }
  JsObject* object() const { return as<JsObject*>() != nullptr ? *as<JsObject*>() : nullptr; }
  const std::string* text() const { return as<JsString>() != nullptr ? as<JsString>()->get() : nullptr; }
  bool is_hole() const { return as<JsUndefined>() != nullptr && as<JsUndefined>()->is_hole; }
  /// undefined or null.
  bool is_nothing() const { return as<JsUndefined>() != nullptr || as<JsNull>() != nullptr; }
};

/// A call of a function that this tool knows.
struct NativeCall {
  JsValue self{};
  std::vector<JsValue> arguments{};
  Place place{};
  Module* caller = nullptr;  ///< the file that calls

  /// undefined where there are fewer.
  JsValue argument(std::size_t i) const { return i < arguments.size() ? arguments[i] : JsValue{{}, place}; }
};
using Native = JsValue (*)(Evaluator&, const NativeCall&);

struct JsProperty {
  std::string key{};
  bool key_known = true;  ///< false: a key that is not known, or a spread of what is not known
  bool enumerable = true;
  bool maybe = false;  ///< it may be missing
  bool readonly = false;
  bool configurable = true;
  JsValue value{};
  JsObject* getter = nullptr;  ///< an accessor; then `value` means nothing
  JsObject* setter = nullptr;
  Place place{};
};

/// What a closure needs to run.
struct Closure {
  const Function* function = nullptr;
  Module* module = nullptr;
  Scope* scope = nullptr;
  JsValue self{};  ///< `this` of an arrow function, or bound
};

/// `native` is everything that JavaScript brings: functions, and objects such as Math, which have no
/// JsObject::native.
enum class ObjectKind : unsigned char { plain, array, set, map, iterator, closure, native, environment };

/// An object. Its properties stand in the order of their making.
struct JsObject {
  ObjectKind kind = ObjectKind::plain;
  bool frozen = false;
  const Cause* opaque = nullptr;  ///< set once something unknown may have changed it: nothing of it is known
  std::vector<JsProperty> properties{};
  std::vector<JsValue> elements{};  ///< of an array; the members of a set, the keys of a map
  std::vector<JsValue> mapped{};    ///< the values of a map
  std::shared_ptr<const Regex> regex{};
  JsObject* iterated = nullptr;  ///< of an iterator, whose `elements` are what comes
  std::size_t iterated_at = 0;   ///< Evaluator::m_changes then
  std::unique_ptr<Closure> closure{};
  Native native = nullptr;
  JsObject* prototype = nullptr;
  Place place{};
  std::unordered_map<std::string, std::size_t> index{};  ///< of properties, once there are many

  /// The property as it stands, null where it has none of its own. `hidden` is set where a key that is not
  /// known stands behind it and could be this one.
  JsProperty* find(std::string_view key, bool& hidden);
  /// Sets or appends.
  JsProperty& put(std::string key, JsValue value, Place where);
  void erase(std::string_view key);
  /// A key that is not known was set, or what is not known was spread.
  void hide(const Cause* cause, Place where);
};

/// An element that is read: of a hole, undefined.
JsValue filled(JsValue element);
/// An element that is none.
JsValue hole();

// ---- Conversions of ECMA-262, 7.1 and 7.2; of values that are known and no objects

/// "string", "undefined", ... of a known value.
std::string_view type_of(const JsValue& value);
bool is_truthy(const JsValue& value);
/// Number::toString: "1e+21", "0.1", "NaN".
std::string number_text(double value);
/// NaN where the text is no number.
inline constexpr double k_not_a_number = std::numeric_limits<double>::quiet_NaN();

double text_number(std::string_view text);
double to_number(const JsValue& value);
bool strictly_equal(const JsValue& a, const JsValue& b);

}  // namespace k6apm::evaluation
