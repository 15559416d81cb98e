// Binary operators and the text of values (ECMA-262, 7.1, 7.2 and 13).
#include <cmath>
#include <limits>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {

bool is_arithmetic(std::string_view op) {
  return op == "-" || op == "*" || op == "/" || op == "%" || op == "**";
}

bool is_comparison(std::string_view op) { return op == "<" || op == ">" || op == "<=" || op == ">="; }

double arithmetic(std::string_view op, double a, double b) {
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "%") return std::fmod(a, b);
  const bool is_one = std::fabs(a) == 1 && (std::isnan(b) || std::isinf(b));  // not as pow(3) has it
  return is_one ? std::numeric_limits<double>::quiet_NaN() : std::pow(a, b);
}

template <class T>
bool compare(std::string_view op, const T& a, const T& b) {
  if (op == "<") return a < b;
  if (op == ">") return a > b;
  if (op == "<=") return a <= b;
  return a >= b;
}

double bits(std::string_view op, std::int32_t a, std::int32_t b) {
  const auto unsigned_a = static_cast<std::uint32_t>(a);
  const auto shift = static_cast<std::uint32_t>(b) & 31U;
  if (op == "&") return a & b;
  if (op == "|") return a | b;
  if (op == "^") return a ^ b;
  if (op == "<<") return static_cast<std::int32_t>(unsigned_a << shift);
  if (op == ">>") return a >> shift;
  return unsigned_a >> shift;
}

bool is_bit_operator(std::string_view op) {
  return op == "&" || op == "|" || op == "^" || op == "<<" || op == ">>" || op == ">>>";
}

// Both known, neither an object (IsLooselyEqual).
bool loosely_equal(const JsValue& a, const JsValue& b) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() && b.is_nothing();
  if (a.data.index() == b.data.index()) return strictly_equal(a, b);
  return to_number(a) == to_number(b);
}

}  // namespace

std::int32_t to_int32(double value) {
  if (!std::isfinite(value)) return 0;
  constexpr double k_range = 4294967296.0;
  double wrapped = std::fmod(std::trunc(value), k_range);
  if (wrapped < 0) wrapped += k_range;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(wrapped));
}

// No function makes a text of it.
bool Evaluator::is_without_text(JsObject& object) {
  if (object.kind != ObjectKind::plain || object.opaque != nullptr || object.prototype != nullptr ||
      object.regex != nullptr)
    return false;
  for (const char* key : {"toString", "valueOf", "\x01toPrimitive", "\x01toStringTag"}) {
    bool hidden = false;
    if (object.find(key, hidden) != nullptr) return false;
  }
  return true;
}

// A list is the texts of its elements with commas between; other objects may have functions for it.
std::optional<std::string> Evaluator::text_of(const JsValue& value, const Cause*& cause) {
  if (const auto* text = value.text()) {
    if (text->substr(0, 1) != "\x01") return *text;
    cause = unknown(value.place).cause();  // a symbol
    return std::nullopt;
  }
  if (value.is_unknown()) {
    cause = value.cause();
    if (!cause->by_use || m_has_classes) run_escaped(cause);  // through its toString
    return std::nullopt;
  }
  JsObject* object = value.object();
  if (object == nullptr) {
    if (const auto* n = value.as<double>()) return number_text(*n);
    if (const auto* b = value.as<bool>()) return *b ? "true" : "false";
    return value.as<JsNull>() != nullptr ? "null" : "undefined";
  }
  if (object->opaque != nullptr || object->kind != ObjectKind::array) {
    if (is_without_text(*object)) return "[object Object]";
    cause = object->opaque != nullptr ? object->opaque : unknown(value.place).cause();
    leak(value, cause);  // through its toString
    run_escaped(cause);
    return std::nullopt;
  }
  const Deeper deeper(*this);
  std::string out;
  for (std::size_t i = 0; i < object->elements.size(); ++i) {
    charge(1);
    if (i > 0) out += ',';
    if (object->elements[i].is_nothing()) continue;
    const auto piece = text_of(object->elements[i], cause);
    if (!piece) return std::nullopt;
    out += *piece;
    charge_bytes(piece->size());
  }
  return out;
}

// As a key a symbol is its own text.
std::optional<std::string> Evaluator::key_of(const JsValue& value, const Cause*& cause) {
  return value.text() != nullptr ? std::optional(*value.text()) : text_of(value, cause);
}

JsValue Evaluator::primitive(const JsValue& value) {
  if (value.object() == nullptr) return value;
  const Cause* cause = nullptr;
  auto piece = text_of(value, cause);
  return piece ? text(std::move(*piece), value.place) : unknown(cause, value.place);
}

JsValue Evaluator::equality(std::string_view op, const JsValue& left, const JsValue& right, Place where) {
  const bool negated = op.front() == '!';
  const bool strict = op.size() == 3;
  const bool both_objects = left.object() != nullptr && right.object() != nullptr;
  const bool with_nothing = left.is_nothing() || right.is_nothing();
  if (strict || both_objects) return boolean(strictly_equal(left, right) != negated, where);
  if (with_nothing) return boolean((left.is_nothing() && right.is_nothing()) != negated, where);
  const JsValue a = primitive(left);
  const JsValue b = primitive(right);
  if (a.is_unknown() || b.is_unknown()) return unknown(a.is_unknown() ? a.cause() : b.cause(), where);
  return boolean(loosely_equal(a, b) != negated, where);
}

JsValue Evaluator::binary(std::string_view op, const JsValue& left, const JsValue& right, Place where) {
  if (left.is_unknown() || right.is_unknown()) {
    const Cause* cause = left.is_unknown() ? left.cause() : right.cause();
    const bool is_read_only = op.substr(1, 2) == "==" || op == "in" || op == "instanceof";
    if (!is_read_only) {  // a valueOf or toString may run
      primitive(left);
      primitive(right);
    }
    if (left.object() != nullptr || right.object() != nullptr || !cause->by_use) run_escaped(cause);
    return unknown(left.is_unknown() ? left.cause() : right.cause(), where);
  }
  if (op == "===" || op == "!==" || op == "==" || op == "!=") return equality(op, left, right, where);
  if (op == "in") return contains(right, left, where);
  if (op == "instanceof") {
    if (right.object() == nullptr) note_error(where);
    run_escaped(unknown(where).cause());
    return left.object() == nullptr && right.object() != nullptr ? boolean(false, where) : unknown(where);
  }
  const JsValue a = primitive(left);
  const JsValue b = primitive(right);
  if (a.is_unknown() || b.is_unknown()) return unknown(a.is_unknown() ? a.cause() : b.cause(), where);
  const bool texts = a.text() != nullptr && b.text() != nullptr;
  if (op == "+" && (a.text() != nullptr || b.text() != nullptr)) {
    const Cause* none = nullptr;
    return text(*text_of(a, none) + *text_of(b, none), where);
  }
  if (op == "+") return number(to_number(a) + to_number(b), where);
  if (is_arithmetic(op)) return number(arithmetic(op, to_number(a), to_number(b)), where);
  if (is_comparison(op)) {
    return boolean(texts ? compare(op, *a.text(), *b.text()) : compare(op, to_number(a), to_number(b)),
                   where);
  }
  if (is_bit_operator(op)) return number(bits(op, to_int32(to_number(a)), to_int32(to_number(b))), where);
  return unknown(where);
}

}  // namespace k6apm::evaluation
