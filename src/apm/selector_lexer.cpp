#include "apm/selector_lexer.hpp"

#include <fmt/format.h>

#include "apm/selector.hpp"
#include "text/utf8.hpp"

namespace k6apm::apm {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Control characters of the input must not reach a terminal through a message.
std::string shown_character(char c) {
  if (c >= ' ' && c <= '~') return fmt::format("'{}'", c);
  return fmt::format("byte 0x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

}  // namespace

void SelectorLexer::skip_blanks() {
  while (m_at < m_text.size()) {
    const char c = m_text[m_at];
    if (c == '#') {
      while (m_at < m_text.size() && m_text[m_at] != '\n' && m_text[m_at] != '\r') ++m_at;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++m_at;
    } else {
      return;
    }
  }
}

SelectorToken SelectorLexer::next() {
  skip_blanks();
  if (m_at >= m_text.size()) return {SelectorTokenKind::end, m_text.size(), {}};
  const std::size_t begin = m_at;
  const char c = m_text[m_at];
  if (is_letter(c) || (c == ':' && !m_inside_braces)) return read_name(!m_inside_braces);
  switch (c) {
    case '"':
    case '\'':
      return read_quoted();
    case '`':
      return read_raw();
    case '=':
    case '!':
      return read_operator();
    case '{':
      ++m_at;
      m_inside_braces = true;
      return {SelectorTokenKind::open_brace, begin, {}};
    case '}':
      ++m_at;
      m_inside_braces = false;
      return {SelectorTokenKind::close_brace, begin, {}};
    case ',':
      ++m_at;
      return {SelectorTokenKind::comma, begin, {}};
    default:
      break;
  }
  const char* allowed = m_inside_braces
                            ? "label names, =, !=, =~, !~, quoted strings, commas and } are allowed here"
                            : "a metric name or { is allowed here";
  throw SelectorError{begin, fmt::format("unexpected {}; {}", shown_character(c), allowed), {}};
}

SelectorToken SelectorLexer::read_name(bool colon_allowed) {
  const std::size_t begin = m_at;
  while (m_at < m_text.size() &&
         (is_letter(m_text[m_at]) || is_digit(m_text[m_at]) || (colon_allowed && m_text[m_at] == ':'))) {
    ++m_at;
  }
  return {SelectorTokenKind::name, begin, std::string(m_text.substr(begin, m_at - begin))};
}

SelectorToken SelectorLexer::read_operator() {
  const std::size_t begin = m_at;
  const char first = m_text[m_at++];
  const char second = m_at < m_text.size() ? m_text[m_at] : '\0';
  if (second == '~') {
    ++m_at;
    return {first == '=' ? SelectorTokenKind::regex : SelectorTokenKind::not_regex, begin, {}};
  }
  if (first == '!' && second == '=') {
    ++m_at;
    return {SelectorTokenKind::not_equal, begin, {}};
  }
  if (first == '!') throw SelectorError{begin, "unexpected '!'; the operators are =, !=, =~ and !~", {}};
  if (second == '=')
    throw SelectorError{begin, "== is no operator here; the operators are =, !=, =~ and !~", "write ="};
  return {SelectorTokenKind::equal, begin, {}};
}

void SelectorLexer::copy_code_point(std::string& out) {
  const std::size_t length = text::utf8_length(m_text, m_at);
  if (length == 0) throw SelectorError{m_at, "the string is not valid UTF-8", "write such a byte as \\xHH"};
  out.append(m_text.substr(m_at, length));
  m_at += length;
}

SelectorToken SelectorLexer::read_raw() {
  SelectorToken token{SelectorTokenKind::string, m_at++, {}};
  while (m_at < m_text.size() && m_text[m_at] != '`') copy_code_point(token.text);
  if (m_at >= m_text.size())
    throw SelectorError{token.offset, "the string is never closed; ` is missing", {}};
  ++m_at;
  return token;
}

SelectorToken SelectorLexer::read_quoted() {
  SelectorToken token{SelectorTokenKind::string, m_at, {}};
  const char quote = m_text[m_at++];
  while (m_at < m_text.size() && m_text[m_at] != quote) {
    if (m_text[m_at] == '\n') {
      throw SelectorError{m_at, "a line break inside a quoted string", "write \\n, or quote with backticks"};
    }
    if (m_text[m_at] == '\\') {
      read_escape(token.text, quote);
    } else {
      copy_code_point(token.text);
    }
  }
  if (m_at >= m_text.size()) {
    throw SelectorError{token.offset, fmt::format("the string is never closed; {} is missing", quote), {}};
  }
  ++m_at;
  return token;
}

unsigned SelectorLexer::read_digits(std::size_t count, unsigned base, std::size_t escape) {
  unsigned value = 0;
  for (std::size_t i = 0; i < count; ++i, ++m_at) {
    const int digit = m_at < m_text.size() ? digit_value(m_text[m_at]) : 99;
    if (digit >= static_cast<int>(base)) {
      throw SelectorError{escape,
                          fmt::format("incomplete escape; {} {} digits are needed", count,
                                      base == 8 ? "octal" : "hexadecimal"),
                          {}};
    }
    value = value * base + static_cast<unsigned>(digit);
  }
  return value;
}

void SelectorLexer::read_escape(std::string& out, char quote) {
  const std::size_t escape = m_at++;
  const char c = m_at < m_text.size() ? m_text[m_at] : '\0';
  if (c == quote || c == '\\') {
    out.push_back(c);
    ++m_at;
    return;
  }
  static constexpr std::string_view letters = "abfnrtv";
  static constexpr std::string_view meanings = "\a\b\f\n\r\t\v";
  if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
    out.push_back(meanings[i]);
    ++m_at;
    return;
  }
  if (c >= '0' && c <= '7') {
    const unsigned value = read_digits(3, 8, escape);
    if (value > 255) throw SelectorError{escape, "the octal escape is above \\377", {}};
    out.push_back(static_cast<char>(value));
    return;
  }
  if (c == 'x' || c == 'u' || c == 'U') {
    ++m_at;
    const unsigned value = read_digits(c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, escape);
    if (c == 'x') {
      out.push_back(static_cast<char>(value));
      return;
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
      throw SelectorError{escape, "the escape is no Unicode code point", {}};
    }
    text::append_utf8(out, value);
    return;
  }
  const bool printable = c > ' ' && c <= '~';
  throw SelectorError{
      escape,
      fmt::format("unknown escape{} in a string; allowed are \\a \\b \\f \\n \\r \\t \\v \\\\ \\{} \\ooo "
                  "\\xHH \\uHHHH "
                  "\\UHHHHHHHH",
                  printable ? fmt::format(" \\{}", c) : "", quote),
      printable && c != '"' && c != '\'' ? fmt::format("write \\\\{}, or quote with backticks", c) : ""};
}

}  // namespace k6apm::apm
