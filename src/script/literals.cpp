// The values of single tokens.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "script/literals.hpp"
#include "text/utf8.hpp"

namespace k6apm::script {

namespace {

// Decodes the inside of a string, without its quotes.
class StringDecoder {
 public:
  StringDecoder(const Source& source, const Token& token)
      : m_source(source), m_token(token), m_text(token.text.substr(1, token.text.size() - 2)) {}

  std::string decode() {
    while (m_at < m_text.size()) {
      const char c = m_text[m_at];
      if (c == '\\') {
        read_escape();
      } else if (c == '\r') {  // in a template: a line break is LF whatever the file has
        m_out.push_back('\n');
        m_at += m_text.substr(m_at, 2) == "\r\n" ? 2 : 1;
      } else {
        m_out.push_back(c);
        ++m_at;
      }
    }
    return std::move(m_out);
  }

 private:
  [[noreturn]] void fail(std::size_t escape) const {
    throw m_source.error(m_token.begin + 1 + escape, "syntax error: broken escape sequence in a string");
  }

  void read_escape() {
    const std::size_t escape = m_at++;
    if (m_at >= m_text.size()) fail(escape);
    const char c = m_text[m_at++];
    static constexpr std::string_view letters = "bfnrtv";
    static constexpr std::string_view meanings = "\b\f\n\r\t\v";
    if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
      m_out.push_back(meanings[i]);
    } else if (c == 'x') {
      text::append_utf8(m_out, read_hex(2, escape));
    } else if (c == 'u') {
      read_unicode(escape);
    } else if (c == '\r' || c == '\n') {
      if (c == '\r' && m_at < m_text.size() && m_text[m_at] == '\n') ++m_at;
    } else if (c >= '0' && c <= '9') {
      read_octal(c, escape);
    } else {
      m_out.push_back(c);
    }
  }

  // \0 to \377 in old scripts (ECMA-262, B.1.2), \0 alone in templates; \8 and \9 are themselves.
  void read_octal(char first, std::size_t escape) {
    const auto is_octal = [this] {
      return m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '7';
    };
    const bool in_template = m_token.text.front() == '`';
    if (in_template && (first != '0' || is_octal())) fail(escape);
    if (first >= '8') {
      m_out.push_back(first);
      return;
    }
    char32_t value = static_cast<char32_t>(first - '0');
    const std::size_t most = first <= '3' ? 2 : 1;
    for (std::size_t i = 0; i < most && is_octal(); ++i)
      value = value * 8 + static_cast<char32_t>(m_text[m_at++] - '0');
    text::append_utf8(m_out, value);
  }

  void read_unicode(std::size_t escape) {
    if (m_at < m_text.size() && m_text[m_at] == '{') {
      const std::size_t close = m_text.find('}', m_at);
      if (close == std::string_view::npos || close - m_at < 2 || close - m_at > 7) fail(escape);
      const std::size_t digits = close - m_at - 1;
      ++m_at;
      const char32_t code_point = read_hex(digits, escape);
      if (code_point > 0x10FFFF) fail(escape);
      ++m_at;
      text::append_utf8(m_out, code_point);
      return;
    }
    char32_t unit = read_hex(4, escape);
    const bool low_follows = unit >= 0xD800 && unit < 0xDC00 && m_text.substr(m_at, 2) == "\\u";
    if (low_follows) {
      const std::size_t before = m_at;
      m_at += 2;
      if (m_at < m_text.size() && m_text[m_at] != '{') {
        const char32_t low = read_hex(4, before);
        if (low >= 0xDC00 && low < 0xE000) {
          text::append_utf8(m_out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
          return;
        }
      }
      m_at = before;
    }
    text::append_utf8(m_out, unit);
  }

  char32_t read_hex(std::size_t count, std::size_t escape) {
    const std::string_view digits = m_text.substr(m_at, count);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != count || error != std::errc{} || end != digits.data() + count) fail(escape);
    m_at += count;
    return value;
  }

  const Source& m_source;
  const Token& m_token;
  std::string_view m_text;
  std::size_t m_at = 0;
  std::string m_out{};
};

double decode_prefixed(std::string_view digits, int base, bool& ok) {
  double value = 0;
  ok = !digits.empty();
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    if (digit >= base) ok = false;
    value = value * base + digit;
  }
  return value;
}

bool looks_like_a_file(std::string_view text) {
  static constexpr std::string_view endings[] = {".json", ".js", ".mjs", ".cjs", ".ts"};
  return std::any_of(std::begin(endings), std::end(endings), [&](std::string_view ending) {
    return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
  });
}

// A key or token without its quotes: nobody names a variable like that.
bool looks_like_a_secret(const Token& token) {
  constexpr std::size_t shortest_secret = 16;
  constexpr std::size_t longest_number = 4;
  if (token.kind == TokenKind::number) return token.text.size() > longest_number;
  return token.text.size() >= shortest_secret &&
         token.text.find_first_of("0123456789") != std::string_view::npos;
}

std::string shown_token(const Token& token) {
  switch (token.kind) {
    case TokenKind::string: {
      const std::string_view inside = token.text.substr(1, token.text.size() - 2);
      if (inside.empty() || looks_like_a_file(inside)) return std::string(token.text);
      return fmt::format("{0}***{0}", token.text.front());
    }
    case TokenKind::template_plain:
    case TokenKind::template_mixed:
      return "`***`";
    case TokenKind::regex:
      return "/***/";
    default:
      return looks_like_a_secret(token) ? "***" : std::string(token.text);
  }
}

}  // namespace

std::string decode_string(const Source& source, const Token& token) {
  return StringDecoder(source, token).decode();
}

std::optional<double> decode_number(const Source& source, const Token& token) {
  std::string digits(token.text);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  if (digits.back() == 'n') return std::nullopt;
  bool ok = false;
  double value = 0;
  const char prefix = digits.size() > 1 && digits[0] == '0' ? digits[1] : '\0';
  if (prefix == 'x' || prefix == 'X') {
    value = decode_prefixed(std::string_view(digits).substr(2), 16, ok);
  } else if (prefix == 'o' || prefix == 'O') {
    value = decode_prefixed(std::string_view(digits).substr(2), 8, ok);
  } else if (prefix == 'b' || prefix == 'B') {
    value = decode_prefixed(std::string_view(digits).substr(2), 2, ok);
  } else {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool in_range = error == std::errc{} || error == std::errc::result_out_of_range;
    if (error == std::errc::result_out_of_range) value = std::strtod(digits.c_str(), nullptr);
    ok = in_range && end == digits.data() + digits.size() && !(prefix >= '0' && prefix <= '9');
  }
  if (!ok) throw source.error(token.begin, "syntax error: malformed number");
  return value;
}

std::string found_text(const Token& token) {
  switch (token.kind) {
    case TokenKind::end:
      return "the end of the file";
    case TokenKind::name:
      return "a name";
    case TokenKind::number:
      return "a number";
    case TokenKind::regex:
      return "a regular expression";
    case TokenKind::punctuator:
      return cleaned(token.text);
    case TokenKind::template_part:
      return token.text.front() == '}' ? "}" : "a string";
    default:
      return "a string";
  }
}

std::string shown_expression(const Source& source, std::size_t begin, std::size_t end) {
  constexpr std::size_t limit = 60;
  std::string out;
  ScriptTokens tokens(source, begin);
  std::size_t previous_end = begin;
  while (tokens.peek().kind != TokenKind::end && tokens.peek().begin < end && out.size() <= limit * 4) {
    const Token token = tokens.take();
    if (token.begin > previous_end && !out.empty()) out += ' ';  // blanks and comments
    out += shown_token(token);
    previous_end = token.end();
  }
  return cleaned(out, limit);
}

}  // namespace k6apm::script
