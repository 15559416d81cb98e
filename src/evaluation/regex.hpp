// Regular expressions of JavaScript, as far as RE2 means the same by them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace k6apm::evaluation {

class Regex {
 public:
  /// Of a literal, /pattern/flags. Null where RE2 lacks something of it or would read it in another way.
  static std::shared_ptr<const Regex> of_literal(std::string_view literal);

  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  /// Where a match begins and ends, the whole first, then the groups; nothing for a group without a match.
  using Match = std::vector<std::optional<std::pair<std::size_t, std::size_t>>>;

  /// The first match at or behind `from`; empty where there is none.
  Match find(std::string_view text, std::size_t from) const;

  /// Whether the result for this text is the same in JavaScript: it is ASCII without rare line breaks.
  static bool is_sure_of(std::string_view text);

  bool is_global() const { return m_global; }
  std::size_t groups() const;
  /// Whether a group may be repeated: then RE2 and JavaScript may differ in what it has matched.
  bool repeats_groups() const { return m_repeats_groups; }

 private:
  Regex(std::unique_ptr<re2::RE2> compiled, bool global, bool repeats_groups);

  std::unique_ptr<re2::RE2> m_compiled;
  bool m_global;
  bool m_repeats_groups;
};

}  // namespace k6apm::evaluation
