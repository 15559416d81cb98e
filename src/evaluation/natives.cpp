// Finds native functions, and makes the global objects.
#include "evaluation/natives.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "script/tokens.hpp"

namespace k6apm::evaluation {

namespace {

Native find_row(std::span<const NativeRow> rows, std::string_view name) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const NativeRow& r) { return r.name == name; });
  return row == rows.end() ? nullptr : row->function;
}

// Properties that JavaScript has and the tables lack.
constexpr std::array<std::string_view, 16> k_other_of_strings = {"matchAll",
                                                                 "search",
                                                                 "localeCompare",
                                                                 "normalize",
                                                                 "anchor",
                                                                 "codePointAt",
                                                                 "toLocaleLowerCase",
                                                                 "big",
                                                                 "toLocaleUpperCase",
                                                                 "link",
                                                                 "isWellFormed",
                                                                 "toWellFormed",
                                                                 "constructor",
                                                                 "bold",
                                                                 "sub",
                                                                 "\x01iterator"};
constexpr std::array<std::string_view, 14> k_other_of_arrays = {
    "copyWithin",  "toSorted",     "toSpliced",   "toReversed",    "with",
    "findLast",    "lastIndexOf",  "reduceRight", "findLastIndex", "toLocaleString",
    "constructor", "\x01iterator", "group",       "groupToMap"};
constexpr std::array<std::string_view, 12> k_other_of_objects = {
    "toString",         "valueOf",          "toLocaleString",   "constructor",
    "isPrototypeOf",    "__proto__",        "__defineGetter__", "__defineSetter__",
    "__lookupGetter__", "__lookupSetter__", "hasOwnProperty",   "\x01toPrimitive"};
constexpr std::array<std::string_view, 6> k_other_of_functions = {"bind",   "toString", "name",
                                                                  "length", "caller",   "arguments"};
constexpr std::array<std::string_view, 12> k_other_of_regexes = {
    "exec",   "source",  "flags",  "global",     "ignoreCase", "multiline",
    "sticky", "unicode", "dotAll", "hasIndices", "lastIndex",  "compile"};
constexpr std::array<std::string_view, 4> k_other_of_numbers = {"toPrecision", "toExponential",
                                                                "toLocaleString", "constructor"};
constexpr std::array<std::string_view, 6> k_other_of_collections = {
    "\x01iterator", "union", "intersection", "difference", "symmetricDifference", "isSubsetOf"};

// Of browsers, Node and module loaders; k6 has none of them.
constexpr std::array<std::string_view, 8> k_absent = {"window", "document", "self",   "process",
                                                      "define", "Deno",     "Buffer", "importScripts"};

// Of JavaScript and of k6 (sobek, and k6's own globals).
constexpr std::array<std::string_view, 52> k_other_globals = {"AggregateError",
                                                              "ArrayBuffer",
                                                              "BigInt",
                                                              "BigInt64Array",
                                                              "BigUint64Array",
                                                              "DataView",
                                                              "Date",
                                                              "EvalError",
                                                              "TypeError",
                                                              "RangeError",
                                                              "FinalizationRegistry",
                                                              "Float32Array",
                                                              "Float64Array",
                                                              "Function",
                                                              "Int16Array",
                                                              "Int32Array",
                                                              "Int8Array",
                                                              "Intl",
                                                              "Iterator",
                                                              "Promise",
                                                              "Proxy",
                                                              "ReferenceError",
                                                              "Reflect",
                                                              "RegExp",
                                                              "SharedArrayBuffer",
                                                              "SyntaxError",
                                                              "URIError",
                                                              "URL",
                                                              "Uint16Array",
                                                              "Uint32Array",
                                                              "Uint8Array",
                                                              "Uint8ClampedArray",
                                                              "WeakMap",
                                                              "WeakRef",
                                                              "WeakSet",
                                                              "__ITER",
                                                              "clearInterval",
                                                              "clearTimeout",
                                                              "crypto",
                                                              "decodeURI",
                                                              "escape",
                                                              "eval",
                                                              "global",
                                                              "globalThis",
                                                              "queueMicrotask",
                                                              "setInterval",
                                                              "setTimeout",
                                                              "structuredClone",
                                                              "TextDecoder",
                                                              "TextEncoder",
                                                              "unescape",
                                                              "URLSearchParams"};

void put_all(Evaluator& evaluator, JsObject& object, std::span<const NativeRow> rows) {
  for (const NativeRow& row : rows) {
    object.put(std::string(row.name), evaluator.native(row.function, {}), {}).enumerable = false;
  }
}

void put_prototype(Evaluator& evaluator, JsObject& object, std::span<const NativeRow> methods) {
  JsObject* prototype = evaluator.new_object(ObjectKind::native, {});
  put_all(evaluator, *prototype, methods);
  put_all(evaluator, *prototype, object_methods());
  object.put("prototype", evaluator.object(prototype, {}), {}).enumerable = false;
}

// `Object`, `Array`, ...: a function with functions.
JsValue make_class(Evaluator& evaluator, const std::string& name, std::span<const NativeRow> functions,
                   std::span<const NativeRow> methods) {
  JsObject* made = evaluator.new_object(ObjectKind::native, {});
  made->native = find_row(global_functions(), name);
  put_all(evaluator, *made, functions);
  put_prototype(evaluator, *made, methods);
  return evaluator.object(made, {});
}

JsValue make_bag(Evaluator& evaluator, std::span<const NativeRow> functions) {
  JsObject* made = evaluator.new_object(ObjectKind::native, {});
  put_all(evaluator, *made, functions);
  return evaluator.object(made, {});
}

// As texts that no other key is.
JsValue make_symbol(Evaluator& evaluator) {
  JsObject* made = evaluator.new_object(ObjectKind::native, {});
  made->native = not_followed;
  for (const char* name : {"toStringTag", "iterator", "asyncIterator", "hasInstance", "toPrimitive"})
    made->put(name, evaluator.text(std::string("\x01") + name, {}), {});
  return evaluator.object(made, {});
}

JsValue nothing(Evaluator& /*evaluator*/, const NativeCall& call) { return {{}, call.place}; }

JsValue make_console(Evaluator& evaluator) {
  static constexpr NativeRow rows[] = {
      {"log", nothing, k_takes_unknown},   {"info", nothing, k_takes_unknown},
      {"warn", nothing, k_takes_unknown},  {"error", nothing, k_takes_unknown},
      {"debug", nothing, k_takes_unknown}, {"trace", nothing, k_takes_unknown},
  };
  return make_bag(evaluator, rows);
}

JsValue make_math(Evaluator& evaluator) {
  JsValue math = make_bag(evaluator, math_functions());
  constexpr double k_pi = 3.141592653589793;
  constexpr double k_e = 2.718281828459045;
  math.object()->put("PI", evaluator.number(k_pi, {}), {});
  math.object()->put("E", evaluator.number(k_e, {}), {});
  return math;
}

JsValue make_number(Evaluator& evaluator) {
  JsValue made = make_class(evaluator, "Number", number_functions(), number_methods());
  constexpr double k_safe = 9007199254740991;  // 2^53 - 1
  made.object()->put("MAX_SAFE_INTEGER", evaluator.number(k_safe, {}), {});
  made.object()->put("MIN_SAFE_INTEGER", evaluator.number(-k_safe, {}), {});
  made.object()->put("MAX_VALUE", evaluator.number(std::numeric_limits<double>::max(), {}), {});
  return made;
}

}  // namespace

JsValue not_followed(Evaluator& evaluator, const NativeCall& call) {
  JsValue result = evaluator.unknown(call.place);
  evaluator.note_risk(result.cause());
  evaluator.leak(call.self, result.cause());
  for (const JsValue& argument : call.arguments) evaluator.leak(argument, result.cause());
  return result;
}

bool exists_in_k6(std::string_view name) { return one_of(name, k_other_globals); }

Native find_method(const JsValue& self, std::string_view name) {
  const JsObject* object = self.object();
  if (self.text() != nullptr) return find_row(string_methods(), name);
  if (self.as<double>() != nullptr) return find_row(number_methods(), name);
  if (object == nullptr) return nullptr;
  Native found = nullptr;
  if (object->kind == ObjectKind::array) found = find_row(array_methods(), name);
  if (object->kind == ObjectKind::set || object->kind == ObjectKind::map)
    found = find_row(collection_methods(), name);
  if (object->regex != nullptr) found = find_row(regex_methods(), name);
  if (object->kind == ObjectKind::closure || object->native != nullptr)
    found = find_row(function_methods(), name);
  return found != nullptr ? found : find_row(object_methods(), name);
}

bool exists_otherwise(const JsValue& self, std::string_view name) {
  const JsObject* object = self.object();
  if (one_of(name, k_other_of_objects)) return true;
  if (self.text() != nullptr) return one_of(name, k_other_of_strings);
  if (self.as<double>() != nullptr) return one_of(name, k_other_of_numbers);
  if (object == nullptr) return false;
  if (object->kind == ObjectKind::array) return one_of(name, k_other_of_arrays);
  if (object->kind == ObjectKind::set || object->kind == ObjectKind::map)
    return one_of(name, k_other_of_collections);
  if (object->regex != nullptr) return one_of(name, k_other_of_regexes);
  return object->kind == ObjectKind::closure && one_of(name, k_other_of_functions);
}

NativeTraits traits_of(Native function) {
  static const std::unordered_map<Native, NativeTraits> traits = [] {
    std::unordered_map<Native, NativeTraits> all;
    for (const auto rows :
         {string_methods(), array_methods(), object_methods(), function_methods(), number_methods(),
          regex_methods(), collection_methods(), object_functions(), array_functions(), number_functions(),
          math_functions(), json_functions(), global_functions()}) {
      for (const NativeRow& row : rows) all.emplace(row.function, row.traits);
    }
    all.emplace(nothing, k_takes_unknown);
    all.emplace(not_followed, k_takes_unknown);
    return all;
  }();
  const auto found = traits.find(function);
  return found == traits.end() ? NativeTraits{} : found->second;
}

std::optional<JsValue> make_global(Evaluator& evaluator, const std::string& name) {
  if (name == "undefined" || one_of(name, k_absent)) return JsValue{};
  if (name == "NaN") return evaluator.number(std::numeric_limits<double>::quiet_NaN(), {});
  if (name == "Infinity") return evaluator.number(std::numeric_limits<double>::infinity(), {});
  if (name == "__VU") return evaluator.number(0, {});  // of the run that reads the options
  if (name == "__ENV") return evaluator.object(evaluator.new_object(ObjectKind::environment, {}), {});
  if (name == "Object") return make_class(evaluator, name, object_functions(), {});
  if (name == "Array") return make_class(evaluator, name, array_functions(), array_methods());
  if (name == "String") return make_class(evaluator, name, {}, string_methods());
  if (name == "Boolean") return make_class(evaluator, name, {}, {});
  if (name == "Number") return make_number(evaluator);
  if (name == "Math") return make_math(evaluator);
  if (name == "JSON") return make_bag(evaluator, json_functions());
  if (name == "console") return make_console(evaluator);
  if (name == "Symbol") return make_symbol(evaluator);
  if (const Native function = find_row(global_functions(), name)) return evaluator.native(function, {});
  return std::nullopt;
}

std::string text_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i) {
  const Cause* cause = nullptr;
  auto text = evaluator.text_of(call.argument(i), cause);
  if (!text) throw NotKnown{cause};
  return std::move(*text);
}

std::string key_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i) {
  const JsValue key = call.argument(i);
  return key.text() != nullptr ? *key.text() : text_argument(evaluator, call, i);
}

std::string text_of_self(Evaluator& evaluator, const NativeCall& call) {
  const Cause* cause = nullptr;
  auto text = evaluator.text_of(call.self, cause);
  if (!text) throw NotKnown{cause};
  return std::move(*text);
}

double integer_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i, double missing) {
  const JsValue value = call.argument(i);
  if (value.is_unknown()) throw NotKnown{value.cause()};
  if (value.as<JsUndefined>() != nullptr) return missing;
  if (value.object() != nullptr) throw NotKnown{evaluator.unknown(call.place).cause()};
  const double number = to_number(value);
  return std::isnan(number) ? 0 : std::trunc(number);
}

JsObject& array_in(Evaluator& evaluator, const JsValue& value, Place place) {
  if (value.is_unknown()) throw NotKnown{value.cause()};
  JsObject* object = value.object();
  if (object != nullptr && object->opaque != nullptr) throw NotKnown{object->opaque};
  if (object == nullptr || object->kind != ObjectKind::array)
    throw NotKnown{evaluator.unknown(place).cause()};
  return *object;
}

bool truth_of(const JsValue& value) {
  if (value.is_unknown()) throw NotKnown{value.cause()};
  return is_truthy(value);
}

}  // namespace k6apm::evaluation
