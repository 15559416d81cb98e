#include "script/json.hpp"

#include <fmt/format.h>

#include "script/literals.hpp"
#include "script/script.hpp"
#include "script/tokens.hpp"

namespace k6apm::script {

namespace {

constexpr std::size_t k_most_values = 2'000'000;

class JsonReader {
 public:
  explicit JsonReader(const Source& source) : m_source(source), m_tokens(source) {}

  Value read_whole() {
    Value value = read_value(0);
    if (m_tokens.peek().kind != TokenKind::end) fail("the end of the file", m_tokens.peek());
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view wanted, const Token& found) const {
    throw m_source.error(found.begin,
                         fmt::format("syntax error: expected {}, found {}", wanted, found_text(found)));
  }

  [[noreturn]] void unclosed(const Token& open) const {
    throw m_source.error(open.begin, fmt::format("syntax error: this {} is never closed", open.text));
  }

  Token take() { return m_last = m_tokens.take(); }

  Value read_value(std::size_t depth) {
    const Token first = m_tokens.peek();
    if (depth > max_nesting) {
      throw m_source.error(first.begin,
                           fmt::format("the options are nested deeper than {} levels", max_nesting));
    }
    if (++m_count > k_most_values) {
      throw m_source.error(first.begin, fmt::format("the options hold more than {} values", k_most_values));
    }
    Value value;
    value.source = &m_source;
    value.begin = first.begin;
    if (first.is("{")) {
      value.data = read_object(take(), depth);
    } else if (first.is("[")) {
      value.data = read_array(take(), depth);
    } else {
      read_scalar(value);
    }
    value.end = m_last.end();
    return value;
  }

  void read_scalar(Value& value) {
    const Token token = m_tokens.peek();
    const bool is_negative = token.is("-") || token.is("+");
    if (token.kind == TokenKind::string || token.kind == TokenKind::template_plain) {
      value.data = decode_string(m_source, take());
    } else if (token.kind == TokenKind::number || is_negative) {
      if (is_negative) take();
      if (m_tokens.peek().kind != TokenKind::number) fail("a number", m_tokens.peek());
      const auto number = decode_number(m_source, take());
      if (!number) fail("a number", token);
      value.data = token.is("-") ? -*number : *number;
    } else if (token.is("true") || token.is("false")) {
      value.data = take().text == "true";
    } else if (token.is("null")) {
      take();
      value.data = Null{};
    } else {
      fail("a value", token);
    }
  }

  // What stands behind an element: true where another one may follow.
  bool more(const Token& open, std::string_view close, std::string_view wanted) {
    if (m_tokens.peek().is(close)) return false;
    if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
    if (!m_tokens.peek().is(",")) fail(wanted, m_tokens.peek());
    take();
    return true;
  }

  Array read_array(const Token& open, std::size_t depth) {
    Array array;
    while (!m_tokens.peek().is("]")) {
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      array.push_back(read_value(depth + 1));
      if (!more(open, "]", "a comma or ]")) break;
    }
    take();
    return array;
  }

  Object read_object(const Token& open, std::size_t depth) {
    Object object;
    while (!m_tokens.peek().is("}")) {
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      object.push_back(read_member(depth));
      if (!more(open, "}", "a comma or }")) break;
    }
    take();
    return object;
  }

  Member read_member(std::size_t depth) {
    Member member;
    member.source = &m_source;
    const Token key = take();
    member.begin = key.begin;
    if (key.kind == TokenKind::string) {
      member.key = decode_string(m_source, key);
    } else if (key.kind == TokenKind::name || key.kind == TokenKind::number) {
      member.key = std::string(key.text);
    } else {
      fail("a key", key);
    }
    if (!m_tokens.peek().is(":")) fail("a colon", m_tokens.peek());
    take();
    member.value = read_value(depth + 1);
    return member;
  }

  const Source& m_source;
  ScriptTokens m_tokens;
  Token m_last{};
  std::size_t m_count = 0;
};

}  // namespace

Value read_json(const Source& source) { return JsonReader(source).read_whole(); }

}  // namespace k6apm::script
