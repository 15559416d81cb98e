// Where the types of TypeScript end: they are looked over, never parsed. Brackets are jumped, so that the
// time is linear; of each < it is remembered where its > is.
#include "script/parser.hpp"

namespace k6apm::script {

// The index behind the type at `i`, k_none where none stands there.
std::size_t Parser::type_end(std::size_t i) {
  bool in_condition = false;  // T extends U, which a ? may follow
  std::size_t open_conditions = 0;
  while (true) {
    i = type_operand_end(i);
    if (i == k_none) return k_none;
    const Token next = m_tokens.at(i);
    if (next.is("extends")) {
      in_condition = true;
    } else if (next.is("?") && in_condition) {
      in_condition = false;
      ++open_conditions;
    } else if (next.is(":") && open_conditions > 0) {
      --open_conditions;
    } else if (!next.is("|") && !next.is("&")) {
      return i;
    }
    ++i;
  }
}

// One operand of | and &, with the words before it and, of a function's type, the type of its result.
std::size_t Parser::type_operand_end(std::size_t i) {
  while (true) {
    if (m_tokens.at(i).is("|") || m_tokens.at(i).is("&")) ++i;  // allowed before the first one too
    while (is_type_prefix(i)) ++i;
    const Token token = m_tokens.at(i);
    const bool is_generic = token.is("<");
    if (is_generic) {
      i = angle_end(i);
      if (i == k_none || !m_tokens.at(i).is("(")) return k_none;
    }
    if (is_generic || token.is("(")) {
      i = m_tokens.partner(i) + 1;
      if (!m_tokens.at(i).is("=>")) return is_generic ? k_none : type_suffix_end(i);
      ++i;
      continue;
    }
    if (token.is("{") || token.is("[")) return type_suffix_end(m_tokens.partner(i) + 1);
    if (token.is("-") && m_tokens.at(i + 1).kind == TokenKind::number) return i + 2;
    if (token.kind == TokenKind::template_part)
      return token.text.front() == '`' ? type_suffix_end(behind_template(i)) : k_none;
    const bool is_literal = token.kind == TokenKind::string || token.kind == TokenKind::number ||
                            token.kind == TokenKind::template_plain;
    if (is_literal) return type_suffix_end(i + 1);
    i = type_name_end(i);
    if (i == k_none) return k_none;
    const Token next = m_tokens.at(i);
    if (!next.is("is") || next.line_break_before) return type_suffix_end(i);
    ++i;  // name is T
  }
}

// Behind a name or import('file').
std::size_t Parser::type_name_end(std::size_t i) const {
  static constexpr std::string_view words[] = {"void", "null", "true", "false", "this"};
  const Token token = m_tokens.at(i);
  if (token.kind != TokenKind::name) return k_none;
  if (token.text == "import") return m_tokens.at(i + 1).is("(") ? m_tokens.partner(i + 1) + 1 : k_none;
  return is_reserved(token.text) && !one_of(token.text, words) ? k_none : i + 1;
}

// Behind .name, <T>, [] and [key].
std::size_t Parser::type_suffix_end(std::size_t i) {
  while (true) {
    const Token token = m_tokens.at(i);
    if (token.is(".") && m_tokens.at(i + 1).kind == TokenKind::name) {
      i += 2;
    } else if (token.is("[") && !token.line_break_before) {
      i = m_tokens.partner(i) + 1;
    } else if (token.is("<") && !token.line_break_before) {
      const std::size_t end = angle_end(i);
      if (end == k_none) return i;
      i = end;
    } else {
      return i;
    }
  }
}

// Whether the token at `i` is a word before a type, and not a type of that name.
bool Parser::is_type_prefix(std::size_t i) const {
  static constexpr std::string_view before_any[] = {"keyof", "readonly", "typeof", "new"};
  static constexpr std::string_view before_names[] = {"unique", "infer", "asserts", "abstract",
                                                      "const",  "in",    "out"};
  const Token token = m_tokens.at(i);
  if (token.kind != TokenKind::name) return false;
  const Token next = m_tokens.at(i + 1);
  const bool name_follows = next.kind == TokenKind::name && !next.is("extends") && !next.is("is");
  if (one_of(token.text, before_names)) return name_follows && !next.line_break_before;
  if (!one_of(token.text, before_any)) return false;
  return name_follows || next.is("(") || next.is("[") || next.is("{") || next.is("<") ||
         next.kind == TokenKind::string;
}

// The index behind the > of the < at `i`, k_none where what is between cannot be types or type parameters.
std::size_t Parser::angle_end(std::size_t i) {
  const auto found = m_angles.find(i);
  if (found != m_angles.end()) return found->second;
  if (m_open_angles >= max_nesting) return k_none;
  ++m_open_angles;
  const std::size_t end = angle_end_anew(i);
  --m_open_angles;
  m_angles.emplace(i, end);
  return end;
}

std::size_t Parser::angle_end_anew(std::size_t i) {
  do {
    ++i;
    if (m_tokens.at(i).is(">")) break;  // <T,>
    i = type_end(i);
    if (i != k_none && m_tokens.at(i).is("=")) i = type_end(i + 1);  // <T = string>
    if (i == k_none) return k_none;
  } while (m_tokens.at(i).is(","));
  return m_tokens.at(i).is(">") ? i + 1 : k_none;
}

void Parser::skip_type() {
  const std::size_t end = type_end(m_index);
  if (end == k_none) fail("a type");
  go_to(end);
}

// Type parameters or arguments, of which m_token is the <.
void Parser::skip_type_parameters() {
  const std::size_t end = angle_end(m_index);
  if (end == k_none) fail("a value");
  go_to(end);
}

void Parser::skip_annotation() {
  if (accept(":")) skip_type();
}

}  // namespace k6apm::script
