// Array.from and its like (ECMA-262, 23.1.2).
#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

JsValue is_array(Evaluator& ev, const NativeCall& c) {
  const JsObject* object = c.argument(0).object();
  return ev.boolean(object != nullptr && object->kind == ObjectKind::array, c.place);
}

JsValue of(Evaluator& ev, const NativeCall& c) { return ev.new_array(c.arguments, c.place); }

// Of what can be iterated, or of an object with a length.
JsValue from(Evaluator& ev, const NativeCall& c) {
  constexpr double k_longest = 1e6;
  const Cause* cause = nullptr;
  const JsValue source = c.argument(0);
  std::vector<JsValue> values;
  const JsObject* object = source.object();
  const bool iterates =
      object != nullptr && (object->kind == ObjectKind::array || object->kind == ObjectKind::set ||
                            object->kind == ObjectKind::iterator || object->kind == ObjectKind::map);
  if (source.text() != nullptr || iterates) {
    auto found = ev.items(source, cause, c.place);
    if (!found) throw NotKnown{cause};
    values = std::move(*found);
  } else {
    if (object != nullptr && (object->kind != ObjectKind::plain || object->prototype != nullptr ||
                              !ev.get(source, std::string("\x01iterator"), c.place).is_nothing()))
      throw NotKnown{ev.unknown(c.place).cause()};
    const JsValue length = ev.get(source, std::string("length"), c.place);
    if (length.is_unknown() || length.object() != nullptr)
      throw NotKnown{ev.unknown(length.cause(), c.place).cause()};
    const double size = to_number(length);
    if (size > k_longest) throw NotKnown{ev.unknown(c.place).cause()};
    for (std::size_t i = 0; static_cast<double>(i) < size; ++i)
      values.push_back(ev.get(source, std::to_string(i), c.place));
  }
  if (c.argument(1).as<JsUndefined>() == nullptr) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = ev.call(
          c.argument(1),
          {c.argument(2), {values[i], ev.number(static_cast<double>(i), c.place)}, c.place, c.caller});
    }
  }
  return ev.new_array(std::move(values), c.place);
}

}  // namespace

std::span<const NativeRow> array_functions() {
  static constexpr NativeRow rows[] = {
      {"isArray", is_array, k_plain},
      {"of", of, k_takes_unknown},
      {"from", from, k_calls_back},
  };
  return rows;
}

}  // namespace k6apm::evaluation
