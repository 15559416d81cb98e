// Reads one object of the apm list: what dialect.cpp, dialect_prometheus.cpp and dialect_datadog.cpp share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apm/block.hpp"

namespace k6apm::apm {

/// For one read(). What is wrong disables the destination or becomes a note, as `notices` tells.
class DestinationReader {
 public:
  DestinationReader(const Value& value, std::size_t index, const evaluation::Environment& env,
                    std::vector<Notice>& notices);

  Destination read();

 private:
  // What every part uses (dialect.cpp).
  void disable(Location where, const std::string& reason, std::string hint = {});
  void note(Location where, std::string text, std::string hint = {});
  /// For --check: a setting of the block, or a default.
  void record(const Member& m, std::string value);
  /// The same for what another setting implies.
  void record_as(std::string_view name, std::string value, const Member& cause);
  void record_default(std::string_view name, std::string value);
  /// The last member that is set and means this, in whatever spelling; a key with null or an unset variable
  /// is missing.
  const Member* member(std::string_view meaning);
  /// What to do about a missing key: where a variable that is not set is the cause, that is said.
  std::string hint_for_missing(const Object& object, std::string_view key) const;
  /// The text of a key, empty where it is missing. Anything but text disables the destination; the value is
  /// not shown.
  std::string text(std::string_view meaning, std::string_view allowed = "a string");
  void check_url(std::string_view key, const std::string& url);
  /// Disables the destination where `text`, the value of `key` at `where`, holds a control character, which
  /// no header may. The text is not shown.
  void check_one_line(std::string_view key, std::string_view text, const Location& where);
  /// A key as ***, a URL masked.
  void record_secret(std::string_view meaning);
  void record_url(std::string_view meaning, const std::string& url);

  bool read_provider();
  void say_unknown_keys();
  void read_flag(std::string_view meaning, bool& flag);
  void read_resample_rate();
  void read_common();

  // dialect_prometheus.cpp
  void read_prometheus();
  void read_credentials();
  /// Says what is wrong with the login in `object`.
  void read_login(const Member& credentials, const Object& object);
  std::string credential(const Object& object, std::string_view key, bool& given);

  // dialect_environment.cpp, of K6_PROMETHEUS_RW_*
  /// False where the environment has none.
  bool take_url();
  bool take_login();
  void take_connection();
  void take_header(std::string_view variable, std::string_view name, std::string_view value);
  void take_headers();
  void take_text(std::string_view name, std::string_view setting, std::string& target);
  void take_flag(std::string_view name, std::string_view setting, bool& flag);
  std::optional<std::string> variable(std::string_view name) const;
  void note_variable(std::string_view name, std::string text);
  void record_variable(std::string_view name, std::string_view setting, std::string value);

  // dialect_datadog.cpp
  void read_datadog();
  void read_region();

  const Value& m_value;
  const evaluation::Environment& m_env;
  std::vector<Notice>& m_notices;
  const Object* m_object = nullptr;
  std::vector<const Member*> m_said_twice{};  // where a second spelling was pointed out
  const Member* m_provider = nullptr;         // set where there is one
  Destination m_destination{};
};

/// Whether it is an http:// or https:// URL with a host, and holds nothing that cannot stand in one.
bool is_http_url(std::string_view url);

}  // namespace k6apm::apm
