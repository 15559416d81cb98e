// Literals, names, brackets, and the accesses and calls behind them (ECMA-262, 13.2 and 13.3).
#include "script/literals.hpp"
#include "script/parser.hpp"

namespace k6apm::script {

const Expression* Parser::postfix() {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  Expr operand = left_hand_side();
  const bool is_update = (m_token.is("++") || m_token.is("--")) && !m_token.line_break_before;
  return is_update ? update(begin, take().text, false, operand) : operand;
}

// Without `calls` a ( ends it: what stands behind `new`.
const Expression* Parser::left_hand_side(bool calls) {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  Expr base = m_token.is("new") ? new_expression() : primary();
  bool chained = false;
  while (Expr next = suffix(begin, base, calls, chained)) base = next;
  return chained ? make(begin, OptionalChain{base}) : base;
}

// `base` with what stands behind it, null where nothing does.
const Expression* Parser::suffix(std::size_t begin, Expr base, bool calls, bool& chained) {
  if (at_template()) {
    skip_template();
    return make(begin, Opaque{});
  }
  if (m_token.kind != TokenKind::punctuator) return nullptr;
  if (accept(".")) return member(begin, base, false);
  if (m_token.is("[")) return index(begin, base, false);
  if (calls && m_token.is("(")) return call(begin, base, false);
  if (calls && accept("?.")) {
    chained = true;
    if (m_token.is("[")) return index(begin, base, true);
    if (m_token.is("<")) skip_type_parameters();
    return m_token.is("(") ? call(begin, base, true) : member(begin, base, true);
  }
  if (m_token.is("!") && !m_token.line_break_before) {  // TypeScript: never null
    advance();
    return base;
  }
  return m_token.is("<") && skip_type_arguments_of_call() ? base : nullptr;
}

const Expression* Parser::member(std::size_t begin, Expr base, bool optional) {
  const bool is_private = accept("#");
  if (m_token.kind != TokenKind::name) fail("a name");
  const std::string_view name = take().text;
  if (is_private) return make(begin, Opaque{});
  return make(begin, MemberAccess{base, name, optional});
}

const Expression* Parser::index(std::size_t begin, Expr base, bool optional) {
  const Within inside(*this, in_brackets());
  advance();
  Expr key = expression();
  expect("]");
  return make(begin, IndexAccess{base, key, optional});
}

const Expression* Parser::call(std::size_t begin, Expr base, bool optional) {
  return make(begin, Call{base, elements(")"), optional});
}

// TypeScript: f<T>(x). In JavaScript that would compare f with T and that with x; as TypeScript does, it is
// taken for a call where all between the brackets can be types.
bool Parser::skip_type_arguments_of_call() {
  const std::size_t end = angle_end(m_index);
  if (end == k_none) return false;
  const Token next = m_tokens.at(end);
  const bool is_template = next.kind == TokenKind::template_plain ||
                           (next.kind == TokenKind::template_part && next.text.front() == '`');
  // Behind a comparison these cannot stand: f<T> as a value.
  const bool ends =
      next.kind == TokenKind::end || next.closes() || next.is(",") || next.is(";") || next.is("?.");
  if (!next.is("(") && !is_template && !ends) return false;
  go_to(end);
  return true;
}

// What a list or a call has in its brackets. A list may have holes.
std::vector<Element> Parser::elements(std::string_view close) {
  const Within inside(*this, in_brackets());
  std::vector<Element> result;
  advance();
  while (!accept(close)) {
    if (m_token.is(",") && close == "]") {
      result.push_back({});
      advance();
      continue;
    }
    const bool spread = m_token.is("...");
    result.push_back({spread ? spread_value() : assignment(), spread});
    if (!m_token.is(close)) expect(",", "a comma or a closing bracket");
  }
  return result;
}

const Expression* Parser::spread_value() {
  const Token dots = take();
  if (m_token.is(",") || m_token.closes() || m_token.is(":")) {
    throw m_source.error(dots.begin, "syntax error: a lone ... is no part of an object or list",
                         "remove it; it stands for what the example left out");
  }
  return assignment();
}

const Expression* Parser::new_expression() {
  const Level level(*this);
  const std::size_t begin = take().begin;
  if (accept(".")) {
    take_name();  // new.target
    return make(begin, Opaque{});
  }
  New node{left_hand_side(false)};
  if (m_token.is("(")) node.arguments = elements(")");
  return make(begin, std::move(node));
}

const Expression* Parser::primary() {
  const std::size_t begin = m_token.begin;
  switch (m_token.kind) {
    case TokenKind::name:
      return keyword_or_name();
    case TokenKind::number: {
      const auto value = decode_number(m_source, m_token);
      advance();
      return value ? make(begin, NumberLiteral{*value}) : make(begin, Opaque{});
    }
    case TokenKind::string:
    case TokenKind::template_plain: {
      StringLiteral literal{decode_string(m_source, m_token)};
      advance();
      return make(begin, std::move(literal));
    }
    case TokenKind::regex: {
      const std::string_view text = take().text;
      return make(begin, RegexLiteral{text});
    }
    case TokenKind::template_part:
      if (at_template()) return template_literal();
      fail("a value");
    case TokenKind::punctuator:
      return bracket_or_punctuator();
    default:
      fail("a value");
  }
}

const Expression* Parser::keyword_or_name() {
  const Token word = m_token;
  if (!is_reserved(word.text)) {
    const Token next = word.text == "async" ? ahead() : Token{};
    if (next.is("function") && !next.line_break_before) return function_expression();
    advance();
    return make(word.begin, Name{word.text});
  }
  if (word.text == "function") return function_expression();
  if (word.text == "import") return import_expression();
  static constexpr std::string_view values[] = {"true", "false", "null", "this", "super", "class"};
  if (!one_of(word.text, values)) fail("a value");
  advance();
  if (word.text == "class") return make(word.begin, ClassExpression{class_rest()});
  if (word.text == "null") return make(word.begin, NullLiteral{});
  if (word.text == "this") return make(word.begin, This{});
  if (word.text == "super") return make(word.begin, Opaque{});
  return make(word.begin, BooleanLiteral{word.text == "true"});
}

const Expression* Parser::bracket_or_punctuator() {
  const std::size_t begin = m_token.begin;
  if (m_token.is("{")) return object_literal();
  if (m_token.is("[")) return make(begin, ArrayLiteral{elements("]")});
  if (accept("#")) {  // #name in object
    take_name();
    return make(begin, Opaque{});
  }
  if (m_token.is("@")) {
    skip_decorators();
    expect("class", "a class");
    return make(begin, ClassExpression{class_rest()});
  }
  if (!m_token.is("(")) fail("a value");
  const Within inside(*this, in_brackets());
  advance();
  Expr inner = expression();
  expect(")", "a closing bracket");
  return inner;
}

// import(file), import.meta
const Expression* Parser::import_expression() {
  const std::size_t begin = take().begin;
  if (accept(".")) {
    take_name();
  } else if (m_token.is("(")) {
    elements(")");
  } else {
    fail("(");
  }
  return make(begin, Opaque{});
}

const Expression* Parser::template_literal() {
  const Within inside(*this, in_brackets());
  const std::size_t begin = m_token.begin;
  TemplateLiteral literal;
  while (true) {
    const bool last = m_token.text.back() == '`';
    Token text = m_token;
    if (!last) text.text.remove_suffix(1);  // the decoder takes one character off each end
    literal.texts.push_back(decode_string(m_source, text));
    advance();
    if (last) return make(begin, std::move(literal));
    literal.values.push_back(expression());
    if (m_token.kind != TokenKind::template_part || at_template()) fail("}");
  }
}

}  // namespace k6apm::script
