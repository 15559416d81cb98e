#include "apm/literal.hpp"

#include <fmt/format.h>

namespace k6apm::apm {

namespace {

enum class Dialect { script, json };

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
    default:
      return "a string";
  }
}

class LiteralReader {
 public:
  LiteralReader(ScriptTokens tokens, const Environment& env, Dialect dialect)
      : m_tokens(std::move(tokens)), m_source(m_tokens.source()), m_env(env), m_dialect(dialect) {}

  // The value of an initialiser or of the right side of an assignment; ( ... ) around the whole is dropped.
  Value read_statement_value() {
    const std::size_t begin = m_tokens.peek().begin;
    if (!m_tokens.peek().is("(")) return read_value(0, true);
    const Token open = m_tokens.take();
    if (!m_tokens.peek().is("{") && !m_tokens.peek().is("[")) return skip_unknown(begin, open, true, 1);
    Value value = read_value(1, false);
    if (!m_tokens.peek().is(")")) return skip_unknown(begin, open, true, 1);
    m_last = m_tokens.take();
    return finish(std::move(value), begin, true);
  }

  Value read_whole() {
    Value value = read_value(0, false);
    if (m_tokens.peek().kind != TokenKind::end) fail("the end of the file", m_tokens.peek());
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view wanted, const Token& found) const {
    throw m_source.error(found.begin,
                         fmt::format("syntax error: expected {}, found {}", wanted, found_text(found)));
  }

  Token take() { return m_last = m_tokens.take(); }

  // Passes over the rest of an expression that began at `begin`; `open_brackets` of its brackets were taken
  // already.
  Value skip_unknown(std::size_t begin, Token last, bool statement_level, std::size_t open_brackets) {
    for (; open_brackets > 0; --open_brackets) {
      while (!m_tokens.peek().closes()) {
        skip_expression(m_tokens, false, last);
        if (m_tokens.peek().kind == TokenKind::end) {
          throw m_source.error(begin, "syntax error: this bracket is never closed");
        }
        if (!m_tokens.peek().closes()) last = m_tokens.take();
      }
      last = m_tokens.take();
    }
    Value value;
    value.data = Unknown{};
    value.begin = begin;
    m_last = skip_expression(m_tokens, statement_level, last);
    value.end = m_last.end();
    return value;
  }

  Value read_value(std::size_t depth, bool statement_level) {
    const Token& first = m_tokens.peek();
    const std::size_t begin = first.begin;
    if (depth > max_nesting) {
      throw m_source.error(begin, fmt::format("the options are nested deeper than {} levels", max_nesting));
    }
    if (++m_count > max_values) {
      throw m_source.error(begin, fmt::format("the options hold more than {} values", max_values));
    }
    if (first.kind == TokenKind::end || first.closes() || first.is(",") || first.is(";") || first.is(":") ||
        first.is("...")) {
      fail("a value", first);
    }
    Value value = read_primary(depth);
    return finish(std::move(value), begin, statement_level);
  }

  // The operand at the beginning; Unknown where it is none that is known without running the script.
  Value read_primary(std::size_t depth) {
    const Token token = take();
    Value value;
    switch (token.kind) {
      case TokenKind::string:
      case TokenKind::template_plain:
        value.data = decode_string(m_source, token);
        break;
      case TokenKind::number:
        value.data = number(token, 1);
        break;
      case TokenKind::name:
        read_name(token, value);
        break;
      case TokenKind::punctuator:
        if (token.text == "{") {
          value.data = read_object(token, depth);
        } else if (token.text == "[") {
          value.data = read_array(token, depth);
        } else {
          read_unary(token, value);
        }
        break;
      default:
        value.data = Unknown{};
        break;
    }
    return value;
  }

  decltype(Value::data) number(const Token& token, double sign) const {
    const auto value = decode_number(m_source, token);
    if (!value) return Unknown{};
    return sign * *value;
  }

  void read_unary(const Token& op, Value& value) {
    value.data = Unknown{};
    const bool number_follows = m_tokens.peek().kind == TokenKind::number;
    if (op.text == "(") {  // the rest is passed over from inside the bracket
      value = skip_unknown(op.begin, op, false, 1);
    } else if (number_follows && (op.text == "-" || op.text == "+")) {
      value.data = number(take(), op.text == "-" ? -1 : 1);
    } else if (number_follows && op.text == "!") {  // minifiers write true as !0
      const auto n = decode_number(m_source, take());
      if (n) value.data = *n == 0;
    }
  }

  void read_name(const Token& name, Value& value) {
    value.data = Unknown{};
    if (name.text == "true" || name.text == "false") {
      value.data = name.text == "true";
    } else if (name.text == "null") {
      value.data = Null{};
    } else if (m_dialect == Dialect::json) {
      fail("a value", name);
    } else if (name.text == "undefined") {
      value.data = Undefined{};
    } else if (name.text == "void" && m_tokens.peek().kind == TokenKind::number) {
      take();
      value.data = Undefined{};
    } else if (name.text == "__ENV") {
      read_environment(value);
    }
  }

  // __ENV.NAME or __ENV['NAME']
  void read_environment(Value& value) {
    std::string variable;
    if (m_tokens.peek().is(".") || m_tokens.peek().is("?.")) {
      take();
      if (m_tokens.peek().kind != TokenKind::name) return;
      variable = std::string(take().text);
    } else if (m_tokens.peek().is("[")) {
      const Token open = take();
      const TokenKind kind = m_tokens.peek().kind;
      const bool is_string = kind == TokenKind::string || kind == TokenKind::template_plain;
      if (is_string) variable = decode_string(m_source, take());
      if (!is_string || !m_tokens.peek().is("]")) {
        value = skip_unknown(open.begin, m_last, false, 1);
        return;
      }
      take();
    } else {
      return;
    }
    if (auto text = m_env ? m_env(variable) : std::nullopt) {
      value.data = std::move(*text);
    } else {
      value.data = Undefined{std::move(variable)};
    }
  }

  bool ends_here(bool statement_level) const {
    const Token& next = m_tokens.peek();
    if (next.kind == TokenKind::end || next.is(",") || next.is(";") || next.closes()) return true;
    return statement_level && next.line_break_before && begins_statement(next);
  }

  static bool continues_expression(const Token& token) {
    if (token.kind == TokenKind::name) return token.text == "in" || token.text == "instanceof";
    return token.kind == TokenKind::punctuator && token.text != ":" && token.text != "{" &&
           token.text != "...";
  }

  // What stands behind the operand decides whether it was the whole expression.
  Value finish(Value value, std::size_t begin, bool statement_level) {
    value.begin = begin;
    value.end = m_last.end();
    if (value.as<Unknown>() == nullptr && ends_here(statement_level)) return value;
    const bool typed = m_tokens.peek().is("as") || m_tokens.peek().is("satisfies");
    if (m_dialect == Dialect::json) {
      // A JSON text has no operators: the caller names what should have followed.
      if (value.as<Unknown>() == nullptr) return value;
      throw m_source.error(begin, "syntax error: expected a value");
    }
    if (value.as<Unknown>() == nullptr && typed) {
      m_last = skip_expression(m_tokens, statement_level, m_tokens.take());
      return value;
    }
    if (value.as<Unknown>() == nullptr && !continues_expression(m_tokens.peek())) {
      fail("a comma or a closing bracket", m_tokens.peek());
    }
    return skip_unknown(begin, m_last, statement_level, 0);
  }

  Array read_array(const Token& open, std::size_t depth) {
    Array array;
    while (!m_tokens.peek().is("]")) {
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      if (m_tokens.peek().is(",") && m_dialect == Dialect::script) {  // a hole is undefined
        Value hole;
        hole.begin = hole.end = m_tokens.peek().begin;
        array.push_back(std::move(hole));
      } else if (m_tokens.peek().is("...") && m_dialect == Dialect::script) {
        array.push_back(read_spread());
      } else {
        array.push_back(read_value(depth + 1, false));
      }
      if (m_tokens.peek().is("]")) break;
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      if (!m_tokens.peek().is(",")) fail("a comma or ]", m_tokens.peek());
      take();
    }
    take();
    return array;
  }

  [[noreturn]] void unclosed(const Token& open) const {
    throw m_source.error(open.begin, fmt::format("syntax error: this {} is never closed", open.text));
  }

  Value read_spread() {
    const Token dots = take();
    const Token& next = m_tokens.peek();
    if (next.is(",") || next.closes() || next.is(":") || next.kind == TokenKind::end) {
      throw m_source.error(dots.begin, "syntax error: a lone ... is no part of an object or list",
                           "remove it; it stands for what the example left out");
    }
    return skip_unknown(dots.begin, dots, false, 0);
  }

  Object read_object(const Token& open, std::size_t depth) {
    Object object;
    while (!m_tokens.peek().is("}")) {
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      object.push_back(read_member(depth));
      if (m_tokens.peek().is("}")) break;
      if (m_tokens.peek().kind == TokenKind::end) unclosed(open);
      if (!m_tokens.peek().is(",")) fail("a comma or }", m_tokens.peek());
      take();
    }
    take();
    return object;
  }

  Member read_member(std::size_t depth) {
    Member member;
    member.begin = m_tokens.peek().begin;
    if (m_tokens.peek().is("...") && m_dialect == Dialect::script) {
      member.key_known = false;
      member.value = read_spread();
      return member;
    }
    const Token key = take();
    switch (key.kind) {
      case TokenKind::string:
        member.key = decode_string(m_source, key);
        break;
      case TokenKind::name:
        member.key = std::string(key.text);
        break;
      case TokenKind::number:
        member.key = number_key(key);
        break;
      default:
        if (m_dialect == Dialect::json || !(key.is("[") || key.is("*"))) fail("a key", key);
        if (key.is("[")) read_computed_key(member);
        break;
    }
    if (m_tokens.peek().is(":")) {
      take();
      member.value = read_value(depth + 1, false);
      return member;
    }
    if (m_dialect == Dialect::json || key.kind == TokenKind::string) fail("a colon", m_tokens.peek());
    read_method_or_shorthand(key, member);
    return member;
  }

  std::string number_key(const Token& key) const {
    const auto value = decode_number(m_source, key);
    return value ? fmt::format("{}", *value) : std::string(key.text);
  }

  // [ ... ] as a key: known only where it is a string.
  void read_computed_key(Member& member) {
    const bool is_string = m_tokens.peek().kind == TokenKind::string;
    if (is_string) member.key = decode_string(m_source, take());
    if (is_string && m_tokens.peek().is("]")) {
      take();
      return;
    }
    member.key_known = false;
    while (!m_tokens.peek().is("]")) {
      skip_expression(m_tokens, false, m_last);
      if (m_tokens.peek().is("]")) break;
      if (!m_tokens.peek().is(",")) fail("]", m_tokens.peek());
      take();
    }
    take();
  }

  // `name`, `name() {}`, `get name() {}`, `async name() {}`, `*name() {}`: all of them are Unknown.
  void read_method_or_shorthand(const Token& key, Member& member) {
    const bool prefix = key.is("get") || key.is("set") || key.is("async") || key.is("*");
    const Token& next = m_tokens.peek();
    if (prefix && !next.is("(") && !next.is(",") && !next.is("}")) {
      if (next.kind == TokenKind::name || next.kind == TokenKind::string) {
        member.key = std::string(next.text);
        if (next.kind == TokenKind::string) member.key = decode_string(m_source, next);
      } else {
        member.key_known = false;
      }
    } else if (!next.is("(") && !next.is(",") && !next.is("}")) {
      fail("a colon", next);
    }
    member.value = skip_unknown(key.begin, key, false, 0);
  }

  ScriptTokens m_tokens;
  const Source& m_source;
  const Environment& m_env;
  Dialect m_dialect;
  Token m_last{};
  std::size_t m_count = 0;
};

}  // namespace

Value read_script_value(const Source& source, std::size_t offset, const Environment& env) {
  return LiteralReader(ScriptTokens(source, offset), env, Dialect::script).read_statement_value();
}

Value read_json_value(const Source& source) {
  const Environment none;
  return LiteralReader(ScriptTokens(source), none, Dialect::json).read_whole();
}

Value read_apm_value(const Source& source, const Environment& env) {
  return LiteralReader(ScriptTokens(source), env, Dialect::script).read_whole();
}

}  // namespace k6apm::apm
