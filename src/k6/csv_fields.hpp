// Rows and fields of CSV as Go's encoding/csv writes them (RFC 4180): a field that begins with a quote goes
// to the next single quote, newlines and all; two quotes are one. Anywhere else a quote is a character as any
// other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k6apm::k6 {

/// The fields of one row, one after the other.
class CsvFields {
 public:
  /// `row` is without its line end.
  explicit CsvFields(std::string_view row) : m_rest(row) {}

  /// Goes to the next field; false when there is none, or its quotes are wrong().
  bool next();

  /// Without quotes; valid until next().
  const std::string& value() const { return m_value; }

  /// Whether a quoted field is not closed, or something other than a comma follows it.
  bool wrong() const { return m_wrong; }

  /// What follows the field that next() went to.
  std::string_view rest() const { return m_rest; }

 private:
  bool next_quoted();

  std::string_view m_rest;
  std::string m_value{};
  bool m_ended = false;
  bool m_wrong = false;
};

/// Whether a line begins as a row of k6's CSV does: with a name and a time, which can be read, and a comma
/// behind each.
bool begins_csv_row(std::string_view line);

/// How far a row reaches, which may span several lines.
struct CsvExtent {
  std::size_t bytes = 0;    ///< up to and with its newline
  bool incomplete = false;  ///< more text is needed to tell
  bool broken = false;      ///< its quotes are wrong: `bytes` is that of the first line
};

/// The row that begins at the front of `text`. A row of several lines counts as one where its quotes are
/// right and it has `columns` fields; else, and where it does not begin as a row does, its first line stands
/// alone. What is longer than `longest` bytes is broken. Without `ended` more text may follow.
CsvExtent csv_extent(std::string_view text, std::size_t columns, std::size_t longest, bool ended);

}  // namespace k6apm::k6
