// Expressions, one function for each kind of node.
#include <fmt/format.h>

#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"
#include "evaluation/regex.hpp"
#include "script/literals.hpp"

namespace k6apm::evaluation {

Place Evaluator::place(const Frame& frame, Range range) const {
  return {frame.module->source.get(), range.begin, range.end};
}

JsValue Evaluator::evaluate(const Expression& expression, Frame& frame) {
  charge(1);
  const Deeper deeper(*this);
  return std::visit([&](const auto& node) { return visit(node, expression, frame); }, expression.node);
}

JsValue Evaluator::visit(const Opaque& /*n*/, const Expression& e, Frame& frame) {
  const JsValue result = unknown(place(frame, e.range));
  note_risk(result.cause());
  return skip(e.range, frame, result.cause(), result.place);
}

JsValue Evaluator::visit(const NumberLiteral& n, const Expression& e, Frame& frame) {
  return number(n.value, place(frame, e.range));
}

JsValue Evaluator::visit(const StringLiteral& n, const Expression& e, Frame& frame) {
  return text(n.value, place(frame, e.range));
}

JsValue Evaluator::visit(const BooleanLiteral& n, const Expression& e, Frame& frame) {
  return boolean(n.value, place(frame, e.range));
}

JsValue Evaluator::visit(const NullLiteral& /*n*/, const Expression& e, Frame& frame) {
  return {JsNull{}, place(frame, e.range)};
}

JsValue Evaluator::visit(const RegexLiteral& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  auto regex = Regex::of_literal(n.text);
  if (regex == nullptr) return unknown(where);
  JsObject* made = new_object(ObjectKind::plain, where);
  made->regex = std::move(regex);
  return object(made, where);
}

JsValue Evaluator::visit(const Name& n, const Expression& e, Frame& frame) {
  return read_name(n.name, place(frame, e.range), frame);
}

JsValue Evaluator::visit(const This& /*n*/, const Expression& e, Frame& frame) {
  JsValue self = frame.self;
  if (self.place.source == nullptr) self.place = place(frame, e.range);
  return self;
}

JsValue Evaluator::visit(const TemplateLiteral& n, const Expression& e, Frame& frame) {
  std::string out = n.texts.front();
  const Cause* cause = nullptr;
  for (std::size_t i = 0; i < n.values.size(); ++i) {
    const JsValue value = evaluate(*n.values[i], frame);
    const Cause* missing = nullptr;
    if (const auto piece = text_of(value, missing)) {
      out += *piece;
    } else if (cause == nullptr) {
      cause = missing;
    }
    out += n.texts[i + 1];
  }
  const Place where = place(frame, e.range);
  return cause != nullptr ? unknown(cause, where) : text(std::move(out), where);
}

std::optional<std::vector<JsValue>> Evaluator::arguments(const std::vector<Element>& elements, Frame& frame,
                                                         const Cause*& cause) {
  std::vector<JsValue> values;
  for (const Element& element : elements) {
    if (element.value == nullptr) {
      values.push_back(hole());
      continue;
    }
    JsValue value = evaluate(*element.value, frame);
    if (!element.spread) {
      values.push_back(std::move(value));
      continue;
    }
    const Cause* missing = nullptr;
    if (auto spread = items(value, missing, place(frame, element.value->range))) {
      charge(spread->size());
      for (JsValue& item : *spread) values.push_back(std::move(item));
    } else {
      if (cause == nullptr) cause = missing;
      leak(value, missing);
      values.push_back(unknown(missing, value.place));
    }
  }
  if (cause == nullptr) return values;
  for (const JsValue& value : values) leak(value, cause);
  return std::nullopt;
}

JsValue Evaluator::visit(const ArrayLiteral& n, const Expression& e, Frame& frame) {
  const Cause* cause = nullptr;
  auto elements = arguments(n.elements, frame, cause);
  const Place where = place(frame, e.range);
  if (!elements) return unknown(cause, where);
  return new_array(std::move(*elements), where);
}

JsValue Evaluator::visit(const ObjectLiteral& n, const Expression& e, Frame& frame) {
  JsObject* made = new_object(ObjectKind::plain, place(frame, e.range));
  JsValue self = object(made, made->place);
  for (const Property& property : n.properties) add_property(*made, property, self, frame);
  return self;
}

JsValue Evaluator::property_key(const PropertyKey& key, Frame& frame, Place where) {
  if (key.computed == nullptr) return text(key.name, where);
  const JsValue value = evaluate(*key.computed, frame);
  const Cause* cause = nullptr;
  auto name = key_of(value, cause);
  return name ? text(std::move(*name), where) : unknown(cause, where);
}

void Evaluator::add_property(JsObject& object, const Property& property, const JsValue& self, Frame& frame) {
  charge(1);
  const Place where = place(frame, property.range);
  if (property.kind == PropertyKind::spread) {
    copy_properties(object, evaluate(*property.value, frame), where);
    return;
  }
  const JsValue key = property_key(property.key, frame, where);
  JsValue value = evaluate(*property.value, frame);
  const bool is_prototype = key.text() != nullptr && *key.text() == "__proto__";
  if (key.is_unknown() || is_prototype) {
    const Cause* cause = is_prototype ? unknown(where).cause() : key.cause();
    leak(value, cause);
    leak_elements(object, cause);
    object.hide(cause, where);
    return;
  }
  if (value.place.source == nullptr) value.place = place(frame, property.value->range);
  if (property.kind == PropertyKind::value) {
    object.put(*key.text(), std::move(value), where);
    return;
  }
  bool hidden = false;
  const JsProperty* before = object.find(*key.text(), hidden);
  JsObject* other = nullptr;  // the other half of a pair of get and set
  if (before != nullptr && !hidden)
    other = property.kind == PropertyKind::getter ? before->setter : before->getter;
  JsProperty& made = object.put(*key.text(), self, where);
  made.value = {};
  (property.kind == PropertyKind::getter ? made.getter : made.setter) = value.object();
  (property.kind == PropertyKind::getter ? made.setter : made.getter) = other;
}

JsValue Evaluator::visit(const FunctionExpression& n, const Expression& e, Frame& frame) {
  JsObject* made = new_object(ObjectKind::closure, place(frame, e.range));
  Scope* scope = frame.scope;
  if (!n.function->is_arrow && !n.function->name.empty()) {  // its own name is seen inside
    scope = new_scope(frame.scope);
    scope->bindings[n.function->name].value = object(made, made->place);
    scope->bindings[n.function->name].constant = true;
  }
  made->closure = std::make_unique<Closure>(Closure{n.function, frame.module, scope, {}});
  if (n.function->is_arrow) made->closure->self = frame.self;
  return object(made, made->place);
}

JsValue Evaluator::visit(const ClassExpression& /*n*/, const Expression& e, Frame& frame) {
  return make_class(e.range, frame);
}

// As a function that is not followed. Its methods may run whenever something is called that is not known.
JsValue Evaluator::make_class(Range range, Frame& frame) {
  Function& function = m_class_functions.emplace_back();
  function.is_opaque = true;
  function.range = range;
  JsObject* made = new_object(ObjectKind::closure, place(frame, range));
  made->closure = std::make_unique<Closure>(Closure{&function, frame.module, frame.scope, {}});
  made->opaque = &m_causes.emplace_back(Cause{made->place, {}, {}, false, true, {}});
  m_has_classes = true;
  const Frame inside{frame.module, frame.scope, {}};
  add_escaped(inside, range);
  forget(mentions_in(inside, range), inside, made->opaque);
  return object(made, made->place);
}

JsValue Evaluator::visit(const Unary& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  if (n.op == "delete") return delete_property(*n.operand, where, frame);
  if (n.op == "typeof" && is_undeclared(*n.operand, frame)) return text("undefined", where);
  const JsValue value = evaluate(*n.operand, frame);
  if (n.op == "void") return {JsUndefined{}, where};
  if (value.is_unknown()) return unknown(value.cause(), where);
  if (n.op == "!") return boolean(!is_truthy(value), where);
  if (n.op == "typeof") return text(std::string(type_of(value)), where);
  const JsValue plain = primitive(value);
  if (plain.is_unknown()) return unknown(plain.cause(), where);
  if (n.op == "~") return number(~to_int32(to_number(plain)), where);
  return number(n.op == "-" ? -to_number(plain) : to_number(plain), where);
}

// A name that is nowhere: reading it would be an error, asking for its type is not.
bool Evaluator::is_undeclared(const Expression& e, const Frame& frame) {
  const auto* name = std::get_if<Name>(&e.node);
  if (name == nullptr || find_binding(name->name, frame) != nullptr) return false;
  const std::string key(name->name);
  return m_globals.count(key) == 0 && !exists_in_k6(key) && !make_global(*this, key);
}

JsValue Evaluator::visit(const Binary& n, const Expression& e, Frame& frame) {
  const JsValue left = evaluate(*n.left, frame);
  const JsValue right = evaluate(*n.right, frame);
  return binary(n.op, left, right, place(frame, e.range));
}

JsValue Evaluator::visit(const Logical& n, const Expression& e, Frame& frame) {
  JsValue left = evaluate(*n.left, frame);
  if (left.is_unknown()) {
    leak(left, left.cause());
    return skip(n.right->range, frame, left.cause(), place(frame, e.range));
  }
  const bool done = n.op == "&&" ? !is_truthy(left) : n.op == "||" ? is_truthy(left) : !left.is_nothing();
  return done ? left : evaluate(*n.right, frame);
}

JsValue Evaluator::visit(const Conditional& n, const Expression& e, Frame& frame) {
  const JsValue test = evaluate(*n.test, frame);
  if (!test.is_unknown()) return evaluate(is_truthy(test) ? *n.yes : *n.no, frame);
  skip(n.yes->range, frame, test.cause(), {});
  return skip(n.no->range, frame, test.cause(), place(frame, e.range));
}

JsValue Evaluator::visit(const OptionalChain& n, const Expression& e, Frame& frame) {
  try {
    return evaluate(*n.chain, frame);
  } catch (const ShortCircuit&) {
    return {JsUndefined{}, place(frame, e.range)};
  }
}

JsValue Evaluator::visit(const MemberAccess& n, const Expression& e, Frame& frame) {
  const JsValue holder = evaluate(*n.object, frame);
  if (n.optional && holder.is_nothing()) throw ShortCircuit{};
  return get(holder, std::string(n.name), place(frame, e.range));
}

JsValue Evaluator::visit(const IndexAccess& n, const Expression& e, Frame& frame) {
  const JsValue holder = evaluate(*n.object, frame);
  if (n.optional && holder.is_nothing()) throw ShortCircuit{};
  return get(holder, evaluate(*n.index, frame), place(frame, e.range));
}

namespace {

// promise.then(...), setTimeout(...)
bool is_asynchronous(const MemberAccess* method, const decltype(Expression::node)& callee) {
  if (method != nullptr)
    return method->name == "then" || method->name == "catch" || method->name == "finally";
  const auto* name = std::get_if<Name>(&callee);
  return name != nullptr &&
         (name->name == "setTimeout" || name->name == "setInterval" || name->name == "queueMicrotask");
}

}  // namespace

JsValue Evaluator::visit(const Call& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  NativeCall made;
  made.place = where;
  made.caller = frame.module;
  JsValue callee;
  if (const auto* member = std::get_if<MemberAccess>(&n.callee->node)) {
    made.self = evaluate(*member->object, frame);
    if (member->optional && made.self.is_nothing()) throw ShortCircuit{};
    callee = get(made.self, std::string(member->name), where);
  } else if (const auto* index = std::get_if<IndexAccess>(&n.callee->node)) {
    made.self = evaluate(*index->object, frame);
    if (index->optional && made.self.is_nothing()) throw ShortCircuit{};
    callee = get(made.self, evaluate(*index->index, frame), where);
  } else {
    callee = evaluate(*n.callee, frame);
    if (const auto* name = std::get_if<Name>(&n.callee->node); name != nullptr && callee.is_unknown())
      callee.place = where;
  }
  if (n.optional && callee.is_nothing()) throw ShortCircuit{};
  const Cause* cause = nullptr;
  auto values = arguments(n.arguments, frame, cause);
  if (!values) {
    leak(callee, cause);
    run_escaped(cause);
    return unknown_call(cause, made);
  }
  made.arguments = std::move(*values);
  const auto* method = std::get_if<MemberAccess>(&n.callee->node);
  const auto* global = std::get_if<Name>(&n.callee->node);
  if (callee.is_unknown() && global != nullptr && global->name == "eval")  // it may set every name
    forget({0, frame.module->source->text().size()}, frame, unknown(where).cause());
  if (callee.is_unknown() && is_asynchronous(method, n.callee->node)) {
    for (const JsValue& argument : made.arguments) run_later(argument);
  }
  return call(callee, std::move(made));
}

JsValue Evaluator::visit(const New& n, const Expression& e, Frame& frame) {
  NativeCall made;
  made.place = place(frame, e.range);
  made.caller = frame.module;
  const JsValue callee = evaluate(*n.callee, frame);
  const Cause* cause = nullptr;
  auto values = arguments(n.arguments, frame, cause);
  if (!values) {
    leak(callee, cause);
    run_escaped(cause);
    return unknown_call(cause, made);
  }
  made.arguments = std::move(*values);
  return construct(callee, std::move(made));
}

JsValue Evaluator::visit(const Sequence& n, const Expression& /*e*/, Frame& frame) {
  JsValue last;
  for (const Expression* expression : n.expressions) last = evaluate(*expression, frame);
  return last;
}

JsValue Evaluator::read_name(std::string_view name, Place where, const Frame& frame) {
  if (const Binding* binding = find_binding(name, frame)) return read_binding(*binding, name, where);
  const std::string key(name);
  if (const auto known = m_globals.find(key); known != m_globals.end()) {
    JsValue value = known->second;
    value.place = where;
    return value;
  }
  auto made = make_global(*this, key);
  if (!made) {
    if (exists_in_k6(key)) return unknown(where);
    JsValue result = unknown(where, fmt::format("{} is not declared", cleaned(name)));
    note_risk(result.cause());
    return result;
  }
  m_globals.emplace(key, *made);
  made->place = where;
  return *made;
}

JsValue Evaluator::read_binding(const Binding& binding, std::string_view name, Place where) {
  if (binding.from != nullptr) {
    if (auto value = exported(*binding.from, binding.imported, where)) return *value;
    return unknown(where,
                   fmt::format("{} exports no {}", cleaned(binding.from->path), cleaned(binding.imported)));
  }
  if (!binding.initialised) note_error(where);
  if (!binding.initialised) return unknown(where, fmt::format("{} is used before it is set", cleaned(name)));
  JsValue value = binding.value;
  if (value.place.source == nullptr) value.place = where;
  return value;
}

}  // namespace k6apm::evaluation
