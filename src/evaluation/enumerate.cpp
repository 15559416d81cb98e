// All keys of an object, all elements of what can be iterated, and copies of them.
#include <algorithm>

#include "evaluation/evaluator.hpp"
#include "text/utf8.hpp"

namespace k6apm::evaluation {

namespace {

// Keys that stand for symbols, which no text is.
bool is_symbol(std::string_view key) { return key.substr(0, 1) == "\x01"; }

}  // namespace

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
  if (object->kind == ObjectKind::native || object->kind == ObjectKind::iterator) {
    cause = unknown(holder.place).cause();
    return std::nullopt;
  }
  if (object->kind == ObjectKind::array) {
    for (std::size_t i = 0; i < object->elements.size(); ++i) {
      if (!object->elements[i].is_hole()) names.push_back(std::to_string(i));
    }
  }
  charge(object->elements.size() + object->properties.size());
  std::vector<std::pair<std::size_t, std::string>> indexes;  // whole numbers come first, in their order
  std::vector<std::string> others;
  for (const JsProperty& property : object->properties) {
    if (!property.key_known || property.maybe) {
      cause = property.value.cause() != nullptr ? property.value.cause() : unknown(holder.place).cause();
      return std::nullopt;
    }
    if (!property.enumerable || is_symbol(property.key)) continue;
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
    std::vector<JsValue> values = object->elements;
    for (JsValue& value : values) value = filled(std::move(value));
    return values;
  }
  if (object != nullptr && object->opaque == nullptr && object->kind == ObjectKind::iterator) {
    // Only where nothing can have changed meanwhile; and it comes once.
    const bool is_fresh = object->iterated->opaque == nullptr && object->iterated_at == m_changes;
    object->opaque = unknown(where).cause();
    if (is_fresh) {
      charge(object->elements.size());
      return std::move(object->elements);
    }
  }
  cause = iterable.is_unknown()                            ? iterable.cause()
          : object != nullptr && object->opaque != nullptr ? object->opaque
                                                           : unknown(where).cause();
  note_risk(cause);
  leak(iterable, cause);
  if (!iterable.is_unknown() || !iterable.cause()->by_use) run_escaped(cause);
  return std::nullopt;
}

JsValue Evaluator::new_iterator(std::vector<JsValue> elements, JsObject& iterated, Place where) {
  charge(elements.size());
  JsObject* made = new_object(ObjectKind::iterator, where);
  made->elements = std::move(elements);
  made->iterated = &iterated;
  made->iterated_at = m_changes;
  return {made, where};
}

void Evaluator::copy_properties(JsObject& to, const JsValue& from, Place where,
                                const std::vector<std::string>& except) {
  if (from.is_nothing() || from.as<bool>() != nullptr || from.as<double>() != nullptr) return;
  const Cause* cause = nullptr;
  const auto names = keys(from, cause);
  if (names) {
    for (const std::string& name : *names) {
      charge(1);
      if (std::find(except.begin(), except.end(), name) != except.end()) continue;
      const JsValue key = text(name, where);
      set(object(&to, where), key, get(from, name, where), where);
    }
    return;
  }
  copy_partly(to, from, cause, where, except);
}

// What is known behind the last key that is not known still counts; what may be missing may leave what was.
void Evaluator::copy_partly(JsObject& to, const JsValue& from, const Cause* cause, Place where,
                            const std::vector<std::string>& except) {
  JsObject* source = from.object();
  if (to.kind == ObjectKind::array || source == nullptr || source->opaque != nullptr ||
      source->kind != ObjectKind::plain || source->prototype != nullptr) {
    if (source != nullptr && source->opaque == nullptr) leak_elements(*source, cause);
    leak_elements(to, cause);
    if (to.kind == ObjectKind::array) {
      leak(object(&to, where), cause);
    } else {
      to.hide(cause, where);
    }
    return;
  }
  const std::vector<JsProperty> properties = source->properties;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (!properties[i].key_known) begin = i + 1;
  }
  if (begin > 0) {
    leak_elements(*source, cause);
    leak_elements(to, cause);
    to.hide(cause, where);
  }
  for (std::size_t i = begin; i < properties.size(); ++i) {
    const JsProperty& property = properties[i];
    if (std::find(except.begin(), except.end(), property.key) != except.end()) continue;
    if (!property.maybe && !property.enumerable) continue;
    if (property.maybe) {
      leak(peek(object(&to, where), property.key, cause), cause);
      forget_property(to, property.key, false, property.value.is_unknown() ? property.value.cause() : cause);
    } else {
      set(object(&to, where), text(property.key, where), get(from, property.key, where), where);
    }
  }
}

}  // namespace k6apm::evaluation
