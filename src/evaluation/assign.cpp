// Expressions that change something: =, +=, ++, delete.
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

JsValue Evaluator::delete_property(const Expression& operand, Place where, Frame& frame) {
  if (const auto* member = std::get_if<MemberAccess>(&operand.node)) {
    remove(evaluate(*member->object, frame), text(std::string(member->name), where), where);
  } else if (const auto* index = std::get_if<IndexAccess>(&operand.node)) {
    const JsValue object = evaluate(*index->object, frame);
    remove(object, evaluate(*index->index, frame), where);
  } else {
    const JsValue result = unknown(where);
    return skip(operand.range, frame, result.cause(), where);
  }
  return boolean(true, where);
}

JsValue Evaluator::visit(const Update& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  const JsValue before = evaluate(*n.target, frame);
  const bool known = !before.is_unknown() && before.object() == nullptr;
  const JsValue old = known ? number(to_number(before), where) : unknown(before.cause(), where);
  const JsValue now = binary(n.op == "++" ? "+" : "-", old, number(1, where), where);
  assign(*n.target, now, frame);
  return n.prefix ? now : old;
}

JsValue Evaluator::visit(const Assignment& n, const Expression& e, Frame& frame) {
  const Place where = place(frame, e.range);
  if (n.op == "=") {
    JsValue value = evaluate(*n.value, frame);
    bind(*n.target, value, Bind::assign, frame);
    return value;
  }
  Expression name{n.target->range, {}};  // the target read as an expression
  const Expression* target = &name;
  if (const auto* plain = std::get_if<NamePattern>(&n.target->node)) {
    name.node = Name{plain->name};
  } else if (const auto* inner = std::get_if<ExpressionPattern>(&n.target->node)) {
    target = inner->target;
  }
  if (n.op == "&&=" || n.op == "||=" || n.op == "?\?=") return assign_logically(n, *target, where, frame);
  const JsValue before = evaluate(*target, frame);
  const JsValue value = evaluate(*n.value, frame);
  JsValue now = binary(n.op.substr(0, n.op.size() - 1), before, value, where);
  assign(*target, now, frame);
  return now;
}

JsValue Evaluator::assign_logically(const Assignment& n, const Expression& target, Place where,
                                    Frame& frame) {
  JsValue before = evaluate(target, frame);
  if (before.is_unknown()) {
    const JsValue result = skip(n.value->range, frame, before.cause(), where);
    assign(target, result, frame);
    return result;
  }
  const bool done = n.op == "&&="   ? !is_truthy(before)
                    : n.op == "||=" ? is_truthy(before)
                                    : !before.is_nothing();
  if (done) return before;
  JsValue value = evaluate(*n.value, frame);
  assign(target, value, frame);
  return value;
}

// To a name, a member or an element.
void Evaluator::assign(const Expression& target, JsValue value, Frame& frame) {
  const Place where = place(frame, target.range);
  if (const auto* name = std::get_if<Name>(&target.node)) {
    bind_name(name->name, std::move(value), Bind::assign, frame, where);
  } else if (const auto* member = std::get_if<MemberAccess>(&target.node)) {
    set(evaluate(*member->object, frame), text(std::string(member->name), where), std::move(value), where);
  } else if (const auto* index = std::get_if<IndexAccess>(&target.node)) {
    const JsValue holder = evaluate(*index->object, frame);
    set(holder, evaluate(*index->index, frame), std::move(value), where);
  } else {
    const JsValue result = unknown(where);
    leak(value, result.cause());
    skip(target.range, frame, result.cause(), where);
  }
}

}  // namespace k6apm::evaluation
