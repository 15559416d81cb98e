// What a literal says: the one tree for scripts and JSON, with the place of everything and keys in their
// order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"
#include "script/source.hpp"

namespace k6apm::script {

struct Member;
struct Value;

/// Line and column of a byte; nowhere without a source.
inline Location at(const Source* source, std::size_t offset) {
  return source != nullptr ? source->at(offset) : Location{};
}

/// No value: as if the key were missing. `variable` is the name of the `__ENV` variable that is not set, if
/// it is one.
struct Undefined {
  std::string variable{};
};
struct Null {};
/// What only running the script would tell. `why` says more where there is more to say, `hint` is the next
/// step; `error` is all that is to be said, where it is a syntax error.
struct Unknown {
  std::string why{};
  std::string hint{};
  bool too_much = false;  ///< it could be known with more work
  std::optional<Notice> error{};
};
using Array = std::vector<Value>;
using Object = std::vector<Member>;

/// `begin` and `end` are the bytes of `source` that say it; for what is not known, those of the cause.
struct Value {
  // Defined where Member is complete.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  std::variant<Undefined, Null, bool, double, std::string, Array, Object, Unknown> data;
  const Source* source = nullptr;
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
  /// The Location of its first byte.
  Location where() const { return at(source, begin); }
  /// Whether there is anything: neither undefined nor null.
  bool is_set() const { return as<Undefined>() == nullptr && as<Null>() == nullptr; }
};

/// One key of an object. Where the key is not known (`...spread`, `[computed]: 1`) `key_known` is false.
struct Member {
  std::string key{};
  bool key_known = true;
  const Source* source = nullptr;
  std::size_t begin = 0;
  Value value{};

  Location where() const { return at(source, begin); }
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
