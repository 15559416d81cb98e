// What a literal says: the one tree for scripts and JSON, with the place of everything and keys in their
// order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace k6apm::script {

struct Member;
struct Value;

/// No value: as if the key were missing. `variable` is the name of the `__ENV` variable that is not set, if
/// it is one.
struct Undefined {
  std::string variable{};
};
struct Null {};
/// An expression that only running the script would tell.
struct Unknown {};
using Array = std::vector<Value>;
using Object = std::vector<Member>;

/// `begin` and `end` are the bytes of the source that say it.
struct Value {
  // Defined where Member is complete.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  std::variant<Undefined, Null, bool, double, std::string, Array, Object, Unknown> data;
  std::size_t begin = 0;
  std::size_t end = 0;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&data);
  }
  /// Whether there is anything: neither undefined nor null.
  bool is_set() const { return as<Undefined>() == nullptr && as<Null>() == nullptr; }
};

/// One key of an object. Where the key is not known (`...spread`, `[computed]: 1`) `key_known` is false.
struct Member {
  std::string key{};
  bool key_known = true;
  std::size_t begin = 0;
  Value value{};
};

/// What an object says about a key. Of several equal keys the last counts.
struct Found {
  const Value* value = nullptr;    ///< null where the key is missing
  const Member* hidden = nullptr;  ///< a later member that could hold or hide the key; then `value` is null
};
Found find(const Object& object, std::string_view key);

/// "a string", "a list": the type of a value, for messages.
std::string_view type_name(const Value& value);

}  // namespace k6apm::script
