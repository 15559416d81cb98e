// Methods of arrays (ECMA-262, 23.1.3).
#include <algorithm>
#include <cmath>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

JsObject& self_of(Evaluator& ev, const NativeCall& c) { return array_in(ev, c.self, c.place); }

std::size_t relative(double position, std::size_t size) {
  if (position < 0) position += static_cast<double>(size);
  return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(size)));
}

// Calls argument 0 with the element, its index and the array; again and again the array must still be known.
JsValue call_back(Evaluator& ev, const NativeCall& c, std::size_t i) {
  const JsObject& array = self_of(ev, c);
  ev.charge(1);
  NativeCall inner{c.argument(1),
                   {filled(array.elements[i]), ev.number(static_cast<double>(i), c.place), c.self},
                   c.place,
                   c.caller};
  return ev.call(c.argument(0), std::move(inner));
}

JsValue push(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  if (array.frozen) ev.note_error(c.place);
  if (!array.frozen) array.elements.insert(array.elements.end(), c.arguments.begin(), c.arguments.end());
  ev.charge(c.arguments.size());
  return ev.number(static_cast<double>(array.elements.size()), c.place);
}

JsValue unshift(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  ev.charge(array.elements.size() + c.arguments.size());
  if (array.frozen) ev.note_error(c.place);
  if (!array.frozen) array.elements.insert(array.elements.begin(), c.arguments.begin(), c.arguments.end());
  return ev.number(static_cast<double>(array.elements.size()), c.place);
}

JsValue pop(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  if (array.frozen) ev.note_error(c.place);
  if (array.elements.empty() || array.frozen) return {{}, c.place};
  JsValue last = std::move(array.elements.back());
  array.elements.pop_back();
  return last;
}

JsValue shift(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  if (array.frozen) ev.note_error(c.place);
  if (array.elements.empty() || array.frozen) return {{}, c.place};
  ev.charge(array.elements.size());
  JsValue first = std::move(array.elements.front());
  array.elements.erase(array.elements.begin());
  return first;
}

JsValue splice(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  if (array.frozen) return not_followed(ev, c);
  const std::size_t size = array.elements.size();
  ev.charge(size + c.arguments.size());
  const std::size_t begin = relative(integer_argument(ev, c, 0, 0), size);
  const double rest = static_cast<double>(size - begin);
  const double wanted = c.arguments.size() == 1 ? rest : integer_argument(ev, c, 1, 0);
  const auto count = static_cast<std::ptrdiff_t>(std::clamp(wanted, 0.0, rest));
  const auto first = array.elements.begin() + static_cast<std::ptrdiff_t>(begin);
  std::vector<JsValue> removed(first, first + count);
  const auto at = array.elements.erase(first, first + count);
  if (c.arguments.size() > 2) array.elements.insert(at, c.arguments.begin() + 2, c.arguments.end());
  return ev.new_array(std::move(removed), c.place);
}

JsValue concat(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> all = self_of(ev, c).elements;
  for (const JsValue& argument : c.arguments) {
    const JsObject* other = argument.object();
    if (other != nullptr && other->kind == ObjectKind::array) {
      ev.charge(other->elements.size());
      all.insert(all.end(), other->elements.begin(), other->elements.end());
    } else {
      all.push_back(argument);
    }
  }
  return ev.new_array(std::move(all), c.place);
}

JsValue slice(Evaluator& ev, const NativeCall& c) {
  const std::vector<JsValue>& elements = self_of(ev, c).elements;
  const std::size_t begin = relative(integer_argument(ev, c, 0, 0), elements.size());
  const std::size_t end =
      relative(integer_argument(ev, c, 1, static_cast<double>(elements.size())), elements.size());
  if (begin >= end) return ev.new_array({}, c.place);
  return ev.new_array({elements.begin() + static_cast<std::ptrdiff_t>(begin),
                       elements.begin() + static_cast<std::ptrdiff_t>(end)},
                      c.place);
}

JsValue join(Evaluator& ev, const NativeCall& c) {
  const std::string separator = c.argument(0).as<JsUndefined>() != nullptr ? "," : text_argument(ev, c, 0);
  const JsObject& array = self_of(ev, c);
  std::string out;
  for (std::size_t i = 0; i < array.elements.size(); ++i) {
    ev.charge(1);
    if (i > 0) out += separator;
    if (array.elements[i].is_nothing()) continue;
    const Cause* cause = nullptr;
    const auto piece = ev.text_of(array.elements[i], cause);
    if (!piece) throw NotKnown{cause};
    out += *piece;
    ev.charge_bytes(piece->size() + separator.size());
  }
  return ev.text(std::move(out), c.place);
}

// Holes are no elements for most methods.
bool is_hole_at(Evaluator& ev, const NativeCall& c, std::size_t i) {
  return self_of(ev, c).elements[i].is_hole();
}

JsValue map(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  const std::size_t size = self_of(ev, c).elements.size();
  for (std::size_t i = 0; i < size && i < self_of(ev, c).elements.size(); ++i)
    out.push_back(is_hole_at(ev, c, i) ? hole() : call_back(ev, c, i));
  out.resize(size, hole());
  return ev.new_array(std::move(out), c.place);
}

JsValue filter(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  const std::size_t size = self_of(ev, c).elements.size();
  for (std::size_t i = 0; i < size && i < self_of(ev, c).elements.size(); ++i) {
    const JsValue element = self_of(ev, c).elements[i];
    if (!element.is_hole() && truth_of(call_back(ev, c, i))) out.push_back(element);
  }
  return ev.new_array(std::move(out), c.place);
}

JsValue for_each(Evaluator& ev, const NativeCall& c) {
  const std::size_t size = self_of(ev, c).elements.size();
  for (std::size_t i = 0; i < size && i < self_of(ev, c).elements.size(); ++i) {
    if (!is_hole_at(ev, c, i)) call_back(ev, c, i);
  }
  return {{}, c.place};
}

// The index of the first element for which the callback says `wanted`. What is added meanwhile is not asked.
std::optional<std::size_t> first_where(Evaluator& ev, const NativeCall& c, bool wanted, bool wants_holes) {
  const std::size_t size = self_of(ev, c).elements.size();
  for (std::size_t i = 0; i < size && i < self_of(ev, c).elements.size(); ++i) {
    if (wants_holes || !is_hole_at(ev, c, i)) {
      if (truth_of(call_back(ev, c, i)) == wanted) return i;
    }
  }
  return std::nullopt;
}

JsValue some(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(first_where(ev, c, true, false).has_value(), c.place);
}

JsValue every(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(!first_where(ev, c, false, false).has_value(), c.place);
}

JsValue find(Evaluator& ev, const NativeCall& c) {
  const std::size_t size = self_of(ev, c).elements.size();
  for (std::size_t i = 0; i < size && i < self_of(ev, c).elements.size(); ++i) {
    JsValue element = filled(self_of(ev, c).elements[i]);
    if (truth_of(call_back(ev, c, i))) return element;
  }
  return {{}, c.place};
}

JsValue find_index(Evaluator& ev, const NativeCall& c) {
  const auto i = first_where(ev, c, true, true);
  return ev.number(i ? static_cast<double>(*i) : -1, c.place);
}

JsValue reduce(Evaluator& ev, const NativeCall& c) {
  const auto is_hole = [](const JsValue& element) { return element.is_hole(); };
  const std::vector<JsValue>& all = self_of(ev, c).elements;
  if (std::any_of(all.begin(), all.end(), is_hole)) throw NotKnown{ev.unknown(c.place).cause()};
  std::size_t i = 0;
  JsValue sum = c.argument(1);
  if (c.arguments.size() < 2) {
    const JsObject& array = self_of(ev, c);
    if (array.elements.empty()) throw NotKnown{ev.unknown(c.place).cause()};
    sum = array.elements[i++];
  }
  const std::size_t size = self_of(ev, c).elements.size();
  for (; i < size && i < self_of(ev, c).elements.size(); ++i) {
    ev.charge(1);
    const JsValue element = self_of(ev, c).elements[i];
    sum = ev.call(c.argument(0), {{{}, c.place},
                                  {sum, element, ev.number(static_cast<double>(i), c.place), c.self},
                                  c.place,
                                  c.caller});
  }
  return sum;
}

// Where an element that is not known comes before the first equal one, nothing is sure.
std::optional<std::size_t> search(Evaluator& ev, const NativeCall& c, bool not_a_number_too) {
  const JsObject& array = self_of(ev, c);
  const JsValue wanted = c.argument(0);
  const auto is_nan = [](const JsValue& v) {
    return v.as<double>() != nullptr && std::isnan(*v.as<double>());
  };
  std::size_t i = relative(integer_argument(ev, c, 1, 0), array.elements.size());
  for (; i < array.elements.size(); ++i) {
    ev.charge(1);
    if (array.elements[i].is_hole() && !not_a_number_too)
      continue;  // indexOf passes over them, includes does not
    const JsValue element = filled(array.elements[i]);
    if (element.is_unknown()) throw NotKnown{element.cause()};
    if (strictly_equal(element, wanted) || (not_a_number_too && is_nan(element) && is_nan(wanted))) return i;
  }
  return std::nullopt;
}

JsValue includes(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(search(ev, c, true).has_value(), c.place);
}

JsValue index_of(Evaluator& ev, const NativeCall& c) {
  const auto found = search(ev, c, false);
  return ev.number(found ? static_cast<double>(*found) : -1, c.place);
}

JsValue reverse(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  ev.charge(array.elements.size());
  if (!array.frozen) std::reverse(array.elements.begin(), array.elements.end());
  return c.self;
}

void flatten(Evaluator& ev, const JsValue& value, double depth, std::vector<JsValue>& out) {
  ev.charge(1);
  const JsObject* object = value.object();
  if (value.is_unknown()) throw NotKnown{value.cause()};  // it may be an array
  if (object != nullptr && object->opaque != nullptr) throw NotKnown{object->opaque};
  if (object == nullptr || object->kind != ObjectKind::array || depth < 0) {
    out.push_back(value);
    return;
  }
  for (const JsValue& element : object->elements) {
    if (!element.is_hole()) flatten(ev, element, depth - 1, out);
  }
}

JsValue flat(Evaluator& ev, const NativeCall& c) {
  constexpr double k_deepest = 100;
  std::vector<JsValue> out;
  const double depth = integer_argument(ev, c, 0, 1);
  if (depth > k_deepest) throw NotKnown{ev.unknown(c.place).cause()};
  flatten(ev, c.self, depth, out);
  return ev.new_array(std::move(out), c.place);
}

JsValue flat_map(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  flatten(ev, map(ev, c), 1, out);
  return ev.new_array(std::move(out), c.place);
}

JsValue at(Evaluator& ev, const NativeCall& c) {
  const JsObject& array = self_of(ev, c);
  double i = integer_argument(ev, c, 0, 0);
  if (i < 0) i += static_cast<double>(array.elements.size());
  const bool inside = i >= 0 && i < static_cast<double>(array.elements.size());
  return inside ? filled(array.elements[static_cast<std::size_t>(i)]) : JsValue{{}, c.place};
}

JsValue fill(Evaluator& ev, const NativeCall& c) {
  JsObject& array = self_of(ev, c);
  const std::size_t size = array.elements.size();
  ev.charge(size);
  const std::size_t end = relative(integer_argument(ev, c, 2, static_cast<double>(size)), size);
  const std::size_t begin = relative(integer_argument(ev, c, 1, 0), size);
  if (array.frozen) throw NotKnown{ev.unknown(c.place).cause()};
  for (std::size_t i = begin; i < end; ++i) array.elements[i] = c.argument(0);
  return c.self;
}

JsValue keys(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  for (std::size_t i = 0; i < self_of(ev, c).elements.size(); ++i)
    out.push_back(ev.number(static_cast<double>(i), c.place));
  return ev.new_iterator(std::move(out), self_of(ev, c), c.place);
}

JsValue values(Evaluator& ev, const NativeCall& c) {
  return ev.new_iterator(self_of(ev, c).elements, self_of(ev, c), c.place);
}

JsValue entries(Evaluator& ev, const NativeCall& c) {
  std::vector<JsValue> out;
  const JsObject& array = self_of(ev, c);
  for (std::size_t i = 0; i < array.elements.size(); ++i)
    out.push_back(
        ev.new_array({ev.number(static_cast<double>(i), c.place), filled(array.elements[i])}, c.place));
  return ev.new_iterator(std::move(out), self_of(ev, c), c.place);
}

// Whether b comes before a.
bool is_before(Evaluator& ev, const NativeCall& c, const JsValue& b, const JsValue& a) {
  ev.charge(1);
  if (b.as<JsUndefined>() != nullptr || a.as<JsUndefined>() != nullptr)
    return b.as<JsUndefined>() == nullptr && a.as<JsUndefined>() != nullptr;
  if (c.argument(0).as<JsUndefined>() == nullptr) {
    const JsValue order = ev.call(c.argument(0), {{{}, c.place}, {b, a}, c.place, c.caller});
    if (order.is_unknown() || order.object() != nullptr)
      throw NotKnown{ev.unknown(order.cause(), c.place).cause()};
    return to_number(order) < 0;
  }
  const Cause* cause = nullptr;
  const auto text_b = ev.text_of(b, cause);
  const auto text_a = text_b ? ev.text_of(a, cause) : std::nullopt;
  if (!text_a) throw NotKnown{cause};
  return *text_b < *text_a;
}

// By insertion, which is stable and ends whatever the comparison says.
JsValue sort(Evaluator& ev, const NativeCall& c) {
  const JsObject* comparator = c.argument(0).object();
  // How often it is called is not known, so it must not matter.
  if (comparator != nullptr && !ev.is_pure(*comparator)) throw NotKnown{ev.unknown(c.place).cause()};
  std::vector<JsValue> sorted;
  for (const JsValue& element : std::vector<JsValue>(self_of(ev, c).elements)) {
    if (element.is_unknown() || element.is_hole())
      throw NotKnown{ev.unknown(element.cause(), c.place).cause()};
    auto place = sorted.end();
    while (place != sorted.begin() && is_before(ev, c, element, *(place - 1))) --place;
    sorted.insert(place, element);
  }
  JsObject& array = self_of(ev, c);
  if (!array.frozen) array.elements = std::move(sorted);
  return c.self;
}

JsValue to_string(Evaluator& ev, const NativeCall& c) { return ev.text(text_of_self(ev, c), c.place); }

}  // namespace

std::span<const NativeRow> array_methods() {
  static constexpr NativeTraits k_stores{true,
                                         true};  // takes unknown values, and leaks where it cannot store
  static constexpr NativeRow rows[] = {
      {"push", push, k_stores},
      {"unshift", unshift, k_stores},
      {"pop", pop, k_calls_back},
      {"shift", shift, k_calls_back},
      {"splice", splice, k_stores},
      {"concat", concat, k_calls_back},
      {"slice", slice, k_calls_back},
      {"join", join, k_plain},
      {"map", map, k_stores},
      {"filter", filter, k_stores},
      {"forEach", for_each, k_stores},
      {"some", some, k_stores},
      {"every", every, k_stores},
      {"find", find, k_stores},
      {"findIndex", find_index, k_stores},
      {"reduce", reduce, k_stores},
      {"includes", includes, k_plain},
      {"indexOf", index_of, k_plain},
      {"reverse", reverse, k_calls_back},
      {"flat", flat, k_calls_back},
      {"flatMap", flat_map, k_stores},
      {"at", at, k_calls_back},
      {"fill", fill, k_stores},
      {"entries", entries, k_calls_back},
      {"keys", keys, k_plain},
      {"values", values, k_calls_back},
      {"sort", sort, k_stores},
      {"toString", to_string, k_plain},
  };
  return rows;
}

}  // namespace k6apm::evaluation
