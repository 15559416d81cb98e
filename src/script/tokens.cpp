#include "script/tokens.hpp"

#include <algorithm>
#include <array>

namespace k6apm::script {

namespace {

// After these an expression begins.
constexpr std::array<std::string_view, 14> prefix_words = {"return", "typeof", "instanceof", "in",    "of",
                                                           "new",    "delete", "void",       "throw", "case",
                                                           "do",     "else",   "yield",      "await"};
constexpr std::array<std::string_view, 5> condition_words = {"if", "while", "for", "with", "switch"};

// Longest first: the first that fits is taken.
constexpr std::array<std::string_view, 33> long_punctuators = {
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "?\?=",
    "=>",   "==",  "!=",  "<=",  ">=",  "++",  "--",  "&&",  "||",  "??",  "?.",
    "+=",   "-=",  "*=",  "/=",  "%=",  "&=",  "|=",  "^=",  "**",  "<<",  ">>"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         c == '\\' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

}  // namespace

ScriptTokens::ScriptTokens(const Source& source, std::size_t offset, Templates templates)
    : m_source(&source), m_text(source.text()), m_at(offset), m_templates(templates) {
  if (offset == 0 && m_text.substr(0, 2) == "#!") m_at = std::min(m_text.find('\n'), m_text.size());
  advance();
}

Token ScriptTokens::take() {
  const Token token = m_next;
  advance();
  return token;
}

void ScriptTokens::advance() {
  const bool line_break = skip_blanks();
  m_next = scan();
  m_next.line_break_before = line_break;
  if (m_next.kind == TokenKind::punctuator) note_bracket(m_next);
  remember(m_next);
}

// Bytes of the white space at m_at, 0 where there is none.
std::size_t ScriptTokens::blank_length() const {
  const char c = m_text[m_at];
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f') return 1;
  if ((static_cast<unsigned char>(c) & 0x80U) == 0) return 0;
  if (m_text.substr(m_at, 2) == "\xC2\xA0") return 2;
  // What Unicode calls Zs, the byte order mark, and the two line breaks.
  static constexpr std::array<std::string_view, 7> blanks = {"\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                                             "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
                                                             "\xEF\xBB\xBF"};
  const std::string_view three = m_text.substr(m_at, 3);
  const bool is_wide = three.size() == 3 && three.substr(0, 2) == "\xE2\x80" && three[2] <= '\x8A';
  return is_wide || one_of(three, blanks) ? 3 : 0;
}

// Returns whether a line break was passed.
bool ScriptTokens::skip_blanks() {
  bool line_break = false;
  while (m_at < m_text.size()) {
    const char c = m_text[m_at];
    if (const std::size_t length = blank_length(); length > 0) {
      const std::string_view blank = m_text.substr(m_at, length);
      line_break = line_break || c == '\n' || c == '\r' || blank == "\xE2\x80\xA8" || blank == "\xE2\x80\xA9";
      m_at += length;
    } else if (m_text.substr(m_at, 2) == "//") {
      m_at = std::min(m_text.find_first_of("\n\r", m_at), m_text.size());
    } else if (m_text.substr(m_at, 2) == "/*") {
      const std::size_t begin = m_at;
      skip_block_comment();
      line_break = line_break || m_text.substr(begin, m_at - begin).find('\n') != std::string_view::npos;
    } else {
      break;
    }
  }
  return line_break;
}

void ScriptTokens::skip_block_comment() {
  const std::size_t end = m_text.find("*/", m_at + 2);
  if (end == std::string_view::npos)
    throw m_source->error(m_at, "syntax error: this comment is never closed");
  m_at = end + 2;
}

Token ScriptTokens::finish(TokenKind kind, std::size_t begin) const {
  Token token;
  token.kind = kind;
  token.begin = begin;
  token.text = m_text.substr(begin, m_at - begin);
  return token;
}

// Everything but the blanks before it.
Token ScriptTokens::scan() {
  if (m_at >= m_text.size()) return finish(TokenKind::end, m_at);
  const char c = m_text[m_at];
  if (c == '"' || c == '\'') return scan_string(c);
  if (c == '`') return m_templates == Templates::whole ? scan_template() : scan_template_part();
  if (c == '}' && !m_brackets.empty() && m_brackets.back() == Bracket::substitution) {
    m_brackets.pop_back();
    return scan_template_part();
  }
  if (is_digit(c) || (c == '.' && m_at + 1 < m_text.size() && is_digit(m_text[m_at + 1])))
    return scan_number();
  if (is_name_char(c)) return scan_name();
  Token token;
  if (c == '/' && regex_allowed() && scan_regex(token)) return token;
  return scan_punctuator();
}

Token ScriptTokens::scan_string(char quote) {
  const std::size_t begin = m_at++;
  while (m_at < m_text.size() && m_text[m_at] != quote && m_text[m_at] != '\n' && m_text[m_at] != '\r') {
    if (m_text[m_at] == '\\') {
      ++m_at;
      if (m_text.substr(m_at, 2) == "\r\n") ++m_at;
    }
    ++m_at;
  }
  if (m_at >= m_text.size() || m_text[m_at] != quote) {
    throw m_source->error(begin, "syntax error: this string is never closed");
  }
  ++m_at;
  return finish(TokenKind::string, begin);
}

// Templates may stand inside the substitutions of templates: `levels` has, for each substitution that is
// open, the number of braces open in it.
Token ScriptTokens::scan_template() {
  const std::size_t begin = m_at++;
  const Token outer_previous = m_previous;
  std::vector<std::size_t> levels;
  bool in_text = true;
  bool mixed = false;
  while (m_at < m_text.size()) {
    if (in_text) {
      const char c = m_text[m_at];
      if (c == '\\') {
        m_at += 2;
      } else if (c == '`') {
        ++m_at;
        if (levels.empty()) {
          m_previous = outer_previous;
          return finish(mixed ? TokenKind::template_mixed : TokenKind::template_plain, begin);
        }
        in_text = false;
        m_previous = finish(TokenKind::template_mixed, m_at - 1);
      } else if (c == '$' && m_text.substr(m_at, 2) == "${") {
        m_at += 2;
        levels.push_back(0);
        in_text = false;
        mixed = true;
        m_previous = Token{};
      } else {
        ++m_at;
      }
      continue;
    }
    skip_blanks();
    if (m_at >= m_text.size()) break;
    if (m_text[m_at] == '`') {
      ++m_at;
      in_text = true;
      continue;
    }
    const Token token = scan();
    if (token.text == "{") ++levels.back();
    if (token.text == "}") {
      if (levels.back() == 0) {
        levels.pop_back();
        in_text = true;
        continue;
      }
      --levels.back();
    }
    m_previous = token;
  }
  throw m_source->error(begin, "syntax error: this template string is never closed");
}

// From ` or the } of a substitution up to the next ${ or the end of the template.
Token ScriptTokens::scan_template_part() {
  const std::size_t begin = m_at++;
  const bool is_first = m_text[begin] == '`';
  if (is_first) m_open_templates.push_back(begin);
  while (m_at < m_text.size()) {
    const char c = m_text[m_at];
    if (c == '`') {
      ++m_at;
      m_open_templates.pop_back();
      return finish(is_first ? TokenKind::template_plain : TokenKind::template_part, begin);
    }
    if (c == '$' && m_text.substr(m_at, 2) == "${") {
      m_at += 2;
      m_brackets.push_back(Bracket::substitution);
      return finish(TokenKind::template_part, begin);
    }
    m_at += c == '\\' ? 2 : 1;
  }
  throw m_source->error(m_open_templates.back(), "syntax error: this template string is never closed");
}

Token ScriptTokens::scan_number() {
  const std::size_t begin = m_at;
  const bool prefixed = m_text[m_at] == '0' && m_at + 1 < m_text.size() && is_name_char(m_text[m_at + 1]);
  while (m_at < m_text.size()) {
    const char c = m_text[m_at];
    if (!is_name_char(c) && c != '.') break;
    ++m_at;
    if ((c == 'e' || c == 'E') && !prefixed && m_at < m_text.size() &&
        (m_text[m_at] == '+' || m_text[m_at] == '-')) {
      ++m_at;
    }
  }
  return finish(TokenKind::number, begin);
}

Token ScriptTokens::scan_name() {
  const std::size_t begin = m_at;
  while (m_at < m_text.size() && is_name_char(m_text[m_at]) && blank_length() == 0) ++m_at;
  return finish(TokenKind::name, begin);
}

// False where no regular expression ends on this line and / may be a division after all.
bool ScriptTokens::scan_regex(Token& token) {
  if (m_at < m_no_regex_before) return false;
  const std::size_t begin = m_at;
  bool in_class = false;
  std::size_t at = m_at + 1;
  for (; at < m_text.size() && m_text[at] != '\n' && m_text[at] != '\r'; ++at) {
    const char c = m_text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    } else if (c == '/' && !in_class) {
      m_at = at + 1;
      while (m_at < m_text.size() && is_name_char(m_text[m_at])) ++m_at;
      token = finish(TokenKind::regex, begin);
      return true;
    }
  }
  const bool certain = !m_previous.is(")") && !m_previous.is("}");
  if (certain) throw m_source->error(begin, "syntax error: this regular expression is never closed");
  m_no_regex_before = at;
  return false;
}

Token ScriptTokens::scan_punctuator() {
  const std::size_t begin = m_at;
  const bool continues = m_at + 1 < m_text.size() &&
                         std::string_view("=>&|?.+-*<").find(m_text[m_at + 1]) != std::string_view::npos;
  if (!continues || std::string_view("()[]{};,~@#").find(m_text[m_at]) != std::string_view::npos) {
    ++m_at;
    return finish(TokenKind::punctuator, begin);
  }
  const std::string_view four = m_text.substr(m_at, 4);
  const auto fits = [&](std::string_view p) { return four.substr(0, p.size()) == p; };
  const auto* const found = std::find_if(long_punctuators.begin(), long_punctuators.end(), fits);
  std::size_t length = found == long_punctuators.end() ? 1 : found->size();
  const char next = m_at + length < m_text.size() ? m_text[m_at + length] : '\0';
  if (length > 1 && *found == "?." && is_digit(next)) --length;                              // a ?.5 : b
  if (length > 1 && found->front() == '>' && found->back() == '=' && next == '>') --length;  // List<T>=> x
  m_at += length;
  return finish(TokenKind::punctuator, begin);
}

bool ScriptTokens::regex_allowed() const {
  switch (m_previous.kind) {
    case TokenKind::end:
      return true;
    case TokenKind::name:
      return !m_previous_is_property && one_of(m_previous.text, prefix_words);
    case TokenKind::punctuator:
      if (m_previous.text == ")") return m_previous.closes_condition;
      if (m_previous.text == "}") return !m_previous_ends_expression_brace;
      return m_previous.text != "]" && m_previous.text != "++" && m_previous.text != "--" &&
             !m_previous_is_non_null;
    case TokenKind::template_part:
      return m_previous.text.back() == '{';
    default:
      return false;
  }
}

// Whether a { at this place begins an object and not a block.
bool ScriptTokens::opens_expression() const {
  switch (m_previous.kind) {
    case TokenKind::name:
      return one_of(m_previous.text, prefix_words) ? m_previous.text != "do" && m_previous.text != "else"
                                                   : m_previous.text == "default";
    case TokenKind::punctuator:
      return m_previous.text != ")" && m_previous.text != ";" && m_previous.text != "{" &&
             m_previous.text != "}" && m_previous.text != "=>";
    case TokenKind::template_part:
      return m_previous.text.back() == '{';
    default:
      return false;
  }
}

void ScriptTokens::note_bracket(Token& token) {
  if (token.text == "(" || token.text == "[") {
    const bool is_condition = token.text == "(" && m_previous.kind == TokenKind::name &&
                              !m_previous_is_property && one_of(m_previous.text, condition_words);
    m_brackets.push_back(is_condition ? Bracket::condition : Bracket::plain);
  } else if (token.text == "{") {
    m_brackets.push_back(opens_expression() ? Bracket::expression : Bracket::block);
  } else if (token.closes() && !m_brackets.empty()) {
    token.closes_condition = token.text == ")" && m_brackets.back() == Bracket::condition;
    m_previous_ends_expression_brace = m_brackets.back() == Bracket::expression;
    m_brackets.pop_back();
  }
}

void ScriptTokens::remember(const Token& token) {
  m_previous_is_non_null =
      token.text == "!" && !token.line_break_before &&
      (m_previous.kind == TokenKind::name
           ? m_previous_is_property || !one_of(m_previous.text, prefix_words)
           : m_previous.text == "]" || (m_previous.text == ")" && !m_previous.closes_condition));
  m_previous_is_property =
      token.kind == TokenKind::name && (m_previous.text == "." || m_previous.text == "?.");
  m_previous = token;
}

bool ends_operand(const Token& token) {
  switch (token.kind) {
    case TokenKind::end:
      return false;
    case TokenKind::name:
      return !one_of(token.text, prefix_words);
    case TokenKind::punctuator:
      return (token.closes() && !token.closes_condition) || token.text == "++" || token.text == "--";
    default:
      return true;
  }
}

bool begins_statement(const Token& token) {
  if (token.kind == TokenKind::name) return token.text != "in" && token.text != "instanceof";
  if (token.kind == TokenKind::punctuator) return token.text == "{" || token.text == "}" || token.text == "@";
  return token.kind == TokenKind::string || token.kind == TokenKind::number;
}

Token skip_expression(ScriptTokens& tokens, bool statement_level, Token last) {
  std::vector<Token> open;
  while (true) {
    const Token& next = tokens.peek();
    if (next.kind == TokenKind::end) {
      if (open.empty()) return last;
      throw tokens.source().error(open.back().begin, "syntax error: this bracket is never closed");
    }
    if (open.empty()) {
      if (next.is(",") || next.is(";") || next.closes()) return last;
      const bool ended =
          statement_level && next.line_break_before && ends_operand(last) && begins_statement(next);
      if (ended) return last;
    }
    if (next.opens()) open.push_back(next);
    if (next.closes()) {
      // ( ) are neighbours in ASCII, [ ] and { } have one character between them.
      const int apart = next.text.front() - open.back().text.front();
      if (apart < 1 || apart > 2)
        throw tokens.source().error(next.begin, "syntax error: this bracket closes nothing");
      open.pop_back();
    }
    last = tokens.take();
  }
}

}  // namespace k6apm::script
