// What is no longer known after code that is not followed.
#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

const Mentions& Evaluator::mentions_in(const Frame& frame, Range range) {
  const auto key = std::tuple(static_cast<const Source*>(frame.module->source.get()), range.begin, range.end);
  const auto known = m_mentions.find(key);
  if (known != m_mentions.end()) return known->second;
  Mentions mentions = find_mentions(*frame.module->source, range);
  charge(mentions.tokens);
  return m_mentions.emplace(key, std::move(mentions)).first->second;
}

void Evaluator::note_risk(const Cause* cause) {
  if (m_tries == 0) return;
  // The same expression may come again with more of it.
  const bool grows = m_risk != nullptr && m_risk->place.source == cause->place.source &&
                     m_risk->place.begin == cause->place.begin && m_risk->place.end <= cause->place.end;
  if (m_risk == nullptr || grows) m_risk = cause;
}

void Evaluator::leak(const JsValue& value, const Cause* cause) {
  std::vector<JsObject*> pending;
  if (value.object() != nullptr) pending.push_back(value.object());
  while (!pending.empty()) {
    JsObject& object = *pending.back();
    pending.pop_back();
    charge(1);
    if (object.closure != nullptr) forget_closure(*object.closure, cause);
    if (object.opaque != nullptr || object.kind == ObjectKind::native) continue;
    object.opaque = cause;
    const auto add = [&](const JsValue& inner) {
      if (inner.object() != nullptr) pending.push_back(inner.object());
    };
    for (const JsProperty& property : object.properties) {
      add(property.value);
      if (property.getter != nullptr) pending.push_back(property.getter);
      if (property.setter != nullptr) pending.push_back(property.setter);
    }
    for (const JsValue& element : object.elements) add(element);
    for (const JsValue& value_of_key : object.mapped) add(value_of_key);
    if (object.prototype != nullptr) pending.push_back(object.prototype);
  }
}

// Each closure once for every outermost `forget` or `leak`.
void Evaluator::forget_closure(const Closure& closure, const Cause* cause) {
  const bool outermost = m_forgetting.empty();
  if (!m_forgetting.insert(&closure).second) return;
  try {
    const Frame frame{closure.module, closure.scope, closure.self};
    leak(closure.self, cause);
    forget(mentions_in(frame, closure.function->range), frame, cause);
  } catch (...) {
    if (outermost) m_forgetting.clear();
    throw;
  }
  if (outermost) m_forgetting.clear();
}

// A property as it stands, without running anything.
JsValue Evaluator::peek(const JsValue& holder, const std::string& key, const Cause* cause) {
  JsObject* object = holder.object();
  if (object == nullptr) return {};
  if (object->opaque != nullptr) return unknown(object->opaque, {});
  if (const auto i = array_index(key); i && object->kind == ObjectKind::array)
    return *i < object->elements.size() ? object->elements[*i] : JsValue{};
  bool hidden = false;
  const JsProperty* property = object->find(key, hidden);
  if (property == nullptr || hidden) return {};
  if (property->getter != nullptr) leak({property->getter, {}}, cause);
  if (property->setter != nullptr) leak({property->setter, {}}, cause);
  return property->value;
}

void Evaluator::forget(const Mentions& mentions, const Frame& frame, const Cause* cause) {
  const Deeper deeper(*this);
  for (const Mention& mention : mentions.names) {
    charge(1 + mention.path.size());
    Binding* binding = find_binding(mention.name, frame);
    if (binding == nullptr) continue;
    const JsValue value = read_binding(*binding, mention.name, {});
    if (mention.path.empty()) {
      leak(value, cause);
      if (mention.use == Use::set && binding->from == nullptr) {
        binding->value = unknown(cause, cause->place);
        binding->initialised = true;
      }
      continue;
    }
    // The object in which the last name of the path stands.
    JsValue holder = value;
    for (std::size_t i = 0; i + 1 < mention.path.size() && holder.object() != nullptr; ++i) {
      holder = peek(holder, mention.path[i], cause);
    }
    if (holder.object() == nullptr) continue;
    const JsValue member = peek(holder, mention.path.back(), cause);
    if (mention.use == Use::called && may_use_this(member)) leak(holder, cause);
    leak(member, cause);
    if (mention.use == Use::set && holder.object()->opaque == nullptr) {
      set(holder, JsValue{std::make_shared<const std::string>(mention.path.back()), cause->place},
          unknown(cause, cause->place), cause->place);
    }
  }
}

bool Evaluator::may_use_this(const JsValue& callee) {
  const JsObject* object = callee.object();
  if (object == nullptr || object->closure == nullptr) return true;
  const Frame frame{object->closure->module, object->closure->scope, {}};
  return mentions_in(frame, object->closure->function->range).uses_this;
}

JsValue Evaluator::skip(Range range, const Frame& frame, const Cause* cause, Place where) {
  forget(mentions_in(frame, range), frame, cause);
  return unknown(cause, where);
}

}  // namespace k6apm::evaluation
