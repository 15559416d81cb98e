// What declarations, parameters and assignments bind (ECMA-262, 13.15.5 and 14.3.3).
#include "script/parser.hpp"

namespace k6apm::script {

// Of a declaration or parameter where it `binds`, else of an assignment.
const Pattern* Parser::pattern(bool binds) {
  const Level level(*this);
  if (m_token.is("{")) return object_pattern(binds);
  if (m_token.is("[")) return array_pattern(binds);
  return simple_target(binds);
}

const Pattern* Parser::simple_target(bool binds) {
  const std::size_t begin = m_token.begin;
  if (!binds) return target_of(left_hand_side());
  const std::string_view name = take_name();
  return make_pattern(begin, NamePattern{name});
}

const Pattern* Parser::object_pattern(bool binds) {
  const Within inside(*this, in_brackets());
  const std::size_t begin = take().begin;
  ObjectPattern result;
  while (!accept("}")) {
    if (accept("...")) {
      result.rest = pattern(binds);
      if (!m_token.is("}")) fail("}");
      continue;
    }
    result.elements.push_back(object_pattern_element(binds));
    if (!m_token.is("}")) expect(",", "a comma or a closing bracket");
  }
  return make_pattern(begin, std::move(result));
}

PatternElement Parser::object_pattern_element(bool binds) {
  const Branch branch(*this);
  const Token key = m_token;
  PatternElement element;
  element.key = property_key();
  if (accept(":")) {
    element.target = at_pattern_before(",", "}") || at_pattern_before("=", "=") || binds
                         ? pattern(binds)
                         : simple_target(false);
  } else {
    if (key.kind != TokenKind::name || is_reserved(key.text)) fail("a colon");
    element.target = make_pattern(key.begin, NamePattern{key.text});
  }
  element.initialiser = initialiser();
  return element;
}

const Pattern* Parser::array_pattern(bool binds) {
  const Within inside(*this, in_brackets());
  const std::size_t begin = take().begin;
  ArrayPattern result;
  while (!accept("]")) {
    if (m_token.is(",")) {
      advance();
      result.elements.push_back({});
      continue;
    }
    const Branch branch(*this);
    const bool is_rest = accept("...");
    const bool nested = binds || at_pattern_before(",", "]") || at_pattern_before("=", "=");
    const Pattern* target = nested ? pattern(binds) : simple_target(false);
    if (is_rest) {
      result.rest = target;
      if (!m_token.is("]")) fail("]");
      continue;
    }
    PatternElement& element = result.elements.emplace_back();
    element.target = target;
    element.initialiser = initialiser();
    if (!m_token.is("]")) expect(",", "a comma or a closing bracket");
  }
  return make_pattern(begin, std::move(result));
}

// = value, or null
const Expression* Parser::initialiser() { return accept("=") ? assignment() : nullptr; }

// What was read as an expression turns out to be assigned to.
const Pattern* Parser::target_of(Expr expression) {
  const std::size_t begin = expression->range.begin;
  if (const auto* name = std::get_if<Name>(&expression->node))
    return make_pattern(begin, NamePattern{name->name});
  const bool is_access = std::holds_alternative<MemberAccess>(expression->node) ||
                         std::holds_alternative<IndexAccess>(expression->node) ||
                         std::holds_alternative<Opaque>(expression->node);
  if (!is_access) throw m_source.error(begin, "syntax error: nothing can be assigned to this");
  return make_pattern(begin, ExpressionPattern{expression});
}

// Whether a { or [ stands here whose partner is followed by one of the two: that of a pattern.
bool Parser::at_pattern_before(std::string_view a, std::string_view b) const {
  if (!m_token.is("{") && !m_token.is("[")) return false;
  const Token next = m_tokens.at(m_tokens.partner(m_index) + 1);
  return next.is(a) || next.is(b);
}

}  // namespace k6apm::script
