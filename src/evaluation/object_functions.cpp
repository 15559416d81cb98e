// Object.keys and its like, methods that every object has, and calls of functions (ECMA-262, 20.1 and 20.2).
#include <algorithm>
#include <cmath>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

// The object that an argument is; it may be opaque.
JsObject* object_in(const JsValue& value) {
  if (value.is_unknown()) throw NotKnown{value.cause()};
  return value.object();
}

std::vector<std::string> keys_of(Evaluator& ev, const JsValue& value) {
  if (value.is_nothing()) throw NotKnown{ev.unknown(value.place).cause()};  // an error in JavaScript
  const Cause* cause = nullptr;
  auto names = ev.keys(value, cause);
  if (!names) throw NotKnown{cause};
  return std::move(*names);
}

JsValue assign(Evaluator& ev, const NativeCall& c) {
  JsObject* to = object_in(c.argument(0));
  for (std::size_t i = 1; i < c.arguments.size(); ++i) {
    if (to == nullptr || to->opaque != nullptr) {
      throw NotKnown{ev.unknown(to == nullptr ? nullptr : to->opaque, c.place).cause()};
    }
    ev.copy_properties(*to, c.arguments[i], c.place);
  }
  return c.argument(0);
}

JsValue freeze(Evaluator& /*ev*/, const NativeCall& c) {
  if (JsObject* object = c.argument(0).object()) object->frozen = true;
  return c.argument(0);
}

JsValue keys(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  for (std::string& name : keys_of(ev, c.argument(0))) out.push_back(ev.text(std::move(name), c.place));
  return ev.new_array(std::move(out), c.place);
}

JsValue values(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  for (const std::string& name : keys_of(ev, c.argument(0)))
    out.push_back(ev.get(c.argument(0), name, c.place));
  return ev.new_array(std::move(out), c.place);
}

JsValue entries(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  for (const std::string& name : keys_of(ev, c.argument(0))) {
    JsValue value = ev.get(c.argument(0), name, c.place);
    out.push_back(ev.new_array({ev.text(name, c.place), std::move(value)}, c.place));
  }
  return ev.new_array(std::move(out), c.place);
}

JsValue from_entries(Evaluator& ev, const NativeCall& c) {
  const Cause* cause = nullptr;
  const auto pairs = ev.items(c.argument(0), cause, c.place);
  if (!pairs) throw NotKnown{cause};
  JsValue made = ev.object(ev.new_object(ObjectKind::plain, c.place), c.place);
  for (const JsValue& pair : *pairs) {
    if (pair.object() == nullptr) throw NotKnown{ev.unknown(pair.cause(), c.place).cause()};
    const JsValue key = ev.get(pair, std::string("0"), c.place);
    ev.set(made, key, ev.get(pair, std::string("1"), c.place), c.place);
  }
  return made;
}

// Whether the descriptor says it; NotKnown where that is not sure.
bool says(Evaluator& ev, const JsValue& descriptor, const std::string& key, Place place) {
  return truth_of(ev.contains(descriptor, ev.text(key, place), place));
}

// What the descriptor does not say stays, or is false in a new property.
void define(Evaluator& ev, JsObject& object, const std::string& key, const JsValue& descriptor, Place place) {
  const auto flag = [&](const char* name, bool before) {
    return says(ev, descriptor, name, place) ? truth_of(ev.get(descriptor, std::string(name), place))
                                             : before;
  };
  if (object.kind == ObjectKind::array || object.frozen) throw NotKnown{ev.unknown(place).cause()};
  bool hidden = false;
  const JsProperty* found = object.find(key, hidden);
  if (hidden || (found != nullptr && found->maybe))
    throw NotKnown{ev.unknown(found->value.cause(), place).cause()};
  JsProperty made;
  if (found != nullptr) made = *found;
  made.enumerable = flag("enumerable", found != nullptr && made.enumerable);
  made.configurable = flag("configurable", found != nullptr && made.configurable);
  made.readonly = !flag("writable", found != nullptr && !made.readonly);
  if (says(ev, descriptor, "value", place) || found == nullptr) {
    made.value = ev.get(descriptor, std::string("value"), place);
    made.getter = made.setter = nullptr;
  }
  for (const char* accessor : {"get", "set"}) {
    if (!says(ev, descriptor, accessor, place)) continue;
    const JsValue function = ev.get(descriptor, std::string(accessor), place);
    if (function.is_unknown()) throw NotKnown{function.cause()};
    (accessor[0] == 'g' ? made.getter : made.setter) = function.object();
    made.value = {};
    made.readonly = false;
  }
  if (object.opaque != nullptr) throw NotKnown{object.opaque};
  JsProperty& property = object.put(key, made.value, place);
  made.key = key;
  made.place = place;
  property = made;
}

JsValue define_property(Evaluator& ev, const NativeCall& c) {
  JsObject* object = object_in(c.argument(0));
  const JsValue key = c.argument(1);
  if (object == nullptr) return c.argument(0);
  if (key.is_unknown() || c.argument(2).is_unknown() || c.argument(2).object() == nullptr) {
    ev.leak(c.argument(2), key.cause());
    ev.set(c.argument(0), key, ev.unknown(c.argument(2).cause(), c.place), c.place);
  } else {
    define(ev, *object, key_argument(ev, c, 1), c.argument(2), c.place);
  }
  return c.argument(0);
}

JsValue define_properties(Evaluator& ev, const NativeCall& c) {
  JsObject* object = object_in(c.argument(0));
  if (object == nullptr) return c.argument(0);
  for (const std::string& name : keys_of(ev, c.argument(1)))
    define(ev, *object, name, ev.get(c.argument(1), name, c.place), c.place);
  return c.argument(0);
}

// Those that are not enumerable, too.
JsValue own_names(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  keys_of(ev, c.argument(0));
  const JsObject* object = object_in(c.argument(0));
  if (object == nullptr) return ev.new_array({}, c.place);
  for (std::size_t i = 0; i < object->elements.size(); ++i)
    out.push_back(ev.text(std::to_string(i), c.place));
  if (object->kind == ObjectKind::array) out.push_back(ev.text("length", c.place));
  for (const JsProperty& property : object->properties) {
    if (property.key.substr(0, 1) != "\x01") out.push_back(ev.text(property.key, c.place));
  }
  return ev.new_array(std::move(out), c.place);
}

JsValue descriptor_of(Evaluator& ev, const NativeCall& c, JsObject& object, const std::string& key) {
  bool hidden = false;
  const JsProperty* property = object.find(key, hidden);
  if (hidden) throw NotKnown{property->value.cause()};
  if (property == nullptr) return {{}, c.place};
  JsObject* made = ev.new_object(ObjectKind::plain, c.place);
  if (property->getter != nullptr || property->setter != nullptr) {
    if (property->getter != nullptr) made->put("get", ev.object(property->getter, c.place), c.place);
    if (property->setter != nullptr) made->put("set", ev.object(property->setter, c.place), c.place);
  } else {
    made->put("value", property->value, c.place);
    made->put("writable", ev.boolean(true, c.place), c.place);
  }
  made->put("enumerable", ev.boolean(property->enumerable, c.place), c.place);
  made->put("configurable", ev.boolean(true, c.place), c.place);
  return ev.object(made, c.place);
}

JsValue own_descriptor(Evaluator& ev, const NativeCall& c) {
  JsObject* object = object_in(c.argument(0));
  if (object == nullptr || object->kind == ObjectKind::array) throw NotKnown{ev.unknown(c.place).cause()};
  return descriptor_of(ev, c, *object, key_argument(ev, c, 1));
}

JsValue own_descriptors(Evaluator& ev, const NativeCall& c) {
  JsObject* object = object_in(c.argument(0));
  if (object == nullptr || object->kind == ObjectKind::array) throw NotKnown{ev.unknown(c.place).cause()};
  keys_of(ev, c.argument(0));
  JsObject* made = ev.new_object(ObjectKind::plain, c.place);
  for (std::size_t i = 0; i < object->properties.size(); ++i) {
    const std::string key = object->properties[i].key;
    made->put(key, descriptor_of(ev, c, *object, key), c.place);
  }
  return ev.object(made, c.place);
}

JsValue no_symbols(Evaluator& ev, const NativeCall& c) { return ev.new_array({}, c.place); }

JsValue create(Evaluator& ev, const NativeCall& c) {
  JsObject* made = ev.new_object(ObjectKind::plain, c.place);
  made->prototype = object_in(c.argument(0));
  if (made->prototype != nullptr && made->prototype->kind == ObjectKind::native) made->prototype = nullptr;
  if (c.argument(1).object() != nullptr) {
    for (const std::string& name : keys_of(ev, c.argument(1)))
      define(ev, *made, name, ev.get(c.argument(1), name, c.place), c.place);
  }
  return ev.object(made, c.place);
}

JsValue is_same(Evaluator& ev, const NativeCall& c) {
  const JsValue a = c.argument(0);
  const JsValue b = c.argument(1);
  const auto* x = a.as<double>();
  const auto* y = b.as<double>();
  if (x == nullptr || y == nullptr) return ev.boolean(strictly_equal(a, b), c.place);
  const bool both_nan = std::isnan(*x) && std::isnan(*y);
  return ev.boolean(both_nan || (*x == *y && std::signbit(*x) == std::signbit(*y)), c.place);
}

bool has_own(Evaluator& ev, const JsValue& holder, const std::string& key, Place place) {
  JsObject* object = object_in(holder);
  if (object == nullptr) throw NotKnown{ev.unknown(place).cause()};
  if (object->opaque != nullptr && object->kind != ObjectKind::native) throw NotKnown{object->opaque};
  if (object->kind == ObjectKind::environment) return ev.environment()(key).has_value();
  const auto i = array_index(key);
  if (object->kind == ObjectKind::array && (i || key == "length"))
    return !i || (*i < object->elements.size() && !object->elements[*i].is_hole());
  bool hidden = false;
  const JsProperty* property = object->find(key, hidden);
  if (hidden || (property != nullptr && property->maybe))
    throw NotKnown{ev.unknown(property->value.cause(), place).cause()};
  const bool is_builtin =
      object->kind == ObjectKind::closure && (key == "name" || key == "length" || key == "prototype");
  if (property == nullptr && is_builtin) throw NotKnown{ev.unknown(place).cause()};
  return property != nullptr;
}

JsValue has_own_function(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(has_own(ev, c.argument(0), key_argument(ev, c, 1), c.place), c.place);
}

JsValue has_own_method(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(has_own(ev, c.self, key_argument(ev, c, 0), c.place), c.place);
}

JsValue is_enumerable(Evaluator& ev, const NativeCall& c) {
  const auto names = keys_of(ev, c.self);
  return ev.boolean(std::find(names.begin(), names.end(), key_argument(ev, c, 0)) != names.end(), c.place);
}

JsValue function_call(Evaluator& ev, const NativeCall& c) {
  NativeCall inner{c.argument(0), {}, c.place, c.caller};
  if (!c.arguments.empty()) inner.arguments.assign(c.arguments.begin() + 1, c.arguments.end());
  return ev.call(c.self, std::move(inner));
}

JsValue function_apply(Evaluator& ev, const NativeCall& c) {
  NativeCall inner{c.argument(0), {}, c.place, c.caller};
  if (!c.argument(1).is_nothing()) {
    const Cause* cause = nullptr;
    auto values = ev.items(c.argument(1), cause, c.place);
    if (!values) throw NotKnown{cause};
    inner.arguments = std::move(*values);
  }
  return ev.call(c.self, std::move(inner));
}

}  // namespace

std::span<const NativeRow> object_functions() {
  static constexpr NativeTraits k_stores{true, true};
  static constexpr NativeRow rows[] = {
      {"assign", assign, k_stores},
      {"freeze", freeze, k_plain},
      {"keys", keys, k_plain},
      {"values", values, k_calls_back},
      {"entries", entries, k_calls_back},
      {"fromEntries", from_entries, k_calls_back},
      {"defineProperty", define_property, k_stores},
      {"defineProperties", define_properties, k_stores},
      {"getOwnPropertyNames", own_names, k_plain},
      {"getOwnPropertyDescriptor", own_descriptor, k_calls_back},
      {"getOwnPropertyDescriptors", own_descriptors, k_calls_back},
      {"getOwnPropertySymbols", no_symbols, k_plain},
      {"create", create, k_calls_back},
      {"is", is_same, k_plain},
      {"hasOwn", has_own_function, k_plain},
  };
  return rows;
}

std::span<const NativeRow> object_methods() {
  static constexpr NativeRow rows[] = {
      {"hasOwnProperty", has_own_method, k_plain},
      {"propertyIsEnumerable", is_enumerable, k_plain},
  };
  return rows;
}

std::span<const NativeRow> function_methods() {
  static constexpr NativeTraits k_stores{true, true};
  static constexpr NativeRow rows[] = {
      {"call", function_call, k_stores},
      {"apply", function_apply, k_stores},
  };
  return rows;
}

}  // namespace k6apm::evaluation
