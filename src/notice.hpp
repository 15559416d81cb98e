// What a stage has to say to the person: every room fills these in, only cli/ prints them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace k6apm {

/// A place in a file that a person can open. `line` and `column` count from 1; 0 means unknown.
struct Location {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
};

enum class Severity {
  note,     ///< worth knowing; the exit status stays 0
  warning,  ///< something that was asked for is left out: the exit status becomes 1
};

/// One message. `text` says what is wrong and what is allowed, `hint` the next step where there is a sure
/// one. Neither may hold a secret.
struct Notice {
  Notice() = default;
  Notice(Severity how_bad, Location place, std::string what, std::string next_step = {},
         std::string_view of_kind = {})
      : severity(how_bad),
        where(std::move(place)),
        text(std::move(what)),
        hint(std::move(next_step)),
        kind(of_kind) {}

  Severity severity = Severity::note;
  Location where{};
  std::string text{};
  std::string hint{};
  /// What several notices of its kind are together, as in "and 3 more KIND": a literal. Empty where there are
  /// never many. Those of one kind have the same severity.
  std::string_view kind{};
  /// Which destination of the apm block it is about; nothing where it is about none or several.
  std::optional<std::size_t> destination{};
};

}  // namespace k6apm
