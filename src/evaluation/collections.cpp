// Map and Set (ECMA-262, 24.1 and 24.2): `elements` are the keys or members in their order, `mapped` the
// values.
#include <algorithm>
#include <cmath>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

// SameValueZero; a key that is not known could be any of them.
bool same(const JsValue& a, const JsValue& b) {
  if (a.is_unknown()) throw NotKnown{a.cause()};
  const auto is_nan = [](const JsValue& v) {
    return v.as<double>() != nullptr && std::isnan(*v.as<double>());
  };
  return strictly_equal(a, b) || (is_nan(a) && is_nan(b));
}

JsObject& self_of(Evaluator& ev, const NativeCall& c) {
  JsObject* object = c.self.object();
  if (object == nullptr || (object->kind != ObjectKind::set && object->kind != ObjectKind::map))
    throw NotKnown{ev.unknown(c.place).cause()};
  if (object->opaque != nullptr) throw NotKnown{object->opaque};
  return *object;
}

std::size_t position_of(Evaluator& ev, const JsObject& collection, const JsValue& key) {
  if (key.is_unknown()) throw NotKnown{key.cause()};
  ev.charge(1 + collection.elements.size() / 8);
  std::size_t i = 0;
  while (i < collection.elements.size() && !same(collection.elements[i], key)) ++i;
  return i;
}

void put(Evaluator& ev, JsObject& collection, const JsValue& key, const JsValue& value) {
  const std::size_t i = position_of(ev, collection, key);
  const bool is_new = i == collection.elements.size();
  if (is_new) collection.elements.push_back(key);
  if (collection.kind != ObjectKind::map) return;
  if (is_new) collection.mapped.emplace_back();
  collection.mapped[i] = value;
}

// From an iterable of keys, or of pairs.
JsValue make(Evaluator& ev, const NativeCall& c, ObjectKind kind) {
  JsObject* made = ev.new_object(kind, c.place);
  if (c.argument(0).is_nothing()) return ev.object(made, c.place);
  const Cause* cause = nullptr;
  const auto items = ev.items(c.argument(0), cause, c.place);
  if (!items) throw NotKnown{cause};
  for (const JsValue& item : *items) {
    if (kind == ObjectKind::set) {
      put(ev, *made, item, {});
    } else {
      const JsValue key = ev.get(item, std::string("0"), c.place);
      put(ev, *made, key, ev.get(item, std::string("1"), c.place));
    }
  }
  return ev.object(made, c.place);
}

JsValue has(Evaluator& ev, const NativeCall& c) {
  const JsObject& self = self_of(ev, c);
  return ev.boolean(position_of(ev, self, c.argument(0)) < self.elements.size(), c.place);
}

JsValue add(Evaluator& ev, const NativeCall& c) {
  put(ev, self_of(ev, c), c.argument(0), c.argument(1));
  return c.self;
}

JsValue get(Evaluator& ev, const NativeCall& c) {
  const JsObject& self = self_of(ev, c);
  const std::size_t i = position_of(ev, self, c.argument(0));
  return i < self.mapped.size() ? self.mapped[i] : JsValue{{}, c.place};
}

JsValue remove(Evaluator& ev, const NativeCall& c) {
  JsObject& self = self_of(ev, c);
  const std::size_t i = position_of(ev, self, c.argument(0));
  if (i == self.elements.size()) return ev.boolean(false, c.place);
  self.elements.erase(self.elements.begin() + static_cast<std::ptrdiff_t>(i));
  if (i < self.mapped.size()) self.mapped.erase(self.mapped.begin() + static_cast<std::ptrdiff_t>(i));
  return ev.boolean(true, c.place);
}

JsValue clear(Evaluator& ev, const NativeCall& c) {
  JsObject& self = self_of(ev, c);
  self.elements.clear();
  self.mapped.clear();
  return {{}, c.place};
}

JsValue keys(Evaluator& ev, const NativeCall& c) {
  return ev.new_iterator(self_of(ev, c).elements, self_of(ev, c), c.place);
}

JsValue values(Evaluator& ev, const NativeCall& c) {
  const JsObject& self = self_of(ev, c);
  return ev.new_iterator(self.kind == ObjectKind::map ? self.mapped : self.elements, self_of(ev, c), c.place);
}

JsValue entries(Evaluator& ev, const NativeCall& c) {
  const JsObject& self = self_of(ev, c);
  std::vector<JsValue> out;
  for (std::size_t i = 0; i < self.elements.size(); ++i) {
    const JsValue& value = self.kind == ObjectKind::map ? self.mapped[i] : self.elements[i];
    out.push_back(ev.new_array({self.elements[i], value}, c.place));
  }
  return ev.new_iterator(std::move(out), self_of(ev, c), c.place);
}

JsValue for_each(Evaluator& ev, const NativeCall& c) {
  for (std::size_t i = 0; i < self_of(ev, c).elements.size(); ++i) {
    const JsObject& self = self_of(ev, c);
    const JsValue value = self.kind == ObjectKind::map ? self.mapped[i] : self.elements[i];
    const std::size_t size = self.elements.size();
    ev.call(c.argument(0), {{{}, c.place}, {value, self.elements[i], c.self}, c.place, c.caller});
    if (self_of(ev, c).elements.size() < size) throw NotKnown{ev.unknown(c.place).cause()};
  }
  return {{}, c.place};
}

}  // namespace

JsValue make_set(Evaluator& ev, const NativeCall& c) { return make(ev, c, ObjectKind::set); }
JsValue make_map(Evaluator& ev, const NativeCall& c) { return make(ev, c, ObjectKind::map); }

std::span<const NativeRow> collection_methods() {
  static constexpr NativeTraits k_stores{true, true};
  static constexpr NativeRow rows[] = {
      {"has", has, k_plain},           {"add", add, k_stores},           {"set", add, k_stores},
      {"get", get, k_calls_back},      {"delete", remove, k_stores},     {"clear", clear, k_stores},
      {"keys", keys, k_calls_back},    {"values", values, k_calls_back}, {"entries", entries, k_calls_back},
      {"forEach", for_each, k_stores},
  };
  return rows;
}

}  // namespace k6apm::evaluation
