// The text of an options file, with line and column of every byte, and what messages may quote of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace k6apm::script {

/// Keeps a view of `text`, which must outlive it. A UTF-8 byte order mark at the start is no part of the
/// text.
class Source {
 public:
  /// Throws Error where the text is larger than max_bytes.
  Source(std::string_view text, std::string name);

  static constexpr std::size_t max_bytes = 16UL * 1024 * 1024;

  std::string_view text() const { return m_text; }
  const std::string& name() const { return m_name; }

  /// Line and column of a byte, both from 1; columns count code points. Lines end at LF, CR LF or CR.
  Location at(std::size_t offset) const;

  /// The error that the text is wrong at `offset` (ExitStatus::usage).
  Error error(std::size_t offset, std::string text, std::string hint = {}) const;

 private:
  struct Mark {
    std::size_t line;
    std::size_t column;
  };
  void step(Mark& mark, std::size_t offset) const;

  std::string_view m_text;
  std::string m_name;
  std::vector<Mark> m_marks{};  // of every mark_distance-th byte, so that a lookup never reads a long line
};

/// `text` fit for a message: control characters escaped, what is not UTF-8 replaced, cut after `limit` code
/// points.
std::string cleaned(std::string_view text, std::size_t limit = 80);

}  // namespace k6apm::script
