// Loops, and the statements that leave them.
#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {

// Whether the loop goes on after its body; otherwise `completion` is how the loop ended.
bool goes_on(Completion& completion, std::string_view own_label) {
  switch (completion.flow) {
    case Flow::normal:
      return true;
    case Flow::continued:
      if (!completion.label.empty() && completion.label != own_label) return false;
      completion = {};
      return true;
    case Flow::broken:
      if (completion.label.empty() || completion.label == own_label) completion = {};
      return false;
    default:
      return false;
  }
}

}  // namespace

Completion Evaluator::visit(const Break& n, const Statement& /*s*/, Frame& /*frame*/) {
  return {Flow::broken, {}, n.label, nullptr};
}

Completion Evaluator::visit(const Continue& n, const Statement& /*s*/, Frame& /*frame*/) {
  return {Flow::continued, {}, n.label, nullptr};
}

Completion Evaluator::visit(const Labelled& n, const Statement& /*s*/, Frame& frame) {
  const std::string_view outer = m_label;
  m_label = n.label;
  Completion completion = execute(*n.body, frame);
  m_label = outer;
  if (completion.flow == Flow::broken && completion.label == n.label) return {};
  return completion;
}

Completion Evaluator::visit(const While& n, const Statement& s, Frame& frame) {
  const std::string_view label = take_label();
  bool first = n.test_last;
  while (true) {
    if (!first) {
      const JsValue test = evaluate(*n.test, frame);
      if (test.is_unknown()) return skip_statement(s, frame, test.cause(), true);
      if (!is_truthy(test)) return {};
    }
    first = false;
    Completion completion = execute(*n.body, frame);
    if (completion.flow == Flow::uncertain) return leave_loop(completion, s, frame);
    if (!goes_on(completion, label)) return completion;
  }
}

Completion Evaluator::visit(const For& n, const Statement& s, Frame& frame) {
  const std::string_view label = take_label();
  Frame outer = frame;
  outer.scope = new_scope(frame.scope);
  if (n.initialiser != nullptr) {
    declare_block({n.initialiser}, outer);
    execute(*n.initialiser, outer);
  }
  Frame inner = outer;
  while (true) {
    // Each round has its own copy of the variables, for closures made in it.
    Scope* const round = new_scope(frame.scope);
    round->bindings = inner.scope->bindings;
    inner.scope = round;
    charge(1);
    if (n.test != nullptr) {
      const JsValue test = evaluate(*n.test, inner);
      if (test.is_unknown()) return skip_statement(s, inner, test.cause(), true);
      if (!is_truthy(test)) return {};
    }
    Completion completion = execute(*n.body, inner);
    if (completion.flow == Flow::uncertain) return leave_loop(completion, s, inner);
    if (!goes_on(completion, label)) return completion;
    Scope* const next = new_scope(frame.scope);
    next->bindings = inner.scope->bindings;
    inner.scope = next;
    if (n.update != nullptr) evaluate(*n.update, inner);
  }
}

Completion Evaluator::visit(const ForEach& n, const Statement& s, Frame& frame) {
  const std::string_view label = take_label();
  const JsValue over = evaluate(*n.object, frame);
  const Place where = place(frame, n.object->range);
  const Cause* cause = nullptr;
  std::optional<std::vector<JsValue>> values;
  if (!n.over_keys) {
    values = items(over, cause, where);
  } else if (auto names = keys(over, cause)) {
    values.emplace();
    for (std::string& name : *names) values->push_back(text(std::move(name), where));
  }
  if (!values) {
    leak(over, cause);
    return skip_statement(s, frame, cause, true);
  }
  // An array may grow or shrink while it is gone through.
  const JsObject* array = over.object();
  if (n.over_keys || array == nullptr || array->kind != ObjectKind::array) array = nullptr;
  for (std::size_t i = 0; i < (array != nullptr ? array->elements.size() : values->size()); ++i) {
    if (array != nullptr && array->opaque != nullptr) return skip_statement(s, frame, array->opaque, true);
    Frame inner = frame;
    inner.scope = new_scope(frame.scope);
    charge(1);
    const bool declares = n.declares && n.kind != DeclarationKind::var;
    JsValue value = array != nullptr ? array->elements[i] : (*values)[i];
    bind(*n.target, std::move(value), declares ? Bind::declare : Bind::assign, inner);
    Completion completion = execute(*n.body, inner);
    if (completion.flow == Flow::uncertain) return leave_loop(completion, s, inner);
    if (!goes_on(completion, label)) return completion;
  }
  return {};
}

// It is not known whether the loop was left: further rounds may or may not have run.
Completion Evaluator::leave_loop(const Completion& completion, const Statement& s, Frame& frame) {
  return skip_statement(s, frame, completion.cause, true);
}

// The label in front of the loop, which is for this loop only.
std::string_view Evaluator::take_label() {
  const std::string_view label = m_label;
  m_label = {};
  return label;
}

}  // namespace k6apm::evaluation
