// JavaScript and TypeScript cut into tokens (ECMA-262, 12 Lexical Grammar), as far as an options reader needs
// them: nothing inside a string, template, regular expression or comment is ever taken for code. What
// surprises: whether / begins a regular expression depends on what stands before it, and after ) or } even on
// what the bracket closed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "script/source.hpp"

namespace k6apm::script {

enum class TokenKind : std::uint8_t {
  end,
  name,  ///< identifier or keyword
  number,
  string,          ///< '...' or "...", with its quotes
  template_plain,  ///< `...` without substitutions
  template_mixed,  ///< `...${...}...`, the whole of it
  template_part,   ///< `...${ or }...${ or }...`
  regex,
  punctuator,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text{};
  std::size_t begin = 0;
  bool line_break_before = false;
  bool closes_condition = false;  ///< the ) of if (...), while (...), for (...), with (...), switch (...)

  std::size_t end() const { return begin + text.size(); }
  bool is(std::string_view punctuator_or_name) const {
    return (kind == TokenKind::punctuator || kind == TokenKind::name) && text == punctuator_or_name;
  }
  bool opens() const { return kind == TokenKind::punctuator && (text == "(" || text == "[" || text == "{"); }
  bool closes() const { return kind == TokenKind::punctuator && (text == ")" || text == "]" || text == "}"); }
};

/// How a template with substitutions comes: as one template_mixed, or as template_parts with the tokens of
/// the substitutions between them.
enum class Templates : std::uint8_t { whole, in_parts };

/// Reads tokens one after the other in one pass. Throws Error at a string, template, comment or regular
/// expression that is never closed.
class ScriptTokens {
 public:
  /// Begins at `offset`, where an expression or a statement must begin.
  explicit ScriptTokens(const Source& source, std::size_t offset = 0, Templates templates = Templates::whole);

  const Token& peek() const { return m_next; }
  Token take();

  const Source& source() const { return *m_source; }

 private:
  enum class Bracket : char { plain, condition, block, expression, substitution };

  void advance();
  bool skip_blanks();
  std::size_t blank_length() const;
  void skip_block_comment();
  Token scan();
  Token scan_string(char quote);
  Token scan_template();
  Token scan_template_part();
  Token scan_number();
  Token scan_name();
  bool scan_regex(Token& token);
  Token scan_punctuator();
  Token finish(TokenKind kind, std::size_t begin) const;
  bool regex_allowed() const;
  bool opens_expression() const;
  void note_bracket(Token& token);
  void remember(const Token& token);

  const Source* m_source;
  std::string_view m_text;
  std::size_t m_at;
  Templates m_templates;
  std::size_t m_no_regex_before = 0;  // an earlier try failed up to here: keeps the scan linear
  Token m_next{};
  Token m_previous{};
  bool m_previous_is_property = false;
  bool m_previous_ends_expression_brace = false;
  bool m_previous_is_non_null = false;  // the ! behind an operand that TypeScript has
  std::vector<Bracket> m_brackets{};
  std::vector<std::size_t> m_open_templates{};  // in parts: where they begin
};

/// Whether `token` can end an expression (so that a line break behind it may end the statement).
bool ends_operand(const Token& token);

/// Whether `token`, on a new line after an operand, begins another statement (automatic semicolons).
bool begins_statement(const Token& token);

/// Takes the rest of an expression: up to a comma, semicolon or closing bracket at its own level, and at
/// `statement_level` also up to where a line break ends the statement. `last` is the token taken before;
/// returns the last one taken. Throws Error where a bracket in it is never closed.
Token skip_expression(ScriptTokens& tokens, bool statement_level, Token last);

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <std::size_t N>
bool one_of(std::string_view text, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

}  // namespace k6apm::script
