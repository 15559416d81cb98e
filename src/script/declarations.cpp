// Statements that only TypeScript has. Their words are ordinary names in JavaScript: what follows decides.
#include "script/parser.hpp"

namespace k6apm::script {

// Null where none begins here.
const Statement* Parser::typescript_statement() {
  static constexpr std::string_view words[] = {"interface", "type",      "declare",
                                               "abstract",  "namespace", "module"};
  if (m_token.kind != TokenKind::name || !one_of(m_token.text, words)) return nullptr;
  const Token next = ahead();
  if (next.line_break_before) return nullptr;
  if (m_token.is("abstract")) {
    if (!next.is("class")) return nullptr;
    const std::size_t begin = take().begin;
    advance();
    const std::string_view name = class_rest();
    return make_statement(begin, ClassDeclaration{name});
  }
  if (m_token.is("declare")) return declare_statement();
  const bool is_named = next.kind == TokenKind::name && !is_reserved(next.text);
  if (!is_named) return nullptr;
  const Token third = ahead(2);
  if (m_token.is("interface"))
    return third.is("{") || third.is("<") || third.is("extends") ? interface_statement() : nullptr;
  if (m_token.is("type")) return third.is("=") || third.is("<") ? alias_statement() : nullptr;
  return third.is("{") || third.is(".") ? namespace_statement() : nullptr;
}

const Statement* Parser::interface_statement() {
  const std::size_t begin = take().begin;
  take_name();
  if (m_token.is("<")) skip_type_parameters();
  if (accept("extends")) {
    do skip_type();
    while (accept(","));
  }
  if (!m_token.is("{")) fail("{");
  go_to(m_tokens.partner(m_index) + 1);
  return passed_over(begin);
}

// type Name<T> = type
const Statement* Parser::alias_statement() {
  const std::size_t begin = take().begin;
  take_name();
  if (m_token.is("<")) skip_type_parameters();
  expect("=");
  skip_type();
  end_statement();
  return passed_over(begin);
}

// What is declared is somewhere else: nothing happens here.
const Statement* Parser::declare_statement() {
  static constexpr std::string_view words[] = {"const",     "let",      "var",   "function",
                                               "class",     "abstract", "enum",  "interface",
                                               "namespace", "type",     "async", "import"};
  const std::size_t begin = m_token.begin;
  const Token next = ahead();
  const bool is_module = (next.is("module") || next.is("global")) && !ahead(2).is("=");
  const bool is_named_module = is_module && (ahead(2).is("{") || ahead(2).kind == TokenKind::string ||
                                             ahead(2).kind == TokenKind::name);
  if (next.kind != TokenKind::name || !(one_of(next.text, words) || is_named_module)) return nullptr;
  advance();
  if (is_named_module) {
    advance();
    while (m_token.kind == TokenKind::name || m_token.kind == TokenKind::string || m_token.is(".")) {
      if (m_token.line_break_before) break;
      advance();
    }
    if (m_token.is("{")) {
      go_to(m_tokens.partner(m_index) + 1);
    } else {
      end_statement();
    }
    return passed_over(begin);
  }
  Context context = m_context;
  context.is_ambient = true;
  const Within inside(*this, context);
  statement();
  return passed_over(begin);
}

// namespace A.B { }: not looked into, like a class.
const Statement* Parser::namespace_statement() {
  const std::size_t begin = take().begin;
  const std::string_view name = take_name();
  while (accept(".")) take_name();
  if (!m_token.is("{")) fail("{");
  go_to(m_tokens.partner(m_index) + 1);
  return make_statement(begin, ClassDeclaration{name});
}

const Statement* Parser::enum_statement() {
  const std::size_t begin = m_token.begin;
  accept("const");
  expect("enum");
  EnumDeclaration node{take_name()};
  if (!m_token.is("{")) fail("{");
  advance();
  while (!accept("}")) {
    const Branch branch(*this);
    EnumMember& member = node.members.emplace_back();
    member.range.begin = m_token.begin;
    const Token key = m_token;
    const PropertyKey name = property_key();
    const auto* text = name.computed != nullptr ? std::get_if<StringLiteral>(&name.computed->node) : nullptr;
    if (name.computed != nullptr && text == nullptr)
      throw m_source.error(key.begin, "syntax error: the name of a member is computed");
    member.name = text != nullptr ? text->value : name.name;
    member.initialiser = initialiser();
    member.range.end = m_last_end;
    if (!m_token.is("}")) expect(",", "a comma or a closing bracket");
  }
  return make_statement(begin, std::move(node));
}

}  // namespace k6apm::script
