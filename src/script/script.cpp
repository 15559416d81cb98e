// A file of a script: its list of tokens, and the trees that are made of them when they are asked for.
#include "script/script.hpp"

#include <fmt/format.h>

#include "script/parser.hpp"

namespace k6apm::script {

namespace {

bool is_last_part(std::string_view text) { return text.back() == '`'; }
bool is_first_part(std::string_view text) { return text.front() == '`'; }

}  // namespace

TokenList::TokenList(const Source& source, std::size_t begin, std::size_t end) : m_source(source) {
  ScriptTokens tokens(source, begin, Templates::in_parts);
  std::vector<Open> open;
  while (tokens.peek().kind != TokenKind::end && tokens.peek().begin < end) {
    add(tokens.peek());
    match(tokens.peek(), open);
    tokens.take();  // only now: behind a wrong bracket anything may look wrong
  }
  if (!open.empty()) fail_unclosed(open.back());
}

void TokenList::add(const Token& token) {
  const bool single = token.kind == TokenKind::punctuator && token.text.front() == '>';
  const std::size_t length = single ? 1 : token.text.size();
  for (std::size_t at = 0; at < token.text.size(); at += length) {
    Entry entry;
    entry.begin = static_cast<std::uint32_t>(token.begin + at);
    entry.length = static_cast<std::uint32_t>(length);
    entry.kind = token.kind;
    entry.line_break_before = at == 0 && token.line_break_before;
    m_entries.push_back(entry);
  }
}

// `token` is the last entry.
void TokenList::match(const Token& token, std::vector<Open>& open) {
  const std::size_t index = m_entries.size() - 1;
  const bool is_part = token.kind == TokenKind::template_part;
  Open next{index, index};
  if (token.closes() || (is_part && !is_first_part(token.text))) {
    if (open.empty()) throw m_source.error(token.begin, "syntax error: this bracket closes nothing");
    const Entry& opening = m_entries[open.back().index];
    // ( ) are neighbours in ASCII, [ ] and { } have one character between them.
    const int apart = token.text.front() - m_source.text()[opening.begin];
    const bool fits = is_part || opening.kind == TokenKind::template_part
                          ? is_part && opening.kind == TokenKind::template_part
                          : apart == 1 || apart == 2;
    if (!fits) throw m_source.error(token.begin, "syntax error: this bracket closes nothing");
    next.first = open.back().first;
    m_entries[open.back().index].partner = static_cast<std::uint32_t>(index);
    m_entries[index].partner = static_cast<std::uint32_t>(next.first);
    open.pop_back();
  }
  if (token.opens() || (is_part && !is_last_part(token.text))) open.push_back(next);
}

void TokenList::fail_unclosed(const Open& open) const {
  const Entry& first = m_entries[open.first];
  if (first.kind == TokenKind::template_part)
    throw m_source.error(first.begin, "syntax error: this template string is never closed");
  throw m_source.error(first.begin,
                       fmt::format("syntax error: this {} is never closed", m_source.text()[first.begin]));
}

Token TokenList::at(std::size_t i) const {
  Token token;
  if (i >= m_entries.size()) {
    token.begin = m_entries.empty() ? 0 : m_entries.back().begin + m_entries.back().length;
    token.line_break_before = true;
    return token;
  }
  const Entry& entry = m_entries[i];
  token.kind = entry.kind;
  token.begin = entry.begin;
  token.text = m_source.text().substr(entry.begin, entry.length);
  token.line_break_before = entry.line_break_before;
  return token;
}

Script::Script(const Source& source) : m_source(source), m_tokens(source) {}

const std::vector<const Statement*>& Script::statements() {
  if (!m_parsed) m_statements = Parser(m_source, m_tokens, m_nodes).read_file();
  m_parsed = true;
  return m_statements;
}

const std::vector<const Statement*>& Script::body(const Function& function) {
  const auto found = m_bodies.find(&function);
  if (found != m_bodies.end()) return found->second;
  auto statements = Parser(m_source, m_tokens, m_nodes).read_body(function);
  return m_bodies.emplace(&function, std::move(statements)).first->second;
}

const Expression& Script::expression() { return *Parser(m_source, m_tokens, m_nodes).read_expression(); }

}  // namespace k6apm::script
