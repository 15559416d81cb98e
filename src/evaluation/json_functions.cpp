// JSON.parse and JSON.stringify (ECMA-262, 25.5).
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

constexpr std::size_t k_deepest = 200;

// Nothing where the value has no place in JSON: undefined, functions.
class Writer {
 public:
  Writer(Evaluator& evaluator, Place place, std::string indent)
      : m_evaluator(evaluator), m_place(place), m_indent(std::move(indent)) {}

  bool write(const JsValue& value, std::size_t depth) {
    m_evaluator.charge(1);
    if (value.is_unknown()) throw NotKnown{value.cause()};
    if (depth > k_deepest) throw NotKnown{m_evaluator.unknown(m_place).cause()};
    if (value.object() != nullptr) return write_object(value, depth);
    if (value.as<JsUndefined>() != nullptr) return false;
    if (const auto* text = value.text()) {
      append(quoted(*text));
    } else if (const auto* n = value.as<double>()) {
      append(std::isfinite(*n) ? number_text(*n) : "null");
    } else if (const auto* b = value.as<bool>()) {
      append(*b ? "true" : "false");
    } else {
      append("null");
    }
    return true;
  }

  std::string take() { return std::move(m_out); }

 private:
  void append(const std::string& piece) {
    m_evaluator.charge_bytes(piece.size());
    m_out += piece;
  }

  static std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  void break_line(std::size_t depth) {
    if (m_indent.empty()) return;
    m_out += '\n';
    for (std::size_t i = 0; i < depth; ++i) append(m_indent);
  }

  bool write_object(const JsValue& value, std::size_t depth) {
    const JsObject& object = *value.object();
    if (object.kind == ObjectKind::closure || object.native != nullptr) return false;
    if (object.opaque != nullptr) throw NotKnown{object.opaque};
    const bool is_array = object.kind == ObjectKind::array;
    if (!is_array && !m_evaluator.get(value, std::string("toJSON"), m_place).is_nothing()) {
      const Cause* cause = m_evaluator.unknown(m_place).cause();
      m_evaluator.leak(value, cause);
      throw NotKnown{cause};
    }
    m_out += is_array ? '[' : '{';
    const bool any = is_array ? write_elements(object, depth) : write_members(value, depth);
    if (any) break_line(depth);
    m_out += is_array ? ']' : '}';
    return true;
  }

  bool write_elements(const JsObject& array, std::size_t depth) {
    for (std::size_t i = 0; i < array.elements.size(); ++i) {
      if (i > 0) m_out += ',';
      break_line(depth + 1);
      const JsValue element = array.elements[i];  // a getter may change the array
      if (!write(element, depth + 1)) append("null");
    }
    return !array.elements.empty();
  }

  bool write_members(const JsValue& value, std::size_t depth) {
    const Cause* cause = nullptr;
    const auto names = m_evaluator.keys(value, cause);
    if (!names) throw NotKnown{cause};
    bool any = false;
    for (const std::string& name : *names) {
      const std::size_t before = m_out.size();
      if (any) m_out += ',';
      break_line(depth + 1);
      append(quoted(name));
      m_out += m_indent.empty() ? ":" : ": ";
      if (write(m_evaluator.get(value, name, m_place), depth + 1)) {
        any = true;
      } else {
        m_out.resize(before);
      }
    }
    return any;
  }

  Evaluator& m_evaluator;
  Place m_place;
  std::string m_indent;
  std::string m_out{};
};

JsValue stringify(Evaluator& ev, const NativeCall& c) {
  constexpr double k_most_blanks = 10;
  if (!c.argument(1).is_nothing()) return not_followed(ev, c);  // a replacer
  const JsValue indent = c.argument(2);
  std::string blanks;
  if (const auto* text = indent.text()) {
    blanks = text->substr(0, static_cast<std::size_t>(k_most_blanks));
  } else if (const auto* n = indent.as<double>()) {
    blanks.assign(static_cast<std::size_t>(std::clamp(std::trunc(*n), 0.0, k_most_blanks)), ' ');
  }
  Writer writer(ev, c.place, std::move(blanks));
  if (!writer.write(c.argument(0), 0)) return {{}, c.place};
  return ev.text(writer.take(), c.place);
}

JsValue parse(Evaluator& ev, const NativeCall& c) {
  if (!c.argument(1).is_nothing()) return not_followed(ev, c);  // a reviver
  const JsValue content = c.argument(0);
  if (const auto* text = content.as<JsString>()) return ev.parse_json(*text, c.place);
  return ev.parse_json(std::make_shared<const std::string>(text_argument(ev, c, 0)), c.place);
}

}  // namespace

std::span<const NativeRow> json_functions() {
  static constexpr NativeRow rows[] = {{"parse", parse, k_plain}, {"stringify", stringify, k_plain}};
  return rows;
}

}  // namespace k6apm::evaluation
