// Members of JSON objects, read as strictly as this program writes them: nlohmann/json takes any number for
// any other, and behaves as it likes where one does not fit.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include <nlohmann/json.hpp>

namespace k6apm::delivery {

/// Throws nlohmann::json::exception where the value is of another type, or a number that does not fit.
template <typename Value>
void read_strictly(const nlohmann::json& json, Value& value) {
  constexpr bool k_is_integer = std::is_integral_v<Value> && !std::is_same_v<Value, bool>;
  if constexpr (k_is_integer) {
    const bool fits =
        json.is_number_unsigned()
            ? json.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Value>::max())
            : std::is_signed_v<Value> && json.is_number_integer() &&
                  json.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<Value>::min());
    if (!fits) static_cast<void>(nlohmann::json(nullptr).get<bool>());  // throws that the type is wrong
  }
  json.get_to(value);
}

/// The same of a member that has to be there.
template <typename Value>
void read_member(const nlohmann::json& json, const char* name, Value& value) {
  read_strictly(json.at(name), value);
}

template <typename Value>
Value member(const nlohmann::json& json, const char* name) {
  Value value{};
  read_member(json, name, value);
  return value;
}

/// A member that is missing leaves `value` as it is.
template <typename Value>
void read_optional_member(const nlohmann::json& json, const char* name, Value& value) {
  const auto& members = json.get_ref<const nlohmann::json::object_t&>();
  if (const auto found = members.find(name); found != members.end()) read_strictly(found->second, value);
}

}  // namespace k6apm::delivery
