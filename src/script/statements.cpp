// Statements, and how reading goes on behind one that cannot be read (ECMA-262, 14 and 16).
#include "script/parser.hpp"

namespace k6apm::script {

std::vector<const Statement*> Parser::read_file() {
  std::vector<Stmt> result;
  while (m_token.kind != TokenKind::end) {
    const std::size_t first = m_index;
    const std::size_t expressions = m_nodes.expressions.size();
    const std::size_t statements = m_nodes.statements.size();
    const std::size_t patterns = m_nodes.patterns.size();
    const std::size_t functions = m_nodes.functions.size();
    m_context = {};
    m_height = 0;
    try {
      result.push_back(statement());
    } catch (const Error& error) {  // nobody knows the nodes that were made of it
      m_nodes.expressions.resize(expressions);
      m_nodes.statements.resize(statements);
      m_nodes.patterns.resize(patterns);
      m_nodes.functions.resize(functions);
      result.push_back(unread(first, error.notice()));
    }
  }
  return result;
}

std::vector<const Statement*> Parser::read_body(const Function& function) {
  std::vector<Stmt> result;
  if (function.body.begin == function.body.end) return result;
  m_context.is_async = function.is_async;
  m_context.is_generator = function.is_generator;
  go_to(function.body_token + 1);
  while (!m_token.is("}")) {
    m_height = 0;
    result.push_back(statement());
  }
  return result;
}

// Passes over the statement that began with the token `first`: at least up to where it turned out to be
// wrong, then up to its semicolon or to a line that can only begin another one.
const Statement* Parser::unread(std::size_t first, const Notice& error) {
  const std::size_t wrong = m_index;
  const std::size_t begin = m_tokens.at(first).begin;
  std::size_t i = first;
  while (i < m_tokens.size()) {
    const Token token = m_tokens.at(i);
    if (i > first && i >= wrong && begins_statement_again(i)) break;
    const bool is_part = token.kind == TokenKind::template_part;
    const bool ends = i >= wrong && token.is(";");
    i = is_part ? behind_template(i) : token.opens() ? m_tokens.partner(i) + 1 : i + 1;
    if (ends) break;
  }
  go_to(i);
  m_height = 0;
  return make_statement(begin, Unread{error});
}

bool Parser::begins_statement_again(std::size_t i) const {
  static constexpr std::string_view words[] = {
      "import", "export",    "const", "let",  "var",     "function", "class",     "if",
      "for",    "while",     "do",    "try",  "throw",   "switch",   "return",    "module",
      "async",  "interface", "type",  "enum", "exports", "declare",  "namespace", "abstract"};
  const Token token = m_tokens.at(i);
  if (!token.line_break_before) return false;
  if (token.is("@")) return true;
  const Token last = m_tokens.at(i - 1);
  return token.kind == TokenKind::name && one_of(token.text, words) && !last.is(".") && !last.is("?.");
}

const Statement* Parser::statement() {
  const Level level(*this);
  const std::size_t begin = m_token.begin;
  if (m_token.kind == TokenKind::name) {
    if (is_reserved(m_token.text)) return keyword_statement();
    if (Stmt typed = typescript_statement()) return typed;
    return other_statement();
  }
  if (m_token.is("{")) return block();
  if (accept(";")) return make_statement(begin, Empty{});
  if (m_token.is("@")) {
    skip_decorators();
    Stmt decorated = statement();
    m_nodes.statements.back().range.begin = begin;
    return decorated;
  }
  return expression_statement();
}

const Statement* Parser::keyword_statement() {
  const std::string_view word = m_token.text;
  const std::size_t begin = m_token.begin;
  if (word == "var") return variables(true);
  if (word == "const") return ahead().is("enum") ? enum_statement() : variables(true);
  if (word == "function") return function_declaration(true);
  if (word == "if") return if_statement();
  if (word == "for") return for_statement();
  if (word == "while") return while_statement();
  if (word == "do") return do_statement();
  if (word == "switch") return switch_statement();
  if (word == "try") return try_statement();
  if (word == "with") return with_statement();
  if (word == "export") return export_statement();
  if (word == "enum") return enum_statement();
  if (word == "return" || word == "throw" || word == "break" || word == "continue") return jump();
  if (word == "import" && !ahead().is("(") && !ahead().is(".")) return import_statement();
  if (word == "class") {
    advance();
    const std::string_view name = class_rest();
    return make_statement(begin, ClassDeclaration{name});
  }
  if (word == "debugger") {
    advance();
    end_statement();
    return make_statement(begin, Empty{});
  }
  return expression_statement();
}

const Statement* Parser::other_statement() {
  if (at_let()) return variables(true);
  const Token next = ahead();
  if (m_token.is("async") && next.is("function") && !next.line_break_before)
    return function_declaration(true);
  return next.is(":") ? labelled() : expression_statement();
}

const Statement* Parser::expression_statement() {
  const std::size_t begin = m_token.begin;
  ExpressionStatement node{expression()};
  end_statement();
  return make_statement(begin, node);
}

const Statement* Parser::labelled() {
  const Token label = take();
  advance();
  return make_statement(label.begin, Labelled{label.text, statement()});
}

const Statement* Parser::block() {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  if (!m_token.is("{")) fail("{");
  advance();
  Block node;
  while (!accept("}")) node.statements.push_back(statement());
  return make_statement(begin, std::move(node));
}

// `let` is a name too.
bool Parser::at_let() const {
  if (!m_token.is("let")) return false;
  const Token next = ahead();
  return next.is("[") || next.is("{") || (next.kind == TokenKind::name && !is_reserved(next.text));
}

DeclarationKind Parser::declaration_kind() {
  const std::string_view word = take().text;
  return word == "var"   ? DeclarationKind::var
         : word == "let" ? DeclarationKind::let
                         : DeclarationKind::constant;
}

const Statement* Parser::variables(bool ends) {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  VariableDeclaration node;
  node.kind = declaration_kind();
  const Pattern* first = pattern(true);
  node.declarators = declarators(node.kind, first);
  if (ends) end_statement();
  return make_statement(begin, std::move(node));
}

// From behind the pattern of the first one.
std::vector<Declarator> Parser::declarators(DeclarationKind kind, const Pattern* first) {
  std::vector<Declarator> result;
  do {
    const Pattern* target = result.empty() ? first : pattern(true);
    accept("!");                         // TypeScript: assigned for sure
    const bool typed = m_token.is(":");  // what is only declared may lack its value
    skip_annotation();
    result.push_back({target, initialiser()});
    const bool needs_value =
        kind == DeclarationKind::constant || !std::holds_alternative<NamePattern>(target->node);
    if (needs_value && result.back().initialiser == nullptr && !typed && !m_context.is_ambient) fail("=");
  } while (accept(","));
  return result;
}

}  // namespace k6apm::script
