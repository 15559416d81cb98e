// Statements other than loops.
#include <fmt/format.h>

#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

Completion Evaluator::execute(const Statement& statement, Frame& frame) {
  charge(1);
  const Deeper deeper(*this);
  return std::visit([&](const auto& node) { return visit(node, statement, frame); }, statement.node);
}

// In the scope of the frame: what the statements declare is declared first.
Completion Evaluator::execute_all(const std::vector<const Statement*>& statements, Frame& frame) {
  declare_block(statements, frame);
  for (const Statement* statement : statements) {
    Completion completion = execute(*statement, frame);
    if (completion.flow != Flow::normal) return completion;
  }
  return {};
}

// An error thrown here would end the script, and k6 would not run it: what follows counts all the same, for a
// variable of the environment that is missing today may have been set then.
void Evaluator::execute_top_level(const Statement& statement, Frame& frame) {
  const Cause* cause = nullptr;
  bool stopped_here = false;
  try {
    const Completion completion = execute(statement, frame);
    if (completion.flow == Flow::uncertain) cause = completion.cause;
  } catch (const Thrown& thrown) {
    cause = thrown.cause;
  } catch (const Stopped& stopped) {
    m_causes.push_back(*stopped.cause);
    m_causes.back().place = place(frame, statement.range);
    cause = &m_causes.back();
    stopped_here = true;
    if (++m_stops > k_most_stops) throw GivenUp{cause};
  }
  if (cause == nullptr) return;
  const std::size_t left = stopped_here ? std::max(m_steps_left, k_steps_after_a_stop) : m_steps_left;
  m_steps_left = m_steps_to_forget_left;  // one store for all statements, however many end like this
  try {
    forget(statement.range, frame, cause);
  } catch (const Stopped&) {
    throw GivenUp{cause};
  }
  m_steps_to_forget_left = m_steps_left;
  m_steps_left = left;
}

// A statement that is not followed.
Completion Evaluator::skip_statement(const Statement& s, Frame& frame, const Cause* cause, bool is_loop) {
  const Mentions& mentions = forget(s.range, frame, cause);
  run_escaped(cause);
  const bool is_switch = std::holds_alternative<Switch>(s.node);
  const bool jumps = is_switch ? mentions.jumps_to_label || mentions.continues
                     : is_loop ? mentions.jumps_to_label
                               : mentions.jumps;
  note_risk(cause);
  const bool leaves = mentions.returns || jumps || (mentions.throws && m_tries > 0);
  return leaves ? Completion{Flow::uncertain, {}, {}, cause} : Completion{};
}

// ---- Declarations before the first statement runs

void Evaluator::hoist_variables(const std::vector<const Statement*>& statements, Frame& frame) {
  for (const Statement* statement : statements) hoist_variables(statement, frame);
}

// `var` holds in the whole function.
void Evaluator::hoist_variables(const Statement* statement, Frame& frame) {
  if (statement == nullptr) return;
  charge(1);
  const Deeper deeper(*this);
  const auto& node = statement->node;
  if (const auto* declaration = std::get_if<VariableDeclaration>(&node)) {
    if (declaration->kind != DeclarationKind::var) return;
    for (const Declarator& declarator : declaration->declarators)
      declare_pattern(declarator.target, true, frame);
  } else if (const auto* block = std::get_if<Block>(&node)) {
    hoist_variables(block->statements, frame);
  } else if (const auto* branch = std::get_if<If>(&node)) {
    hoist_variables(branch->yes, frame);
    hoist_variables(branch->no, frame);
  } else if (const auto* loop = std::get_if<For>(&node)) {
    hoist_variables(loop->initialiser, frame);
    hoist_variables(loop->body, frame);
  } else if (const auto* each = std::get_if<ForEach>(&node)) {
    if (each->declares && each->kind == DeclarationKind::var) declare_pattern(each->target, true, frame);
    hoist_variables(each->body, frame);
  } else if (const auto* repeat = std::get_if<While>(&node)) {
    hoist_variables(repeat->body, frame);
  } else if (const auto* guarded = std::get_if<Try>(&node)) {
    hoist_variables(guarded->body, frame);
    hoist_variables(guarded->handler, frame);
    hoist_variables(guarded->finalizer, frame);
  } else if (const auto* choice = std::get_if<Switch>(&node)) {
    for (const Case& one : choice->cases) hoist_variables(one.statements, frame);
  } else if (const auto* labelled = std::get_if<Labelled>(&node)) {
    hoist_variables(labelled->body, frame);
  } else if (const auto* exported = std::get_if<ExportDeclaration>(&node)) {
    hoist_variables(exported->declaration, frame);
  }
}

// Where the name is declared already, its value stays.
void Evaluator::declare_pattern(const Pattern* pattern, bool initialised, Frame& frame) {
  if (pattern == nullptr) return;
  const Deeper deeper(*this);
  if (const auto* name = std::get_if<NamePattern>(&pattern->node)) {
    if (initialised && frame.scope->bindings.count(name->name) > 0) return;
    Binding binding;
    binding.initialised = initialised;
    frame.scope->bindings.insert_or_assign(name->name, std::move(binding));
  } else if (const auto* object = std::get_if<ObjectPattern>(&pattern->node)) {
    for (const PatternElement& element : object->elements)
      declare_pattern(element.target, initialised, frame);
    declare_pattern(object->rest, initialised, frame);
  } else if (const auto* list = std::get_if<ArrayPattern>(&pattern->node)) {
    for (const PatternElement& element : list->elements) declare_pattern(element.target, initialised, frame);
    declare_pattern(list->rest, initialised, frame);
  }
}

void Evaluator::make_constant(const Pattern& pattern, Frame& frame) {
  const auto* name = std::get_if<NamePattern>(&pattern.node);  // others may be set, which is an error anyway
  if (name != nullptr) frame.scope->bindings[name->name].constant = true;
}

// let, const, class and enum of these statements, not yet set; functions, ready to be called.
void Evaluator::declare_block(const std::vector<const Statement*>& statements, Frame& frame) {
  for (const Statement* statement : statements) {
    const Statement* inner = statement;
    if (const auto* exported = std::get_if<ExportDeclaration>(&statement->node))
      inner = exported->declaration;
    if (const auto* by_default = std::get_if<ExportDefault>(&statement->node))
      inner = by_default->declaration;
    if (inner == nullptr) continue;
    if (const auto* declaration = std::get_if<VariableDeclaration>(&inner->node)) {
      if (declaration->kind == DeclarationKind::var) continue;
      for (const Declarator& one : declaration->declarators) declare_pattern(one.target, false, frame);
    } else if (const auto* function = std::get_if<FunctionDeclaration>(&inner->node)) {
      if (function->function->name.empty()) continue;
      JsObject* made = new_object(ObjectKind::closure, place(frame, inner->range));
      made->closure = std::make_unique<Closure>(Closure{function->function, frame.module, frame.scope, {}});
      bind_name(function->function->name, object(made, made->place), Bind::declare, frame, made->place);
    }
  }
}

namespace {

void names_of(const Pattern* pattern, std::vector<std::string>& names, std::size_t depth = 0) {
  if (pattern == nullptr || depth > max_nesting) return;
  if (const auto* name = std::get_if<NamePattern>(&pattern->node)) {
    names.emplace_back(name->name);
  } else if (const auto* object = std::get_if<ObjectPattern>(&pattern->node)) {
    for (const PatternElement& element : object->elements) names_of(element.target, names, depth + 1);
    names_of(object->rest, names, depth + 1);
  } else if (const auto* list = std::get_if<ArrayPattern>(&pattern->node)) {
    for (const PatternElement& element : list->elements) names_of(element.target, names, depth + 1);
    names_of(list->rest, names, depth + 1);
  }
}

}  // namespace

void names_declared_by(const Statement& declaration, std::vector<std::string>& names) {
  if (const auto* variables = std::get_if<VariableDeclaration>(&declaration.node)) {
    for (const Declarator& one : variables->declarators) names_of(one.target, names);
  } else if (const auto* function = std::get_if<FunctionDeclaration>(&declaration.node)) {
    names.emplace_back(function->function->name);
  } else if (const auto* type = std::get_if<ClassDeclaration>(&declaration.node)) {
    names.emplace_back(type->name);
  } else if (const auto* members = std::get_if<EnumDeclaration>(&declaration.node)) {
    names.emplace_back(members->name);
  }
}

// Outside of modules a function declared in a block is seen around it, too (ECMA-262, B.3.2).
void Evaluator::hoist_functions(const std::vector<const Statement*>& statements, const Frame& inner,
                                Frame& outer) {
  for (const Statement* statement : statements) {
    const auto* declaration = std::get_if<FunctionDeclaration>(&statement->node);
    if (declaration == nullptr || declaration->function->name.empty()) continue;
    const std::string_view name = declaration->function->name;
    JsValue value = inner.scope->bindings[name].value;
    const bool exists = find_binding(name, outer) != nullptr;
    bind_name(name, std::move(value), exists ? Bind::assign : Bind::declare, outer, {});
  }
}

// ---- One function for each kind of statement

Completion Evaluator::visit(const Empty& /*n*/, const Statement& /*s*/, Frame& /*frame*/) { return {}; }

Completion Evaluator::visit(const VariableDeclaration& n, const Statement& /*s*/, Frame& frame) {
  for (const Declarator& declarator : n.declarators) {
    const bool is_var = n.kind == DeclarationKind::var;
    if (declarator.initialiser == nullptr) {
      if (!is_var) bind(*declarator.target, JsValue{}, Bind::declare, frame);
      continue;
    }
    JsValue value = evaluate(*declarator.initialiser, frame);
    bind(*declarator.target, std::move(value), is_var ? Bind::assign : Bind::declare, frame);
    if (n.kind == DeclarationKind::constant) make_constant(*declarator.target, frame);
  }
  return {};
}

Completion Evaluator::visit(const ExpressionStatement& n, const Statement& /*s*/, Frame& frame) {
  evaluate(*n.expression, frame);
  return {};
}

Completion Evaluator::visit(const FunctionDeclaration& /*n*/, const Statement& /*s*/, Frame& /*frame*/) {
  return {};  // declared when its block began
}

Completion Evaluator::visit(const ClassDeclaration& n, const Statement& s, Frame& frame) {
  const JsValue made = make_class(s.range, frame);
  if (!n.name.empty()) bind_name(n.name, made, Bind::declare, frame, made.place);
  return {};
}

Completion Evaluator::visit(const EnumDeclaration& n, const Statement& s, Frame& frame) {
  const Place where = place(frame, s.range);
  JsObject* made = new_object(ObjectKind::plain, where);
  Frame inner = frame;
  inner.scope = new_scope(frame.scope);
  JsValue next = number(0, where);
  for (const EnumMember& member : n.members) {
    const Place at = place(frame, member.range);
    const JsValue value = member.initialiser != nullptr ? evaluate(*member.initialiser, inner) : next;
    bind_name(member.name, value, Bind::declare, inner, at);
    made->put(member.name, value, at);
    if (value.as<double>() == nullptr) continue;
    made->put(number_text(*value.as<double>()), text(member.name, at), at);  // the way back
    next = number(*value.as<double>() + 1, at);
  }
  bind_name(n.name, object(made, where), Bind::declare, frame, where);
  return {};
}

Completion Evaluator::visit(const Block& n, const Statement& /*s*/, Frame& frame) {
  Frame inner = frame;
  inner.scope = new_scope(frame.scope);
  Completion completion = execute_all(n.statements, inner);
  if (!frame.module->is_es_module) hoist_functions(n.statements, inner, frame);
  return completion;
}

Completion Evaluator::visit(const Return& n, const Statement& s, Frame& frame) {
  if (n.value == nullptr) return {Flow::returned, JsValue{{}, place(frame, s.range)}, {}, nullptr};
  return {Flow::returned, evaluate(*n.value, frame), {}, nullptr};
}

Completion Evaluator::visit(const Throw& n, const Statement& s, Frame& frame) {
  constexpr std::size_t k_cost = 300;
  charge(k_cost);
  const JsValue value = evaluate(*n.value, frame);
  throw Thrown{value, unknown(place(frame, s.range), "the script ends here with an error").cause()};
}

Completion Evaluator::visit(const If& n, const Statement& s, Frame& frame) {
  const JsValue test = evaluate(*n.test, frame);
  if (test.is_unknown()) return skip_statement(s, frame, test.cause(), false);
  const Statement* chosen = is_truthy(test) ? n.yes : n.no;
  return chosen != nullptr ? execute(*chosen, frame) : Completion{};
}

Completion Evaluator::visit(const Switch& n, const Statement& s, Frame& frame) {
  const JsValue value = evaluate(*n.value, frame);
  if (value.is_unknown()) return skip_statement(s, frame, value.cause(), true);
  Frame inner = frame;
  inner.scope = new_scope(frame.scope);
  for (const Case& one : n.cases) declare_block(one.statements, inner);
  std::size_t chosen = n.cases.size();
  for (std::size_t i = 0; i < n.cases.size() && chosen == n.cases.size(); ++i) {
    if (n.cases[i].test == nullptr) continue;
    const JsValue test = evaluate(*n.cases[i].test, inner);
    if (test.is_unknown()) return skip_statement(s, frame, test.cause(), true);
    if (strictly_equal(value, test)) chosen = i;
  }
  if (chosen == n.cases.size()) {
    chosen = static_cast<std::size_t>(
        std::find_if(n.cases.begin(), n.cases.end(), [](const Case& c) { return c.test == nullptr; }) -
        n.cases.begin());
  }
  for (; chosen < n.cases.size(); ++chosen) {
    for (const Statement* statement : n.cases[chosen].statements) {
      Completion completion = execute(*statement, inner);
      if (completion.flow == Flow::broken && completion.label.empty()) return {};
      if (completion.flow != Flow::normal) return completion;
    }
  }
  return {};
}

// Where something in it may have thrown, it is not known what ran.
Completion Evaluator::visit(const Try& n, const Statement& s, Frame& frame) {
  const Cause* const outer_risk = m_risk;
  const std::size_t tries = m_tries;
  m_risk = nullptr;
  m_tries = tries + 1;
  Completion completion;
  std::optional<Thrown> thrown;
  try {
    completion = execute(*n.body, frame);
  } catch (const Thrown& caught) {
    thrown = caught;
  } catch (...) {
    m_tries = tries;
    throw;
  }
  m_tries = tries;
  const Cause* const risk = m_risk;
  m_risk = outer_risk != nullptr ? outer_risk : risk;
  if (completion.flow == Flow::uncertain) return completion;
  if (risk != nullptr) {
    const Completion skipped = skip_statement(s, frame, risk, false);
    return completion.flow == Flow::normal ? skipped : Completion{Flow::uncertain, {}, {}, risk};
  }
  if (thrown && n.handler != nullptr) {
    Frame inner = frame;
    inner.scope = new_scope(frame.scope);
    if (n.parameter != nullptr) bind(*n.parameter, thrown->value, Bind::declare, inner);
    thrown.reset();
    try {
      completion = execute(*n.handler, inner);
    } catch (const Thrown& again) {
      thrown = again;
    }
  }
  if (n.finalizer != nullptr) {
    Completion last = execute(*n.finalizer, frame);
    if (thrown && last.flow == Flow::uncertain) note_risk(thrown->cause);
    if (last.flow != Flow::normal) return last;
  }
  if (thrown) throw Thrown(*thrown);
  return completion;
}

Completion Evaluator::visit(const Unread& n, const Statement& s, Frame& frame) {
  const JsValue result = unknown(n.error, place(frame, s.range));
  return skip_statement(s, frame, result.cause(), false);
}

}  // namespace k6apm::evaluation
