// Giving values to names: declarations, parameters and assignments (ECMA-262, 8.6 and 13.15.5).
#include <fmt/format.h>

#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

Binding* Evaluator::find_binding(std::string_view name, const Frame& frame) {
  constexpr std::size_t k_scopes_of_a_step = 4;
  std::size_t scopes = 0;
  for (Scope* scope = frame.scope; scope != nullptr; scope = scope->parent) {
    if (++scopes % k_scopes_of_a_step == 0) charge(1);
    if (const auto found = scope->bindings.find(name); found != scope->bindings.end()) return &found->second;
  }
  return nullptr;
}

void Evaluator::bind_name(std::string_view name, JsValue value, Bind how, Frame& frame, Place where) {
  if (how == Bind::declare) {
    Binding& binding = frame.scope->bindings[name];
    binding = Binding{};
    binding.value = std::move(value);
    return;
  }
  Binding* binding = find_binding(name, frame);
  if (binding == nullptr) {  // a global, which a module could not make: an error in JavaScript
    leak(value, unknown(where).cause());
    note_error(where);
    return;
  }
  if (binding->from != nullptr || binding->constant || !binding->initialised) note_error(where);
  if (binding->from != nullptr || (binding->constant && binding->initialised)) return;
  binding->value = std::move(value);
  binding->initialised = true;
}

void Evaluator::bind(const Pattern& pattern, JsValue value, Bind how, Frame& frame) {
  charge(1);
  const Deeper deeper(*this);
  const Place where = place(frame, pattern.range);
  if (const auto* name = std::get_if<NamePattern>(&pattern.node)) {
    bind_name(name->name, std::move(value), how, frame, where);
  } else if (const auto* target = std::get_if<ExpressionPattern>(&pattern.node)) {
    assign(*target->target, std::move(value), frame);
  } else if (const auto* object = std::get_if<ObjectPattern>(&pattern.node)) {
    bind_object(*object, value, how, frame, where);
  } else {
    bind_list(std::get<ArrayPattern>(pattern.node), value, how, frame, where);
  }
}

void Evaluator::bind_object(const ObjectPattern& pattern, const JsValue& value, Bind how, Frame& frame,
                            Place where) {
  std::vector<std::string> taken;
  const Cause* unknown_key = nullptr;
  if (value.is_nothing()) note_error(where);
  for (const PatternElement& element : pattern.elements) {
    const Place at = element.target != nullptr ? place(frame, element.target->range) : where;
    const JsValue key = property_key(element.key, frame, at);
    JsValue member = get(value, key, at);
    if (key.text() != nullptr) taken.push_back(*key.text());
    if (key.is_unknown()) unknown_key = key.cause();
    bind_default(element, std::move(member), how, frame);
  }
  if (pattern.rest == nullptr) return;
  JsObject* rest = new_object(ObjectKind::plain, where);
  copy_properties(*rest, value, where, taken);
  if (unknown_key != nullptr) leak(object(rest, where), unknown_key);
  bind(*pattern.rest, object(rest, where), how, frame);
}

void Evaluator::bind_list(const ArrayPattern& pattern, const JsValue& value, Bind how, Frame& frame,
                          Place where) {
  const Cause* cause = nullptr;
  const auto elements = items(value, cause, where);
  if (!elements) leak(value, cause);
  const JsObject* array = value.object();
  if (array == nullptr || array->kind != ObjectKind::array) array = nullptr;
  for (std::size_t i = 0; i < pattern.elements.size(); ++i) {
    if (pattern.elements[i].target == nullptr) continue;
    JsValue element{{}, where};
    if (!elements) {
      element = unknown(cause, where);
    } else if (array != nullptr && array->opaque != nullptr) {
      element = unknown(array->opaque, where);
    } else if (array != nullptr) {  // as it is now: an element bound before may have changed it
      if (i < array->elements.size()) element = filled(array->elements[i]);
    } else if (i < elements->size()) {
      element = (*elements)[i];
    }
    bind_default(pattern.elements[i], std::move(element), how, frame);
  }
  if (pattern.rest == nullptr) return;
  if (!elements) {
    bind(*pattern.rest, unknown(cause, where), how, frame);
    return;
  }
  const std::size_t first = std::min(pattern.elements.size(), elements->size());
  std::vector<JsValue> rest(elements->begin() + static_cast<std::ptrdiff_t>(first), elements->end());
  bind(*pattern.rest, new_array(std::move(rest), where), how, frame);
}

void Evaluator::bind_default(const PatternElement& element, JsValue value, Bind how, Frame& frame) {
  if (element.initialiser != nullptr) {
    if (value.as<JsUndefined>() != nullptr) {
      value = evaluate(*element.initialiser, frame);
    } else if (value.is_unknown()) {
      skip(element.initialiser->range, frame, value.cause(), {});
    }
  }
  bind(*element.target, std::move(value), how, frame);
}

}  // namespace k6apm::evaluation
