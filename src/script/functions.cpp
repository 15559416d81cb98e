// Functions, with their parameters but not their bodies (ECMA-262, 15), and classes, which are passed over.
#include "script/parser.hpp"

namespace k6apm::script {

// Null where none begins here.
const Expression* Parser::arrow_function() {
  std::size_t first = m_index;
  bool is_async = false;
  if (m_token.kind == TokenKind::name) {
    Token next = ahead();
    if (m_token.is("async") && !next.line_break_before && !next.is("=>")) {
      const bool named = next.kind == TokenKind::name && ahead(2).is("=>");
      if (!named && !begins_arrow(first + 1)) return nullptr;
      is_async = true;
      ++first;
    } else if (!next.is("=>") || next.line_break_before || is_reserved(m_token.text)) {
      return nullptr;
    }
  } else if (!begins_arrow(first)) {
    return nullptr;
  }
  Function function;
  function.range.begin = m_token.begin;
  function.is_arrow = true;
  function.is_async = is_async;
  go_to(first);
  if (at_name()) {
    const std::size_t begin = m_token.begin;
    const std::string_view name = take().text;
    function.parameters.push_back({make_pattern(begin, NamePattern{name}), nullptr});
  } else {
    function_head(function);
  }
  expect("=>");
  if (m_token.is("{")) {
    function_rest(function);
  } else {
    Context context = m_context;
    context.is_async = is_async;
    context.is_generator = false;
    const Within inside(*this, context);
    function.expression_body = assignment();
    function.range.end = m_last_end;
  }
  const std::size_t begin = function.range.begin;
  return make(begin, FunctionExpression{add_function(std::move(function))});
}

// Whether the ( or, in TypeScript, the < at `i` is that of an arrow function's parameters.
bool Parser::begins_arrow(std::size_t i) {
  const bool is_generic = m_tokens.at(i).is("<");
  if (is_generic) i = angle_end(i);
  if (i == k_none || !m_tokens.at(i).is("(")) return false;
  const std::size_t close = m_tokens.partner(i);
  const Token next = m_tokens.at(close + 1);
  if (next.is("=>")) return !next.line_break_before;
  if (!next.is(":") || (m_context.before_colon && !is_generic && !surely_parameters(i))) return false;
  const std::size_t end = type_end(close + 2);
  return end != k_none && m_tokens.at(end).is("=>");
}

// Whether what begins at `open` cannot be an expression in brackets.
bool Parser::surely_parameters(std::size_t open) const {
  std::size_t i = open + 1;
  const Token first = m_tokens.at(i);
  if (first.is(")") || first.is("...")) return true;
  if (first.is("{") || first.is("[")) {
    i = m_tokens.partner(i) + 1;
  } else if (first.kind == TokenKind::name) {
    ++i;
  } else {
    return false;
  }
  if (m_tokens.at(i).is("?")) {
    const Token next = m_tokens.at(i + 1);
    return next.is(":") || next.is(",") || next.is(")");
  }
  return m_tokens.at(i).is(":");
}

const Expression* Parser::function_expression() {
  Function function;
  function.range.begin = m_token.begin;
  function.is_async = accept("async");
  expect("function");
  function.is_generator = accept("*");
  if (at_name()) function.name = take().text;
  function_rest(function);
  if (function.is_opaque) fail("{");
  const std::size_t begin = function.range.begin;
  return make(begin, FunctionExpression{add_function(std::move(function))});
}

// TypeScript also has declarations without a body, which do nothing.
const Statement* Parser::function_declaration(bool needs_name) {
  Function function;
  function.range.begin = m_token.begin;
  function.is_async = accept("async");
  expect("function");
  function.is_generator = accept("*");
  if (needs_name || at_name()) function.name = take_name();
  function_rest(function);
  const std::size_t begin = function.range.begin;
  if (function.is_opaque) {
    end_statement();
    return passed_over(begin);
  }
  return make_statement(begin, FunctionDeclaration{add_function(std::move(function))});
}

const Function* Parser::add_function(Function function) {
  return &m_nodes.functions.emplace_back(std::move(function));
}

// Type parameters, parameters and the type of the result.
void Parser::function_head(Function& function) {
  if (m_token.is("<")) skip_type_parameters();
  if (!m_token.is("(")) fail("(");
  parameters(function);
  skip_annotation();
}

// From the parameters on; of an arrow function the body only.
void Parser::function_rest(Function& function) {
  if (!function.is_arrow) function_head(function);
  if (m_token.is("{")) {
    const std::size_t close = m_tokens.partner(m_index);
    function.body_token = m_index;
    function.body.begin = m_token.begin;
    go_to(close + 1);
    function.body.end = m_last_end;
  } else {
    function.is_opaque = true;
  }
  function.range.end = m_last_end;
}

void Parser::parameters(Function& function) {
  Context context = in_brackets();
  context.is_async = function.is_async;
  context.is_generator = function.is_generator;
  const Within inside(*this, context);
  advance();
  while (!accept(")")) {
    parameter(function);
    if (!m_token.is(")")) expect(",", "a comma or a closing bracket");
  }
}

void Parser::parameter(Function& function) {
  const Level level(*this);
  skip_parameter_modifiers();
  if (accept("this")) {  // TypeScript: the type of `this`
    skip_annotation();
    return;
  }
  const bool is_rest = accept("...");
  const Pattern* target = pattern(true);
  accept("?");
  skip_annotation();
  if (is_rest) {
    function.rest = target;
    if (!m_token.is(")")) fail(")");
  } else {
    function.parameters.push_back({target, initialiser()});
  }
}

// TypeScript: @decorator private readonly name
void Parser::skip_parameter_modifiers() {
  skip_decorators();
  static constexpr std::string_view modifiers[] = {"public", "private", "protected", "readonly", "override"};
  while (m_token.kind == TokenKind::name && one_of(m_token.text, modifiers)) {
    const Token next = ahead();
    if (next.kind != TokenKind::name && !next.is("{") && !next.is("[")) return;
    advance();
  }
}

// Behind `class`; returns the name.
std::string_view Parser::class_rest() {
  std::string_view name;
  if (at_name() && !(m_token.is("implements") && ahead().kind == TokenKind::name)) name = take().text;
  if (m_token.is("<")) skip_type_parameters();
  if (accept("extends")) {
    const Level level(*this);
    left_hand_side();
    if (m_token.is("<")) skip_type_parameters();
  }
  if (accept("implements")) {
    do skip_type();
    while (accept(","));
  }
  if (!m_token.is("{")) fail("{");
  go_to(m_tokens.partner(m_index) + 1);
  return name;
}

void Parser::skip_decorators() {
  while (accept("@")) {
    const Level level(*this);
    left_hand_side();
  }
}

}  // namespace k6apm::script
