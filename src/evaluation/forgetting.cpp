// What is no longer known after code that is not followed.
#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {
constexpr std::size_t k_tokens_of_a_step = 4;
}  // namespace

const Mentions& Evaluator::mentions_in(const Frame& frame, Range range) {
  const auto key = std::tuple(static_cast<const Source*>(frame.module->source.get()), range.begin, range.end);
  const auto known = m_mentions.find(key);
  if (known != m_mentions.end()) return known->second;
  Mentions mentions = find_mentions(*frame.module->source, range);
  charge(mentions.tokens / k_tokens_of_a_step);
  return m_mentions.emplace(key, std::move(mentions)).first->second;
}

void Evaluator::note_risk(const Cause* cause) {
  if (m_tries == 0) return;
  // The same expression may come again with more of it.
  const bool grows = m_risk != nullptr && m_risk->place.source == cause->place.source &&
                     m_risk->place.begin == cause->place.begin && m_risk->place.end <= cause->place.end;
  if (m_risk == nullptr || grows) m_risk = cause;
}

void Evaluator::note_error(Place where) {
  if (m_tries > 0) note_risk(unknown(where).cause());
}

void Evaluator::leak(const JsValue& value, const Cause* cause) {
  ++m_changes;
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
    add_escaped(frame, closure.function->range);
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
  const Cause* unknown_because = nullptr;
  const JsProperty* property = inherited(*object, key, unknown_because);
  if (property == nullptr) return {};
  const JsValue getter{property->getter, {}};
  const JsValue setter{property->setter, {}};
  JsValue value = property->value;
  if (getter.object() == nullptr && setter.object() == nullptr) return value;
  leak(getter, cause);
  leak(setter, cause);
  const bool uses_holder = (getter.object() != nullptr && may_use_this(getter)) ||
                           (setter.object() != nullptr && may_use_this(setter));
  if (uses_holder) leak(holder, cause);  // which they may give away
  return value;
}

void Evaluator::forget(const Mentions& mentions, const Frame& frame, const Cause* cause) {
  const Deeper deeper(*this);
  if (mentions.uses_outer_this) leak(frame.self, cause);
  for (const Mention& mention : mentions.names) {
    charge(1 + mention.path.size());
    Binding* binding = find_binding(mention.name, frame);
    if (binding == nullptr && m_globals.count(std::string(mention.name)) == 0 && mention.name != "__ENV")
      continue;
    const JsValue value =
        binding != nullptr ? read_binding(*binding, mention.name, {}) : read_name(mention.name, {}, frame);
    if (mention.path.empty()) {
      leak(value, cause);
      const bool is_set = mention.use == Use::set && binding != nullptr && binding->from == nullptr;
      if (is_set && !(binding->constant && binding->initialised)) {
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
    if (mention.use == Use::set || mention.use == Use::removed)
      forget_property(*holder.object(), mention.path.back(), mention.use == Use::removed, cause);
  }
}

// It may have been set or deleted.
void Evaluator::forget_property(JsObject& holder, const std::string& key, bool removed, const Cause* cause) {
  if (holder.opaque != nullptr || holder.frozen) return;
  const auto index = array_index(key);
  const bool is_element = holder.kind == ObjectKind::array && index && *index < holder.elements.size();
  if (is_element && !removed) {
    holder.elements[*index] = unknown(cause, cause->place);
    return;
  }
  bool hidden = false;
  const JsProperty* before = holder.find(key, hidden);
  const bool is_accessor = before != nullptr && (before->getter != nullptr || before->setter != nullptr);
  if (holder.kind == ObjectKind::array || is_accessor || key == "__proto__" || holder.prototype != nullptr) {
    leak(object(&holder, {}), cause);
    return;
  }
  const bool maybe = before == nullptr || hidden || removed || before->maybe;
  holder.put(key, unknown(cause, cause->place), cause->place).maybe = maybe;
}

// The functions that it makes may run later, too.
const Mentions& Evaluator::forget(Range range, const Frame& frame, const Cause* cause) {
  const Mentions& mentions = mentions_in(frame, range);
  if (mentions.has_functions) add_escaped(frame, range);
  forget(mentions, frame, cause);
  return mentions;
}

void Evaluator::add_escaped(const Frame& frame, Range range) {
  charge(1 + m_escaped.size() / 8);
  const auto is_same = [&](const Escaped& other) {
    return other.module == frame.module && other.scope == frame.scope && other.range.begin == range.begin &&
           other.range.end == range.end;
  };
  if (std::none_of(m_escaped.begin(), m_escaped.end(), is_same))
    m_escaped.push_back({frame.module, frame.scope, range});
}

void Evaluator::run_later(const JsValue& function) {
  const JsObject* object = function.object();
  if (object == nullptr || object->closure == nullptr) return;
  m_later.push_back({object->closure->module, object->closure->scope, object->closure->function->range});
}

void Evaluator::finish() {
  for (const Escaped& code : m_escaped) {
    if (mentions_in(Frame{code.module, code.scope, {}}, code.range).runs_later) m_later.push_back(code);
  }
  for (std::size_t i = 0; i < m_later.size(); ++i) {
    const Escaped code = m_later[i];
    const Frame frame{code.module, code.scope, {}};
    const Place where{code.module->source.get(), code.range.begin, code.range.end};
    forget(mentions_in(frame, code.range), frame, unknown(where).cause());
  }
}

// Functions that became part of something unknown may run whenever that is used.
void Evaluator::run_escaped(const Cause* cause) {
  if (m_running_escaped) return;
  m_running_escaped = true;
  try {
    for (std::size_t i = 0; i < m_escaped.size(); ++i) {
      const Escaped code = m_escaped[i];
      const Frame frame{code.module, code.scope, {}};
      forget(mentions_in(frame, code.range), frame, cause);
    }
  } catch (...) {
    m_running_escaped = false;
    throw;
  }
  m_running_escaped = false;
}

bool Evaluator::is_pure(const JsObject& function) {
  if (function.closure == nullptr) return false;
  const Frame frame{function.closure->module, function.closure->scope, {}};
  const Mentions& mentions = mentions_in(frame, function.closure->function->range);
  return std::all_of(mentions.names.begin(), mentions.names.end(),
                     [](const Mention& mention) { return mention.use == Use::read; });
}

bool Evaluator::may_use_this(const JsValue& callee) {
  const JsObject* object = callee.object();
  if (object == nullptr || object->closure == nullptr) return true;
  const Frame frame{object->closure->module, object->closure->scope, {}};
  return mentions_in(frame, object->closure->function->range).uses_this;
}

JsValue Evaluator::skip(Range range, const Frame& frame, const Cause* cause, Place where) {
  note_risk(cause);
  forget(range, frame, cause);
  run_escaped(cause);
  return unknown(cause, where);
}

}  // namespace k6apm::evaluation
