#include "evaluation/exported.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

namespace {

constexpr std::size_t k_deepest_value = 100;  // of an object that holds itself

// How large a tree may become: in the evaluator many places can hold one text or object, in the tree each has
// its own.
struct Room {
  std::size_t values;
  std::size_t bytes;
};
constexpr Room k_room_for_needed = {1'000'000, Evaluator::k_bytes};
constexpr Room k_room_beside = {100'000, std::size_t{4} * 1024 * 1024};

Unknown unknown_of(const Cause& cause) { return {cause.why, cause.hint, cause.too_much, cause.error}; }

// From values of the evaluator to the tree that the rest of the program reads.
class Converter {
 public:
  explicit Converter(Evaluator& evaluator, Room room = k_room_for_needed)
      : m_evaluator(evaluator), m_room(room) {}

  // Only the parts at `paths`; all where one of them ends here.
  Value convert(const JsValue& value, const std::vector<KeyPath>& paths, std::size_t depth) {
    Value out;
    out.source = value.place.source;
    out.begin = value.place.begin;
    out.end = value.place.end;
    if (!take_room_for(value) || depth > k_deepest_value) {
      out.data = too_much();
    } else if (const Cause* cause = cause_of(value)) {
      set_unknown(out, *cause);
    } else if (JsObject* object = value.object()) {
      if (object->kind == ObjectKind::array) {
        out.data = list(*object, depth);
      } else {
        out.data = members(*object, value, paths, depth);
        if (object->opaque != nullptr) set_unknown(out, *object->opaque);  // by a getter of its own
      }
    } else {
      convert_scalar(value, out);
    }
    return out;
  }

 private:
  static Unknown too_much() { return {"it holds itself or too much", {}, false, {}}; }

  bool take_room_for(const JsValue& value) {
    const auto* text = value.text();
    return take_room({1, text == nullptr ? 0 : text->size()});
  }

  // Once something had no room, nothing has.
  bool take_room(Room wanted) {
    const bool has_room = wanted.values <= m_room.values && wanted.bytes <= m_room.bytes;
    m_room = has_room ? Room{m_room.values - wanted.values, m_room.bytes - wanted.bytes} : Room{0, 0};
    return has_room;
  }

  const Cause* cause_of(const JsValue& value) {
    if (value.is_unknown()) return value.cause();
    const JsObject* object = value.object();
    if (object == nullptr) return nullptr;
    if (object->kind == ObjectKind::closure)
      return m_evaluator.unknown(value.place, "it is a function").cause();
    const bool is_collection = object->kind == ObjectKind::set || object->kind == ObjectKind::map ||
                               object->kind == ObjectKind::iterator;
    if (is_collection || object->regex != nullptr || object->kind == ObjectKind::native ||
        object->kind == ObjectKind::environment)
      return m_evaluator.unknown(value.place).cause();
    return object->opaque;
  }

  static void set_unknown(Value& out, const Cause& cause) {
    out.data = unknown_of(cause);
    if (cause.place.source == nullptr) return;
    out.source = cause.place.source;
    out.begin = cause.place.begin;
    out.end = cause.place.end;
  }

  static void convert_scalar(const JsValue& value, Value& out) {
    if (const auto* text = value.text()) {
      out.data = *text;
    } else if (const auto* n = value.as<double>()) {
      out.data = *n;
    } else if (const auto* b = value.as<bool>()) {
      out.data = *b;
    } else if (value.as<JsNull>() != nullptr) {
      out.data = Null{};
    } else {
      const auto& variable = value.as<JsUndefined>()->variable;
      out.data = Undefined{variable != nullptr ? *variable : std::string()};
    }
  }

  Array list(const JsObject& array, std::size_t depth) {
    Array out;
    const std::vector<JsValue> elements = array.elements;  // a getter may change them
    for (const JsValue& element : elements) out.push_back(convert(filled(element), {}, depth + 1));
    return out;
  }

  Object members(JsObject& object, const JsValue& self, const std::vector<KeyPath>& paths,
                 std::size_t depth) {
    Object out;
    const std::vector<JsProperty> properties = object.properties;  // a getter may change them
    for (const JsProperty& property : properties) {
      if (property.key_known && !property.enumerable) continue;
      if (property.key.substr(0, 1) == "\x01") continue;  // of a symbol
      std::vector<KeyPath> rest;
      if (property.key_known && !is_wanted(property.key, paths, rest)) continue;
      Member member;
      if (!take_room({0, property.key.size()})) {  // this key, and those that follow, could be any
        member.key_known = false;
        member.value.data = too_much();
        out.push_back(std::move(member));
        return out;
      }
      member.key = property.key;
      member.key_known = property.key_known;
      member.source = property.place.source;
      member.begin = property.place.begin;
      const JsValue value =
          property.key_known ? m_evaluator.get(self, property.key, property.place) : property.value;
      member.value = convert(value, rest, depth + 1);
      out.push_back(std::move(member));
    }
    return out;
  }

  static bool is_wanted(const std::string& key, const std::vector<KeyPath>& paths,
                        std::vector<KeyPath>& rest) {
    bool whole = paths.empty();
    bool wanted = whole;
    for (const KeyPath& path : paths) {
      if (path.front() != key) continue;
      wanted = true;
      if (path.size() == 1) whole = true;
      rest.emplace_back(path.begin() + 1, path.end());
    }
    if (whole) rest.clear();
    return wanted;
  }

  Evaluator& m_evaluator;
  Room m_room;  // that is left
};

// The parts that are not needed; Undefined where reading them ends early.
Value convert_beside(Evaluator& evaluator, const JsValue& exported, const std::vector<KeyPath>& paths) {
  try {
    return Converter(evaluator, k_room_beside).convert(exported, paths, 0);
  } catch (const GivenUp&) {
    return {};
  } catch (const Stopped&) {
    return {};
  } catch (const Thrown&) {
    return {};
  }
}

// `export default options`: k6 takes it for the test function.
void refuse_default_export(Module& module, const std::string& name) {
  for (const Statement* statement : module.script->statements()) {
    const auto* by_default = std::get_if<ExportDefault>(&statement->node);
    const auto* value = by_default != nullptr && by_default->value != nullptr
                            ? std::get_if<Name>(&by_default->value->node)
                            : nullptr;
    if (value == nullptr || value->name != name) continue;
    throw module.source->error(
        statement->range.begin,
        fmt::format("the {} are the default export, which k6 takes for the test function", name),
        fmt::format("export them by name: export {{ {} }}", name));
  }
}

}  // namespace

Exported read_export(std::string text, const std::string& path, const std::string& name, const Parts& parts,
                     Files files, Environment environment) {
  const auto evaluator = std::make_shared<Evaluator>(std::move(files), std::move(environment));
  Exported result;
  result.sources = evaluator;
  const Cause* cause = nullptr;
  Module& module = evaluator->main_module(std::move(text), path);
  const Place where{module.source.get(), 0, 0};
  try {
    evaluator->run(module);
    evaluator->finish();
    const auto value = evaluator->exported(module, name, where);
    if (value) result.value = Converter(*evaluator).convert(*value, parts.needed, 0);
    if (value && !parts.beside.empty()) result.beside = convert_beside(*evaluator, *value, parts.beside);
    if (!value || result.value.as<Undefined>() != nullptr) {
      refuse_default_export(module, name);
      result.declared_only = !value && module.scope->bindings.count(name) > 0;
    }
  } catch (const GivenUp& given_up) {
    cause = given_up.cause;
  } catch (const Stopped& stopped) {
    cause = stopped.cause;
  } catch (const Thrown& thrown) {
    cause = thrown.cause;
  }
  if (cause != nullptr) {
    result.value =
        Converter(*evaluator).convert({cause, cause->place.source != nullptr ? cause->place : where}, {}, 0);
  }
  return result;
}

Exported read_expression(std::string text, const std::string& path, Environment environment) {
  // In a script of its own, whose only names are those that every script has.
  const auto evaluator = std::make_shared<Evaluator>(Files{}, std::move(environment));
  Exported result;
  result.sources = evaluator;
  Module& module = evaluator->main_module(std::move(text), path);
  const Place where{module.source.get(), 0, module.source->text().size()};
  const Expression& expression = module.script->expression();
  const Cause* cause = nullptr;
  try {
    Frame frame{&module, evaluator->new_scope(nullptr), {}};
    result.value = Converter(*evaluator).convert(evaluator->evaluate(expression, frame), {}, 0);
  } catch (const Stopped& stopped) {
    cause = stopped.cause;
  } catch (const Thrown& thrown) {
    cause = thrown.cause;
  }
  if (cause != nullptr) result.value = Converter(*evaluator).convert({cause, where}, {}, 0);
  return result;
}

}  // namespace k6apm::evaluation
