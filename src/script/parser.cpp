// The cursor of the parser, its errors, and the making of nodes.
#include "script/parser.hpp"

#include <fmt/format.h>

#include "script/literals.hpp"

namespace k6apm::script {

bool is_reserved(std::string_view word) {
  static constexpr std::string_view words[] = {
      "break", "case",   "catch", "class",  "const", "continue",   "debugger", "default", "delete",
      "do",    "else",   "enum",  "export", "false", "extends",    "finally",  "for",     "function",
      "if",    "import", "in",    "new",    "null",  "instanceof", "return",   "super",   "switch",
      "this",  "throw",  "true",  "try",    "var",   "typeof",     "void",     "while",   "with"};
  constexpr std::size_t longest = 10;
  return word.size() <= longest && one_of(word, words);
}

Parser::Parser(const Source& source, const TokenList& tokens, Nodes& nodes)
    : m_source(source), m_tokens(tokens), m_nodes(nodes) {
  go_to(0);
}

const Expression* Parser::read_expression() {
  Expr result = expression();
  if (m_token.kind != TokenKind::end) fail("the end of the text");
  return result;
}

void Parser::go_to(std::size_t index) {
  if (index > 0) {
    const Token last = m_tokens.at(index - 1);
    m_last_end = last.end();
  }
  m_index = index;
  m_token = m_tokens.at(index);
}

void Parser::advance() {
  m_last_end = m_token.end();
  m_token = m_tokens.at(++m_index);
}

Token Parser::take() {
  const Token token = m_token;
  advance();
  return token;
}

bool Parser::accept(std::string_view text) {
  if (!m_token.is(text)) return false;
  advance();
  return true;
}

void Parser::expect(std::string_view text) { expect(text, text); }

void Parser::expect(std::string_view text, std::string_view wanted) {
  if (!accept(text)) fail(wanted);
}

// ECMA-262, 12.10: a semicolon may be left out before a line break, a } and the end.
void Parser::end_statement() {
  if (accept(";") || m_token.is("}") || m_token.kind == TokenKind::end || m_token.line_break_before) return;
  fail("the end of the statement");
}

bool Parser::at_name() const { return m_token.kind == TokenKind::name && !is_reserved(m_token.text); }

std::string_view Parser::take_name(std::string_view wanted) {
  if (!at_name()) fail(wanted);
  return take().text;
}

std::string Parser::take_file(Range& range) {
  if (m_token.kind != TokenKind::string) fail("a file in quotes");
  range = {m_token.begin, m_token.end()};
  std::string file = decode_string(m_source, m_token);
  advance();
  return file;
}

bool Parser::at_template() const {
  return m_token.kind == TokenKind::template_plain ||
         (m_token.kind == TokenKind::template_part && m_token.text.front() == '`');
}

std::size_t Parser::behind_template(std::size_t i) const {
  if (m_tokens.at(i).kind == TokenKind::template_part) {
    while (m_tokens.at(i).text.back() != '`') i = m_tokens.partner(i);
  }
  return i + 1;
}

void Parser::skip_template() { go_to(behind_template(m_index)); }

Parser::Context Parser::in_brackets() const {
  Context context = m_context;
  context.no_in = context.before_colon = false;
  return context;
}

void Parser::fail(std::string_view wanted) const {
  throw m_source.error(m_token.begin,
                       fmt::format("syntax error: expected {}, found {}", wanted, found_text(m_token)));
}

void Parser::fail_too_deep() const {
  throw m_source.error(m_token.begin, fmt::format("syntax error: nested deeper than {} levels", max_nesting));
}

void Parser::count_node() {
  if (++m_height > max_height) fail_too_deep();
  const std::size_t count = m_nodes.expressions.size() + m_nodes.statements.size() + m_nodes.patterns.size();
  if (count >= max_nodes) throw m_source.error(m_token.begin, "the script is too large to be read");
}

}  // namespace k6apm::script
