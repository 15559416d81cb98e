// Every flag, once: this table feeds parsing, help, the man page and the completions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/job.hpp"

namespace k6apm::cli {

/// What a value is, for completion.
enum class ValueKind { none, text, file, directory };

/// Groups with flags from several tables.
inline constexpr auto* k_names = "Names";
inline constexpr auto* k_delivery = "Delivery";

struct Flag {
  std::string names;  ///< `-s,--script` or `--check`
  std::string value;  ///< what stands for the value: `FILE`; empty for a switch
  ValueKind kind = ValueKind::none;
  std::string group;
  std::string brief;                   ///< one line
  std::string details;                 ///< a paragraph more, for --help and the man page; never empty
  std::string fallback{};              ///< the default as shown; empty where there is none
  std::vector<std::string> choices{};  ///< the words allowed, where there is a list
  bool several = false;                ///< one occurrence takes several values
  /// Puts a value (empty for a switch) into the job. Throws std::invalid_argument that says what is allowed.
  void (*set)(Job& job, const std::string& value) = nullptr;
  bool rare = false;  ///< not shown by -h
};

/// In the order in which they are shown; flags of a group stand together.
const std::vector<Flag>& flags();

/// The names of `flag` without commas: `-s`, `--script`.
std::vector<std::string> names_of(const Flag& flag);

/// The brief as a sentence, the details and the default: one paragraph.
std::string description_of(const Flag& flag);

}  // namespace k6apm::cli
