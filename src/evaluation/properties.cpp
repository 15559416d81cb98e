// Reading and writing properties (ECMA-262, 10.1).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "evaluation/evaluator.hpp"
#include "text/utf8.hpp"

namespace k6apm::evaluation {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; });
}

}  // namespace

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
    if (holder.object() != nullptr) leak_elements(*holder.object(), key.cause());
    return unknown(key.cause(), where);
  }
  const Cause* cause = nullptr;
  const auto name = text_of(key, cause);
  return name ? get(holder, *name, where) : unknown(cause, where);
}

// The value could be any of the properties, and be changed through it.
void Evaluator::leak_elements(JsObject& object, const Cause* cause) {
  for (const JsProperty& property : object.properties) leak(property.value, cause);
  for (const JsValue& element : object.elements) leak(element, cause);
  for (const JsValue& value : object.mapped) leak(value, cause);
}

JsValue Evaluator::get(const JsValue& holder, const std::string& key, Place where) {
  charge(1);
  if (holder.is_unknown()) return widened(holder, where);
  if (holder.is_nothing()) return get_of_nothing(holder, key, where);
  if (JsObject* object = holder.object()) return get_of_object(*object, key, holder, where);
  if (const auto* content = holder.text()) {
    if (key == "length" || array_index(key)) {
      if (!is_ascii(*content)) return unknown(where);  // JavaScript counts in UTF-16
      if (key == "length") return number(static_cast<double>(content->size()), where);
      const std::size_t i = *array_index(key);
      return i < content->size() ? text(content->substr(i, 1), where) : JsValue{JsUndefined{}, where};
    }
  }
  if (const Native method = find_method(holder, key)) return native(method, where);
  return {JsUndefined{}, where};
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
    return unknown(object.opaque, where);
  }
  if (object.kind == ObjectKind::environment) return get_of_environment(object, key, where);
  if (object.kind == ObjectKind::array) {
    if (key == "length") return number(static_cast<double>(object.elements.size()), where);
    if (const auto i = array_index(key))
      return *i < object.elements.size() ? object.elements[*i] : JsValue{JsUndefined{}, where};
  }
  const bool is_collection = object.kind == ObjectKind::set || object.kind == ObjectKind::map;
  if (is_collection && key == "size") return number(static_cast<double>(object.elements.size()), where);
  std::size_t links = 0;
  for (JsObject* at = &object; at != nullptr && links < 50; at = at->prototype, ++links) {
    bool hidden = false;
    JsProperty* property = at->find(key, hidden);
    if (property == nullptr) continue;
    if (hidden) return unknown(property->value.cause(), where);
    if (property->getter != nullptr) return call({property->getter, where}, NativeCall{self, {}, where});
    if (property->setter != nullptr) return {JsUndefined{}, where};
    return property->value;
  }
  if (key == "prototype" && object.kind == ObjectKind::closure) {
    const JsValue made = this->object(new_object(ObjectKind::plain, where), where);
    object.put("prototype", made, where).enumerable = false;
    return made;
  }
  if (const Native method = find_method(self, key)) return native(method, where);
  if (object.kind == ObjectKind::native) return unknown(where);  // Math.random, Array.fromAsync, ...
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
  JsObject* object = holder.object();
  if (object == nullptr || (object->opaque != nullptr && object->kind != ObjectKind::native)) {
    const Cause* cause = holder.is_unknown() ? holder.cause() : object != nullptr ? object->opaque : nullptr;
    if (cause != nullptr) leak(value, cause);
    return;  // a property of undefined: an error in JavaScript
  }
  if (object->frozen) return;
  const Cause* cause = key.cause();
  const auto name = key.is_unknown() ? std::nullopt : text_of(key, cause);
  if (!name) {
    leak(value, cause);
    leak_elements(*object, cause);
    if (object->kind == ObjectKind::array) {
      object->opaque = cause;
    } else {
      object->hide(cause, where);
    }
    return;
  }
  if (object->kind == ObjectKind::array && set_element(*object, *name, value, where)) return;
  bool hidden = false;
  JsProperty* property = object->find(*name, hidden);
  if (property != nullptr && !hidden && property->setter != nullptr) {
    call({property->setter, where}, NativeCall{holder, {std::move(value)}, where});
  } else if (property == nullptr || hidden || property->getter == nullptr) {
    object->put(*name, std::move(value), where);
  }
}

// An index or the length of an array.
bool Evaluator::set_element(JsObject& array, const std::string& key, const JsValue& value, Place where) {
  constexpr double k_longest = 1e6;
  std::optional<std::size_t> index = array_index(key);
  if (key == "length") {
    const double length = value.is_unknown() || value.object() != nullptr ? -1 : to_number(value);
    if (!(length >= 0 && length <= k_longest)) {
      array.opaque = unknown(where).cause();
      return true;
    }
    charge(static_cast<std::size_t>(length));
    array.elements.resize(static_cast<std::size_t>(length));
    return true;
  }
  if (!index) return false;
  if (*index >= array.elements.size()) {
    if (static_cast<double>(*index) > k_longest) {
      array.opaque = unknown(where).cause();
      return true;
    }
    charge(*index + 1 - array.elements.size());
    array.elements.resize(*index + 1);
  }
  array.elements[*index] = value;
  return true;
}

void Evaluator::remove(const JsValue& holder, const JsValue& key, Place where) {
  JsObject* object = holder.object();
  if (object == nullptr || object->opaque != nullptr || object->frozen) return;
  const Cause* cause = key.cause();
  const auto name = key.is_unknown() ? std::nullopt : text_of(key, cause);
  if (!name) {
    object->opaque = cause;
  } else if (object->kind == ObjectKind::array && array_index(*name)) {
    if (*array_index(*name) < object->elements.size())
      object->elements[*array_index(*name)] = JsValue{{}, where};
  } else {
    object->erase(*name);
  }
}

JsValue Evaluator::contains(const JsValue& holder, const JsValue& key, Place where) {
  JsObject* object = holder.object();
  const Cause* cause = object != nullptr ? object->opaque : holder.cause();
  const auto name = key.is_unknown() ? std::nullopt : text_of(key, cause);
  if (object == nullptr || !name || object->opaque != nullptr) return unknown(cause, where);
  if (object->kind == ObjectKind::environment)
    return boolean(get_of_environment(*object, *name, where).as<JsUndefined>() == nullptr, where);
  const auto i = array_index(*name);
  if (i && object->kind == ObjectKind::array) return boolean(*i < object->elements.size(), where);
  bool hidden = false;
  const JsProperty* property = object->find(*name, hidden);
  if (hidden) return unknown(property->value.cause(), where);
  return boolean(property != nullptr || find_method(holder, *name) != nullptr, where);
}

std::optional<std::vector<std::string>> Evaluator::keys(const JsValue& holder, const Cause*& cause) {
  std::vector<std::string> names;
  JsObject* object = holder.object();
  if (holder.is_unknown() || (object != nullptr && object->opaque != nullptr)) {
    cause = holder.is_unknown() ? holder.cause() : object->opaque;
    return std::nullopt;
  }
  if (object == nullptr) {
    if (holder.text() == nullptr || holder.text()->empty()) return names;
    cause = unknown(holder.place).cause();
    return std::nullopt;
  }
  if (object->kind == ObjectKind::environment) return names_in_environment(*object, holder.place, cause);
  if (object->kind == ObjectKind::native) {
    cause = unknown(holder.place).cause();
    return std::nullopt;
  }
  if (object->kind == ObjectKind::array) {
    for (std::size_t i = 0; i < object->elements.size(); ++i) names.push_back(std::to_string(i));
  }
  charge(object->elements.size() + object->properties.size());
  std::vector<std::pair<std::size_t, std::string>> indexes;  // whole numbers come first, in their order
  std::vector<std::string> others;
  for (const JsProperty& property : object->properties) {
    if (!property.key_known) {
      cause = property.value.cause();
      return std::nullopt;
    }
    if (!property.enumerable) continue;
    if (const auto i = array_index(property.key)) {
      indexes.emplace_back(*i, property.key);
    } else {
      others.push_back(property.key);
    }
  }
  std::sort(indexes.begin(), indexes.end());
  for (auto& [i, name] : indexes) names.push_back(std::move(name));
  for (std::string& name : others) names.push_back(std::move(name));
  return names;
}

// Of __ENV, with what the script has put there.
std::optional<std::vector<std::string>> Evaluator::names_in_environment(const JsObject& object, Place where,
                                                                        const Cause*& cause) {
  auto names = m_environment.names();
  const bool hides = std::any_of(object.properties.begin(), object.properties.end(),
                                 [](const JsProperty& p) { return !p.key_known; });
  if (!names || hides) {
    cause = unknown(where).cause();
    return std::nullopt;
  }
  for (const JsProperty& property : object.properties) {
    if (std::find(names->begin(), names->end(), property.key) == names->end()) names->push_back(property.key);
  }
  charge(names->size());
  return names;
}

std::optional<std::vector<JsValue>> Evaluator::items(const JsValue& iterable, const Cause*& cause,
                                                     Place where) {
  JsObject* object = iterable.object();
  if (const auto* content = iterable.text()) {
    std::vector<JsValue> letters;
    for (std::size_t i = 0; i < content->size();) {
      const std::size_t length = std::max<std::size_t>(1, text::utf8_length(*content, i));
      letters.push_back(text(content->substr(i, length), where));
      i += length;
    }
    return letters;
  }
  if (object != nullptr && object->opaque == nullptr && object->kind == ObjectKind::map) {
    std::vector<JsValue> pairs;
    for (std::size_t i = 0; i < object->elements.size(); ++i)
      pairs.push_back(new_array({object->elements[i], object->mapped[i]}, where));
    return pairs;
  }
  const bool is_list =
      object != nullptr && (object->kind == ObjectKind::array || object->kind == ObjectKind::set);
  if (is_list && object->opaque == nullptr) {
    charge(object->elements.size());
    return object->elements;
  }
  cause = iterable.is_unknown()                            ? iterable.cause()
          : object != nullptr && object->opaque != nullptr ? object->opaque
                                                           : unknown(where).cause();
  note_risk(cause);
  return std::nullopt;
}

void Evaluator::copy_properties(JsObject& to, const JsValue& from, Place where) {
  if (from.is_nothing() || from.as<bool>() != nullptr || from.as<double>() != nullptr) return;
  const Cause* cause = nullptr;
  const auto names = keys(from, cause);
  if (names) {
    for (const std::string& name : *names) {
      charge(1);
      const JsValue key = text(name, where);
      set(object(&to, where), key, get(from, name, where), where);
    }
    return;
  }
  // What is known behind the last key that is not known still counts.
  leak_copied(from, cause);
  to.hide(cause, where);
  const JsObject* object = from.object();
  if (object == nullptr || object->opaque != nullptr) return;
  bool behind = false;
  for (const JsProperty& property : object->properties) {
    if (!property.key_known) behind = true;
    if (behind && property.key_known && property.enumerable && property.getter == nullptr)
      to.put(property.key, property.value, property.place);
  }
}

void Evaluator::leak_copied(const JsValue& from, const Cause* cause) {
  if (from.object() != nullptr && from.object()->opaque == nullptr) leak_elements(*from.object(), cause);
}

}  // namespace k6apm::evaluation
