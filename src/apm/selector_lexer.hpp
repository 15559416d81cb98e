// The tokens of a Prometheus series selector (promql/parser/lex.go and util/strutil/quote.go of Prometheus
// 3). What surprises: an unknown escape such as \d is an error, \' is one inside "...", and \xff may give a
// byte that is not UTF-8 although a raw one is refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k6apm::apm {

enum class SelectorTokenKind {
  end,
  name,
  string,
  open_brace,
  close_brace,
  comma,
  equal,
  not_equal,
  regex,
  not_regex,
};

/// `text` is a name, or the decoded value of a string. `offset` is the token's first byte.
struct SelectorToken {
  SelectorTokenKind kind = SelectorTokenKind::end;
  std::size_t offset = 0;
  std::string text{};
};

class SelectorLexer {
 public:
  explicit SelectorLexer(std::string_view text) : m_text(text) {}

  /// The next token; `end` again and again at the end. Throws SelectorError.
  SelectorToken next();

 private:
  void skip_blanks();
  SelectorToken read_name(bool colon_allowed);
  SelectorToken read_quoted();
  SelectorToken read_raw();
  SelectorToken read_operator();
  void read_escape(std::string& out, char quote);
  unsigned read_digits(std::size_t count, unsigned base, std::size_t escape);
  void copy_code_point(std::string& out);

  std::string_view m_text;
  std::size_t m_at = 0;
  bool m_inside_braces = false;
};

}  // namespace k6apm::apm
