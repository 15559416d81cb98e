#include "script/value.hpp"

namespace k6apm::script {

Value::Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Found find(const Object& object, std::string_view key) {
  for (auto member = object.rbegin(); member != object.rend(); ++member) {
    if (!member->key_known) return {nullptr, &*member};
    if (member->key != key) continue;
    if (member->value.as<Undefined>() != nullptr) return {};
    return {&member->value, nullptr};
  }
  return {};
}

std::string_view type_name(const Value& value) {
  static constexpr std::string_view names[] = {"undefined", "null",   "a boolean", "a number",
                                               "a string",  "a list", "an object", "an expression"};
  return names[value.data.index()];
}

}  // namespace k6apm::script
