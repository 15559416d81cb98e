// Expressions that change something: =, +=, ++, delete.
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

JsValue Evaluator::delete_property(const Expression& operand, Place where, Frame& frame) {
  if (const auto* chain = std::get_if<OptionalChain>(&operand.node)) {
    try {
      return delete_property(*chain->chain, where, frame);
    } catch (const ShortCircuit&) {
      return boolean(true, where);
    }
  }
  bool optional = false;
  if (const auto* member = std::get_if<MemberAccess>(&operand.node)) optional = member->optional;
  if (const auto* index = std::get_if<IndexAccess>(&operand.node)) optional = index->optional;
  const Reference target = reference_of(operand, frame);
  if (optional && target.holder.is_nothing()) throw ShortCircuit{};
  if (!target.is_known || target.is_name) return skip(operand.range, frame, unknown(where).cause(), where);
  remove(target.holder, target.key, where);
  return boolean(true, where);
}

Reference Evaluator::reference_of(const Expression& target, Frame& frame) {
  Reference reference;
  reference.place = place(frame, target.range);
  if (const auto* name = std::get_if<Name>(&target.node)) {
    reference.is_name = true;
    reference.name = name->name;
  } else if (const auto* member = std::get_if<MemberAccess>(&target.node)) {
    reference.holder = evaluate(*member->object, frame);
    reference.key = text(std::string(member->name), reference.place);
  } else if (const auto* index = std::get_if<IndexAccess>(&target.node)) {
    reference.holder = evaluate(*index->object, frame);
    reference.key = evaluate(*index->index, frame);
  } else {
    reference.is_known = false;
    skip(target.range, frame, unknown(reference.place).cause(), reference.place);
  }
  return reference;
}

JsValue Evaluator::value_at(const Reference& reference, Frame& frame) {
  if (!reference.is_known) return unknown(reference.place);
  if (reference.is_name) return read_name(reference.name, reference.place, frame);
  return get(reference.holder, reference.key, reference.place);
}

void Evaluator::put_at(const Reference& reference, JsValue value, Frame& frame) {
  if (!reference.is_known) {
    leak(value, unknown(reference.place).cause());
  } else if (reference.is_name) {
    bind_name(reference.name, std::move(value), Bind::assign, frame, reference.place);
  } else {
    set(reference.holder, reference.key, std::move(value), reference.place);
  }
}

JsValue Evaluator::visit(const Update& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  const Reference target = reference_of(*n.target, frame);
  const JsValue before = primitive(value_at(target, frame));
  JsValue old = before.is_unknown() ? unknown(before.cause(), where) : number(to_number(before), where);
  JsValue now = binary(n.op == "++" ? "+" : "-", old, number(1, where), where);
  put_at(target, now, frame);
  return n.prefix ? now : old;
}

JsValue Evaluator::visit(const Assignment& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  Expression name{n.target->range, {}};  // the target as an expression
  const Expression* target = nullptr;
  if (const auto* plain = std::get_if<NamePattern>(&n.target->node)) {
    name.node = Name{plain->name};
    target = &name;
  } else if (const auto* inner = std::get_if<ExpressionPattern>(&n.target->node)) {
    target = inner->target;
  }
  if (target == nullptr) {  // destructuring
    JsValue value = evaluate(*n.value, frame);
    bind(*n.target, value, Bind::assign, frame);
    return value;
  }
  const Reference reference = reference_of(*target, frame);
  if (n.op == "=") {
    JsValue value = evaluate(*n.value, frame);
    put_at(reference, value, frame);
    return value;
  }
  if (n.op == "&&=" || n.op == "||=" || n.op == "?\?=") return assign_logically(n, reference, where, frame);
  const JsValue before = value_at(reference, frame);
  const JsValue value = evaluate(*n.value, frame);
  JsValue now = binary(n.op.substr(0, n.op.size() - 1), before, value, where);
  put_at(reference, now, frame);
  return now;
}

JsValue Evaluator::assign_logically(const Assignment& n, const Reference& target, Place where, Frame& frame) {
  JsValue before = value_at(target, frame);
  if (before.is_unknown()) {
    JsValue result = skip(n.value->range, frame, before.cause(), where);
    put_at(target, result, frame);
    return result;
  }
  const bool done = n.op == "&&="   ? !is_truthy(before)
                    : n.op == "||=" ? is_truthy(before)
                                    : !before.is_nothing();
  if (done) return before;
  JsValue value = evaluate(*n.value, frame);
  put_at(target, value, frame);
  return value;
}

// Of destructuring.
void Evaluator::assign(const Expression& target, JsValue value, Frame& frame) {
  put_at(reference_of(target, frame), std::move(value), frame);
}

}  // namespace k6apm::evaluation
