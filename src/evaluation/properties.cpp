// Reading and writing properties (ECMA-262, 10.1).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {

constexpr std::size_t k_most_prototypes = 50;

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; });
}

std::optional<std::size_t> array_index(std::string_view key) {
  if (key.empty() || key.size() > 9 || (key.size() > 1 && key.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return index;
}

// What is not known stays so; as the expression grows, so does what messages show of it.
JsValue Evaluator::widened(const JsValue& value, Place where) {
  const Cause& cause = *value.cause();
  const bool inside = cause.by_use || (cause.why.empty() && cause.place.source == where.source &&
                                       cause.place.begin >= where.begin && cause.place.end <= where.end);
  JsValue result = unknown(value.cause(), where);
  if (inside) {
    Cause& grown = m_causes.emplace_back(Cause{where, {}, {}, false, cause.by_use, {}});
    result = {&grown, where};
  }
  note_risk(result.cause());
  return result;
}

JsValue Evaluator::get(const JsValue& holder, const JsValue& key, Place where) {
  if (key.is_unknown()) {
    note_risk(key.cause());
    if (holder.object() != nullptr) leak_elements(*holder.object(), key.cause());
    return unknown(key.cause(), where);
  }
  const Cause* cause = nullptr;
  const auto name = key_of(key, cause);
  return name ? get(holder, *name, where) : unknown(cause, where);
}

// The value could be any of the properties, and be changed through it.
void Evaluator::leak_elements(JsObject& object, const Cause* cause) {
  std::size_t links = 0;
  for (JsObject* at = &object; at != nullptr && links < k_most_prototypes; at = at->prototype, ++links) {
    for (std::size_t i = 0; i < at->properties.size(); ++i) {
      const JsProperty property = at->properties[i];
      leak(property.value, cause);
      if (property.getter != nullptr) leak({property.getter, {}}, cause);
      if (property.setter != nullptr) leak({property.setter, {}}, cause);
    }
    for (std::size_t i = 0; i < at->elements.size(); ++i) leak(JsValue(at->elements[i]), cause);
    for (std::size_t i = 0; i < at->mapped.size(); ++i) leak(JsValue(at->mapped[i]), cause);
  }
}

// The property, its own or of a prototype; null where there is none, and where that is not known: then
// `cause` is set.
const JsProperty* Evaluator::inherited(JsObject& object, const std::string& key, const Cause*& cause) {
  std::size_t links = 0;
  for (JsObject* at = &object; at != nullptr; at = at->prototype) {
    if (++links > k_most_prototypes) cause = unknown(Place{}).cause();
    if (at->opaque != nullptr && at->kind != ObjectKind::native) cause = at->opaque;
    if (cause != nullptr) return nullptr;
    bool hidden = false;
    const JsProperty* property = at->find(key, hidden);
    if (property == nullptr) continue;
    if (hidden) cause = property->value.cause();
    return hidden ? nullptr : property;
  }
  return nullptr;
}

JsValue Evaluator::get(const JsValue& holder, const std::string& key, Place where) {
  charge(1);
  if (holder.is_unknown()) {
    JsValue result = widened(holder, where);
    if (!holder.cause()->by_use) run_escaped(result.cause());  // it may have a getter
    return result;
  }
  if (holder.is_nothing()) return get_of_nothing(holder, key, where);
  if (key == "constructor" && holder.object() == nullptr) return constructor_of(holder, where);
  if (JsObject* object = holder.object()) return get_of_object(*object, key, holder, where);
  if (const auto* content = holder.text()) {
    if (key == "length" || array_index(key)) {
      if (!is_ascii(*content)) return unknown(where);  // JavaScript counts in UTF-16
      if (key == "length") return number(static_cast<double>(content->size()), where);
      const std::size_t i = *array_index(key);
      return i < content->size() ? text(content->substr(i, 1), where) : JsValue{JsUndefined{}, where};
    }
  }
  if (m_patched) return unknown(where);
  if (const Native method = find_method(holder, key)) return native(method, where);
  return exists_otherwise(holder, key) ? unknown(where) : JsValue{JsUndefined{}, where};
}

JsValue Evaluator::constructor_of(const JsValue& value, Place where) {
  const JsObject* object = value.object();
  if (object == nullptr) {
    return read_name(value.text() != nullptr         ? "String"
                     : value.as<double>() != nullptr ? "Number"
                                                     : "Boolean",
                     where, Frame{});
  }
  if (object->kind == ObjectKind::array) return read_name("Array", where, Frame{});
  const bool is_plain = object->kind == ObjectKind::plain && object->regex == nullptr;
  return is_plain ? read_name("Object", where, Frame{}) : unknown(where);
}

// JavaScript throws an error here, so what follows would never run.
JsValue Evaluator::get_of_nothing(const JsValue& holder, const std::string& key, Place where) {
  const auto* undefined = holder.as<JsUndefined>();
  JsValue result;
  if (undefined != nullptr && undefined->variable != nullptr) {
    result =
        unknown(where, fmt::format("__ENV.{} is not set", cleaned(*undefined->variable)),
                fmt::format("set {0} in the environment or with -e {0}=...", cleaned(*undefined->variable)));
  } else {
    result = unknown(where, fmt::format("{} of {} is asked for", cleaned(key),
                                        undefined != nullptr ? "undefined" : "null"));
  }
  if (m_tries > 0) throw_error(result.cause());
  return result;
}

// As JavaScript does; outside of `try` a value that is not known serves better.
void Evaluator::throw_error(const Cause* cause) {
  constexpr std::size_t k_cost = 300;
  charge(k_cost);
  throw Thrown{unknown(cause, cause->place), cause};
}

JsValue Evaluator::get_of_object(JsObject& object, const std::string& key, const JsValue& self, Place where) {
  if (object.opaque != nullptr && object.kind != ObjectKind::native) {
    note_risk(object.opaque);
    run_escaped(object.opaque);
    return unknown(object.opaque, where);
  }
  if (object.kind == ObjectKind::iterator) return unknown(where);
  if (object.kind == ObjectKind::environment) return get_of_environment(object, key, where);
  if (object.kind == ObjectKind::array) {
    if (key == "length") return number(static_cast<double>(object.elements.size()), where);
    if (const auto i = array_index(key))
      return *i < object.elements.size() ? filled(object.elements[*i]) : JsValue{JsUndefined{}, where};
  }
  const bool is_collection = object.kind == ObjectKind::set || object.kind == ObjectKind::map;
  if (is_collection && key == "size") return number(static_cast<double>(object.elements.size()), where);
  const Cause* cause = nullptr;
  if (const JsProperty* property = inherited(object, key, cause)) {
    if (property->getter != nullptr) return call({property->getter, where}, NativeCall{self, {}, where});
    if (property->setter != nullptr) return {JsUndefined{}, where};
    return property->value;
  }
  if (cause != nullptr) {
    run_escaped(cause);  // it may be a getter
    return unknown(cause, where);
  }
  if (key == "constructor" && object.prototype == nullptr && object.kind != ObjectKind::native)
    return constructor_of(self, where);
  if (key == "prototype" && object.kind == ObjectKind::closure) {
    JsValue made = this->object(new_object(ObjectKind::plain, where), where);
    object.put("prototype", made, where).enumerable = false;
    return made;
  }
  if (m_patched) return unknown(where);
  if (const Native method = find_method(self, key)) return native(method, where);
  const bool is_more = object.kind == ObjectKind::native || exists_otherwise(self, key);
  if (is_more) return unknown(where);  // Math.random, Array.fromAsync, ...
  return {JsUndefined{}, where};
}

JsValue Evaluator::get_of_environment(JsObject& object, const std::string& key, Place where) {
  bool hidden = false;
  if (const JsProperty* property = object.find(key, hidden))
    return hidden ? unknown(property->value.cause(), where) : property->value;
  if (auto value = m_environment(key)) return text(std::move(*value), where);
  if (key == "hasOwnProperty") return native(find_method(this->object(&object, where), key), where);
  return {JsUndefined{std::make_shared<const std::string>(key)}, where};
}

void Evaluator::set(const JsValue& holder, const JsValue& key, JsValue value, Place where) {
  charge(1);
  ++m_changes;
  JsObject* object = holder.object();
  if (object == nullptr || (object->opaque != nullptr && object->kind != ObjectKind::native)) {
    const Cause* cause = holder.is_unknown() ? holder.cause() : object != nullptr ? object->opaque : nullptr;
    note_error(where);  // where it is a property of undefined, or a setter
    if (cause == nullptr) return;
    leak(value, cause);
    run_escaped(cause);
    return;
  }
  if (object->frozen) {
    note_error(where);
    return;
  }
  if (object->kind == ObjectKind::native) m_patched = true;
  const Cause* cause = key.cause();
  const auto name = key.is_unknown() ? std::nullopt : key_of(key, cause);
  if (!name) {
    note_risk(cause);
    leak(value, cause);
    leak_elements(*object, cause);
    if (object->kind == ObjectKind::array || object->prototype != nullptr) {
      leak(holder, cause);
    } else {
      object->hide(cause, where);
    }
    return;
  }
  if (object->kind == ObjectKind::array && set_element(*object, *name, value, where)) return;
  if (*name == "__proto__") {
    leak(value, unknown(where).cause());
    leak(holder, unknown(where).cause());
    return;
  }
  const Cause* unknown_because = nullptr;
  const JsProperty* property = inherited(*object, *name, unknown_because);
  if (unknown_because != nullptr && object->prototype != nullptr) {  // there may be a setter
    leak(value, unknown_because);
    leak(holder, unknown_because);
    run_escaped(unknown_because);
  } else if (property != nullptr && property->setter != nullptr) {
    call({property->setter, where}, NativeCall{holder, {std::move(value)}, where});
  } else if (property != nullptr && (property->getter != nullptr || property->readonly)) {
    note_error(where);
  } else {
    object->put(*name, std::move(value), where).maybe = false;
  }
}

// An index or the length of an array.
bool Evaluator::set_element(JsObject& array, const std::string& key, const JsValue& value, Place where) {
  constexpr double k_longest = 1e6;
  std::optional<std::size_t> index = array_index(key);
  if (key == "length") {
    const double length = value.is_unknown() || value.object() != nullptr ? -1 : to_number(value);
    if (!(length >= 0 && length <= k_longest)) {
      leak(object(&array, where), unknown(value.cause(), where).cause());
      return true;
    }
    charge(static_cast<std::size_t>(length));
    array.elements.resize(static_cast<std::size_t>(length), hole());
    return true;
  }
  if (!index) return false;
  if (*index >= array.elements.size()) {
    if (static_cast<double>(*index) > k_longest) {
      leak(value, unknown(where).cause());
      leak(object(&array, where), unknown(where).cause());
      return true;
    }
    charge(*index + 1 - array.elements.size());
    array.elements.resize(*index + 1, hole());
  }
  array.elements[*index] = value;
  return true;
}

void Evaluator::remove(const JsValue& holder, const JsValue& key, Place where) {
  ++m_changes;
  JsObject* object = holder.object();
  if (object == nullptr || object->opaque != nullptr || object->frozen) {
    note_error(where);
    return;
  }
  const Cause* cause = key.cause();
  const auto name = key.is_unknown() ? std::nullopt : key_of(key, cause);
  if (!name || (object->kind == ObjectKind::array && array_index(*name))) {
    leak(holder, unknown(cause, where).cause());
  } else {
    bool hidden = false;
    const JsProperty* property = object->find(*name, hidden);
    if (property != nullptr && !hidden && !property->configurable) {
      note_error(where);
    } else {
      object->erase(*name);
    }
  }
}

JsValue Evaluator::contains(const JsValue& holder, const JsValue& key, Place where) {
  JsObject* object = holder.object();
  const Cause* cause = object != nullptr ? object->opaque : holder.cause();
  const auto name = key.is_unknown() ? std::nullopt : key_of(key, cause);
  if (object == nullptr) note_error(where);
  if (object == nullptr || !name || object->opaque != nullptr) return unknown(cause, where);
  if (object->kind == ObjectKind::environment)
    return boolean(get_of_environment(*object, *name, where).as<JsUndefined>() == nullptr, where);
  const auto i = array_index(*name);
  if (i && object->kind == ObjectKind::array)
    return boolean(*i < object->elements.size() && !object->elements[*i].is_hole(), where);
  const Cause* unknown_because = nullptr;
  const JsProperty* property = inherited(*object, *name, unknown_because);
  if (property != nullptr && property->maybe) unknown_because = property->value.cause();
  if (unknown_because != nullptr) return unknown(unknown_because, where);
  const bool is_method = find_method(holder, *name) != nullptr || exists_otherwise(holder, *name);
  return boolean(property != nullptr || is_method, where);
}

}  // namespace k6apm::evaluation
