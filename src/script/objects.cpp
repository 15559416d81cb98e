// Object literals and the names of properties (ECMA-262, 13.2.5).
#include <fmt/format.h>

#include <charconv>

#include "script/literals.hpp"
#include "script/parser.hpp"

namespace k6apm::script {

namespace {

// A number as the name of a property: Number::toString (ECMA-262, 6.1.6.1.20), of what is not negative.
std::string number_name(double value) {
  if (value > 1.7976931348623157e308) return "Infinity";
  char buffer[32];
  const auto written =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::scientific);
  std::string digits(buffer, written.ptr);
  const std::size_t e = digits.find('e');
  const int exponent = std::stoi(digits.substr(e + 1));
  digits.erase(e);
  if (digits.size() > 1) digits.erase(1, 1);  // the point
  const int count = static_cast<int>(digits.size());
  constexpr int least = -6;
  constexpr int most = 20;
  if (exponent < least || exponent > most) {
    if (count > 1) digits.insert(1, ".");
    return fmt::format("{}e{}{}", digits, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return fmt::format("0.{:0>{}}", digits, count - exponent - 1);
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0');
  return digits.insert(whole, ".");
}

// Names may have escapes like strings.
std::string plain_name(const Source& source, Token name) {
  if (name.text.find('\\') == std::string_view::npos) return std::string(name.text);
  const std::string quoted = fmt::format("'{}'", name.text);
  name.text = quoted;
  return decode_string(source, name);
}

// `get`, `async` and the like are names themselves where one of these follows.
bool ends_key(const Token& token) {
  return token.is("(") || token.is("<") || token.is(",") || token.is(":") || token.is("}") || token.is("=");
}

}  // namespace

const Expression* Parser::object_literal() {
  const Within inside(*this, in_brackets());
  const std::size_t begin = take().begin;
  ObjectLiteral object;
  while (!accept("}")) {
    object.properties.push_back(property());
    if (!m_token.is("}")) expect(",", "a comma or a closing bracket");
  }
  return make(begin, std::move(object));
}

Property Parser::property() {
  const Branch branch(*this);
  Property result;
  result.range.begin = m_token.begin;
  Function function;
  bool is_method = false;
  if (m_token.is("...")) {
    result.kind = PropertyKind::spread;
    result.value = spread_value();
    result.range.end = m_last_end;
    return result;
  }
  if (m_token.is("async") && !ends_key(ahead()) && !ahead().line_break_before) {
    function.is_async = is_method = true;
    advance();
  }
  if (m_token.is("*")) {
    function.is_generator = is_method = true;
    advance();
  } else if (!is_method && (m_token.is("get") || m_token.is("set")) && !ends_key(ahead())) {
    result.kind = m_token.is("get") ? PropertyKind::getter : PropertyKind::setter;
    is_method = true;
    advance();
  }
  const Token key = m_token;
  result.key = property_key();
  if (is_method && !m_token.is("(") && !m_token.is("<")) fail("(");
  result.value = property_value(key, result.key, function);
  result.range.end = m_last_end;
  return result;
}

// Behind the key: a value, a method or, where it is a name, nothing at all.
const Expression* Parser::property_value(const Token& key, const PropertyKey& name, Function& function) {
  if (m_token.is("(") || m_token.is("<")) return method(function);
  const bool is_shorthand = key.kind == TokenKind::name && name.computed == nullptr &&
                            !is_reserved(key.text) && (m_token.is(",") || m_token.is("}"));
  if (is_shorthand) return make(key.begin, Name{key.text});
  expect(":", "a colon");
  return assignment();
}

const Expression* Parser::method(Function& function) {
  function.range.begin = m_token.begin;
  function_rest(function);
  if (function.is_opaque) fail("{");
  const std::size_t begin = function.range.begin;
  return make(begin, FunctionExpression{add_function(std::move(function))});
}

PropertyKey Parser::property_key() {
  PropertyKey key;
  switch (m_token.kind) {
    case TokenKind::name:
      key.name = plain_name(m_source, m_token);
      break;
    case TokenKind::string:
      key.name = decode_string(m_source, m_token);
      break;
    case TokenKind::number: {
      const auto value = decode_number(m_source, m_token);
      key.name = value ? number_name(*value) : std::string(m_token.text.substr(0, m_token.text.size() - 1));
      break;
    }
    default: {
      if (!m_token.is("[")) fail("a key");
      const Within inside(*this, in_brackets());
      advance();
      key.computed = assignment();
      if (!m_token.is("]")) fail("]");
      break;
    }
  }
  advance();
  return key;
}

}  // namespace k6apm::script
