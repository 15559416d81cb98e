// Calling functions: of the script, of this tool, and unknown ones.
#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {
constexpr std::size_t k_steps_of_an_exception = 100;
}  // namespace

// Whatever it does with what it is given.
JsValue Evaluator::unknown_call(const Cause* cause, const NativeCall& call) {
  note_risk(cause);
  leak(call.self, cause);
  for (const JsValue& argument : call.arguments) leak(argument, cause);
  return unknown(cause, call.place);
}

JsValue Evaluator::call(const JsValue& callee, NativeCall made) {
  charge(2);
  const Deeper deeper(*this);
  if (callee.is_unknown()) {
    const bool by_use = callee.cause()->by_use;  // what it returns is one thing
    const Cause* cause = by_use ? unknown(made.place).cause() : widened(callee, made.place).cause();
    if (!by_use || m_has_classes) run_escaped(cause);
    return unknown_call(cause, made);
  }
  JsObject* object = callee.object();
  if (object != nullptr && object->kind == ObjectKind::closure) return call_closure(*object->closure, made);
  if (object != nullptr && object->native != nullptr) return call_native(*object, made);
  if (object != nullptr && object->opaque != nullptr) {
    run_escaped(object->opaque);
    return unknown_call(object->opaque, made);
  }
  const JsValue result = unknown(made.place, "what is called here is no function");
  return unknown_call(result.cause(), made);
}

JsValue Evaluator::call_native(const JsObject& callee, const NativeCall& made) {
  const NativeTraits traits = traits_of(callee.native);
  if (traits.takes_unknown) ++m_changes;
  const auto opaque_cause = [](const JsValue& value) -> const Cause* {
    if (value.is_unknown()) return value.cause();
    const JsObject* object = value.object();
    return object != nullptr && object->kind != ObjectKind::closure && object->kind != ObjectKind::native
               ? object->opaque
               : nullptr;
  };
  const Cause* cause = opaque_cause(made.self);
  for (const JsValue& argument : made.arguments) {
    if (cause == nullptr) cause = opaque_cause(argument);
  }
  if (cause == nullptr || traits.takes_unknown) {
    try {
      return callee.native(*this, made);
    } catch (const NotKnown& missing) {
      charge(k_steps_of_an_exception);
      return unknown_native(traits, missing.cause, made);
    }
  }
  return unknown_native(traits, cause, made);
}

// What a native function gives back may be a part of what it was given; that it calls functions is its trait.
JsValue Evaluator::unknown_native(const NativeTraits& traits, const Cause* cause, const NativeCall& made) {
  if (traits.calls_back) {
    run_escaped(cause);
    return unknown_call(cause, made);
  }
  for (const JsValue& argument : made.arguments) {
    if (argument.object() != nullptr && argument.object()->closure != nullptr) leak(argument, cause);
  }
  note_risk(cause);
  return unknown(cause, made.place);
}

JsValue Evaluator::construct(const JsValue& callee, NativeCall made) {
  charge(2);
  JsObject* object = callee.object();
  if (object != nullptr && object->native != nullptr) return call_native(*object, made);
  if (object == nullptr || object->kind != ObjectKind::closure || object->closure->function->is_arrow) {
    note_error(made.place);
    return call(callee, std::move(made));
  }
  const Deeper deeper(*this);
  JsObject* instance = new_object(ObjectKind::plain, made.place);
  const JsValue prototype = get(callee, std::string("prototype"), made.place);
  instance->prototype = prototype.object();
  if (prototype.is_unknown()) instance->opaque = prototype.cause();
  made.self = this->object(instance, made.place);
  const JsValue self = made.self;
  JsValue result = call_closure(*object->closure, made);
  if (result.is_unknown()) {
    leak(self, result.cause());
    return result;
  }
  return result.object() != nullptr ? result : self;
}

JsValue Evaluator::call_closure(const Closure& closure, NativeCall& made) {
  const Function& function = *closure.function;
  Frame frame{closure.module, closure.scope, function.is_arrow ? closure.self : made.self};
  if (function.is_async || function.is_generator || function.is_opaque) {
    const JsValue result = unknown(made.place);
    if (function.is_async) m_later.push_back({closure.module, closure.scope, function.range});
    forget_closure(closure, result.cause());
    return unknown_call(result.cause(), made);
  }
  // Outside of modules `this` may be the global object, and what is no object becomes one.
  if (!function.is_arrow && !closure.module->is_es_module && frame.self.object() == nullptr)
    frame.self = unknown(made.place);
  frame.scope = new_scope(closure.scope);
  bind_parameters(function, made, frame);
  if (function.expression_body != nullptr) return evaluate(*function.expression_body, frame);
  return run_body(closure, frame, made.place);
}

void Evaluator::bind_parameters(const Function& function, const NativeCall& made, Frame& frame) {
  if (!function.is_arrow)
    bind_name("arguments", new_array(made.arguments, made.place), Bind::declare, frame, {});
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const PatternElement element{{}, parameter.target, parameter.initialiser};
    bind_default(element, made.argument(i), Bind::declare, frame);
  }
  if (function.rest == nullptr) return;
  std::vector<JsValue> rest;
  for (std::size_t i = function.parameters.size(); i < made.arguments.size(); ++i)
    rest.push_back(made.arguments[i]);
  bind(*function.rest, new_array(std::move(rest), made.place), Bind::declare, frame);
}

JsValue Evaluator::run_body(const Closure& closure, Frame& frame, Place where) {
  const std::vector<const Statement*>* statements = nullptr;
  try {
    statements = &closure.module->script->body(*closure.function);
  } catch (const Error& error) {
    JsValue result = unknown(error.notice(), place(frame, closure.function->body));
    forget_closure(closure, result.cause());
    return result;
  }
  charge(statements->size());
  const bool has_defaults =
      std::any_of(closure.function->parameters.begin(), closure.function->parameters.end(),
                  [](const Parameter& p) { return p.initialiser != nullptr; });
  if (has_defaults) {  // `var` of the body is not the parameter that a default value may see
    Scope* const body = new_scope(frame.scope);
    const Scope* const parameters = frame.scope;
    frame.scope = body;
    hoist_variables(*statements, frame);
    for (auto& [name, binding] : body->bindings) {
      const auto parameter = parameters->bindings.find(name);
      if (parameter != parameters->bindings.end()) binding.value = parameter->second.value;
    }
  } else {
    hoist_variables(*statements, frame);
  }
  Completion completion = execute_all(*statements, frame);
  if (completion.flow == Flow::returned) return completion.value;
  if (completion.flow != Flow::uncertain) return {JsUndefined{}, where};
  forget(closure.function->body, frame, completion.cause);
  return unknown(completion.cause, where);
}

}  // namespace k6apm::evaluation
