// Object.keys and its like, methods that every object has, and calls of functions (ECMA-262, 20.1 and 20.2).
#include <algorithm>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

// The object that an argument is; it may be opaque.
JsObject* object_in(const JsValue& value) {
  if (value.is_unknown()) throw NotKnown{value.cause()};
  return value.object();
}

std::vector<std::string> keys_of(Evaluator& ev, const JsValue& value) {
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

JsValue same(Evaluator& /*ev*/, const NativeCall& c) { return c.argument(0); }

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
  const JsValue made = ev.object(ev.new_object(ObjectKind::plain, c.place), c.place);
  for (const JsValue& pair : *pairs) {
    const JsValue key = ev.get(pair, std::string("0"), c.place);
    ev.set(made, key, ev.get(pair, std::string("1"), c.place), c.place);
  }
  return made;
}

// Of a descriptor of which all that counts is known.
void define(Evaluator& ev, JsObject& object, const std::string& key, const JsValue& descriptor, Place place) {
  const JsValue getter = ev.get(descriptor, std::string("get"), place);
  const JsValue value = ev.get(descriptor, std::string("value"), place);
  const JsValue enumerable = ev.get(descriptor, std::string("enumerable"), place);
  if (object.opaque != nullptr) {
    ev.leak(descriptor, object.opaque);
    return;
  }
  if (object.kind == ObjectKind::array) {
    ev.set(ev.object(&object, place), ev.text(key, place), value, place);
    return;
  }
  bool hidden = false;
  const bool is_new = object.find(key, hidden) == nullptr || hidden;
  JsProperty& property = object.put(key, value, place);
  if (is_new || !enumerable.is_nothing())
    property.enumerable = enumerable.is_unknown() || is_truthy(enumerable);
  if (getter.is_unknown()) property.value = getter;
  if (getter.object() != nullptr) property.getter = getter.object();
}

JsValue define_property(Evaluator& ev, const NativeCall& c) {
  JsObject* object = object_in(c.argument(0));
  const JsValue key = c.argument(1);
  if (object == nullptr) return c.argument(0);
  if (key.is_unknown() || c.argument(2).is_unknown() || c.argument(2).object() == nullptr) {
    ev.leak(c.argument(2), key.cause());
    ev.set(c.argument(0), key, ev.unknown(c.argument(2).cause(), c.place), c.place);
  } else {
    define(ev, *object, text_argument(ev, c, 1), c.argument(2), c.place);
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
    if (property.key.substr(0, 2) != "@@") out.push_back(ev.text(property.key, c.place));
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
  return descriptor_of(ev, c, *object, text_argument(ev, c, 1));
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
  return ev.boolean(strictly_equal(c.argument(0), c.argument(1)), c.place);
}

bool has_own(Evaluator& ev, const JsValue& holder, const std::string& key, Place place) {
  JsObject* object = object_in(holder);
  if (object == nullptr) throw NotKnown{ev.unknown(place).cause()};
  if (object->opaque != nullptr && object->kind != ObjectKind::native) throw NotKnown{object->opaque};
  if (object->kind == ObjectKind::environment) return ev.environment()(key).has_value();
  const auto i = array_index(key);
  if (object->kind == ObjectKind::array && (i || key == "length")) return !i || *i < object->elements.size();
  bool hidden = false;
  const JsProperty* property = object->find(key, hidden);
  if (hidden) throw NotKnown{property->value.cause()};
  return property != nullptr;
}

JsValue has_own_function(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(has_own(ev, c.argument(0), text_argument(ev, c, 1), c.place), c.place);
}

JsValue has_own_method(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(has_own(ev, c.self, text_argument(ev, c, 0), c.place), c.place);
}

JsValue is_enumerable(Evaluator& ev, const NativeCall& c) {
  const auto names = keys_of(ev, c.self);
  return ev.boolean(std::find(names.begin(), names.end(), text_argument(ev, c, 0)) != names.end(), c.place);
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
      {"seal", same, k_plain},
      {"preventExtensions", same, k_plain},
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
