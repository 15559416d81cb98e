// Loops, and the statements that leave them.
#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {

// Value by value; of values that are not known, nothing is.
bool are_same(const std::vector<JsValue>& a, const std::vector<JsValue>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const JsValue& x, const JsValue& y) {
    return x.is_unknown() ? y.cause() == x.cause() : strictly_equal(x, y);
  });
}

// Whether the loop goes on after its body; otherwise `completion` is how the loop ended.
bool goes_on(Completion& completion, const std::vector<std::string_view>& labels) {
  const bool is_ours =
      completion.label.empty() || std::find(labels.begin(), labels.end(), completion.label) != labels.end();
  switch (completion.flow) {
    case Flow::normal:
      return true;
    case Flow::continued:
      if (!is_ours) return false;
      completion = {};
      return true;
    case Flow::broken:
      if (is_ours) completion = {};
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
  const auto& body = n.body->node;
  const bool is_loop = std::holds_alternative<For>(body) || std::holds_alternative<ForEach>(body) ||
                       std::holds_alternative<While>(body) || std::holds_alternative<Labelled>(body);
  if (is_loop) {
    m_labels.push_back(n.label);
  } else {
    m_labels.clear();
  }
  Completion completion = execute(*n.body, frame);
  m_labels.clear();
  if (completion.flow == Flow::broken && completion.label == n.label) return {};
  return completion;
}

Completion Evaluator::visit(const While& n, const Statement& s, Frame& frame) {
  const auto labels = take_labels();
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
    if (!goes_on(completion, labels)) return completion;
  }
}

Completion Evaluator::visit(const For& n, const Statement& s, Frame& frame) {
  const auto labels = take_labels();
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
    if (!goes_on(completion, labels)) return completion;
    Scope* const next = new_scope(frame.scope);
    next->bindings = inner.scope->bindings;
    inner.scope = next;
    if (n.update != nullptr) evaluate(*n.update, inner);
  }
}

Completion Evaluator::visit(const ForEach& n, const Statement& s, Frame& frame) {
  const auto labels = take_labels();
  const JsValue over = evaluate(*n.object, frame);
  const Place where = place(frame, n.object->range);
  const Cause* cause = nullptr;
  std::optional<std::vector<JsValue>> values;
  if (!n.over_keys) {
    values = items(over, cause, where);
  } else if (over.object() != nullptr && over.object()->prototype != nullptr) {
    cause = unknown(where).cause();  // the keys of the prototype come, too
  } else if (auto names = keys(over, cause)) {
    values.emplace();
    for (std::string& name : *names) values->push_back(text(std::move(name), where));
  }
  if (!values) {
    leak(over, cause);
    return skip_statement(s, frame, cause, true);
  }
  // An array may grow or shrink while it is gone through; of all else a change is not followed.
  const JsObject* source = over.object();
  if (source != nullptr && source->kind == ObjectKind::iterator) source = source->iterated;
  const bool is_live = !n.over_keys && over.object() != nullptr && over.object()->kind == ObjectKind::array;
  const std::size_t size = source == nullptr ? 0 : source->properties.size();
  const std::vector<JsValue> elements =
      source == nullptr || is_live ? std::vector<JsValue>() : source->elements;
  const std::vector<JsValue> mapped = source == nullptr ? std::vector<JsValue>() : source->mapped;
  for (std::size_t i = 0; i < (is_live ? source->elements.size() : values->size()); ++i) {
    Frame inner = frame;
    inner.scope = new_scope(frame.scope);
    charge(1);
    const bool declares = n.declares && n.kind != DeclarationKind::var;
    JsValue value = is_live ? filled(source->elements[i]) : (*values)[i];
    bind(*n.target, std::move(value), declares ? Bind::declare : Bind::assign, inner);
    Completion completion = execute(*n.body, inner);
    if (completion.flow == Flow::uncertain) return leave_loop(completion, s, inner);
    if (!goes_on(completion, labels)) return completion;
    if (source == nullptr) continue;
    if (source->opaque != nullptr) return skip_statement(s, inner, source->opaque, true);
    const bool is_same = source->properties.size() == size && are_same(source->elements, elements) &&
                         are_same(source->mapped, mapped);
    if (!is_live && !is_same) return skip_statement(s, inner, unknown(where).cause(), true);
  }
  return {};
}

// It is not known whether the loop was left: further rounds may or may not have run.
Completion Evaluator::leave_loop(const Completion& completion, const Statement& s, Frame& frame) {
  return skip_statement(s, frame, completion.cause, true);
}

// The labels in front of the loop, which are for this loop only.
std::vector<std::string_view> Evaluator::take_labels() {
  std::vector<std::string_view> labels;
  labels.swap(m_labels);
  return labels;
}

}  // namespace k6apm::evaluation
