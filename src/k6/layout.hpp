// Where the content of one input may be cut into blocks: at line ends of JSON, at row ends of CSV, and before
// a header that changes the columns. What the format is, the first line of k6's tells; text of the console
// may stand before it. A partial result is cut between its fields.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "k6/csv_columns.hpp"
#include "k6/line.hpp"
#include "k6/partial_fields.hpp"

namespace k6apm::k6 {

/// Of one input. For one thread.
class Layout {
 public:
  /// New columns go to `known`, which outlives what is cut; equal headers share one entry. What is longer
  /// than `longest` bytes is no row.
  Layout(std::list<CsvColumns>& known, std::size_t longest) : m_known(&known), m_longest(longest) {}

  /// How many bytes of `text` make up the next block, 0 where more text is needed to tell. `text` goes on
  /// where the last block ended; `ended` says that nothing follows it.
  std::size_t cut(std::string_view text, bool ended);

  /// Of the block that cut() found; null for JSON, and for text before the header.
  const CsvColumns* columns() const { return m_columns; }

  Format format() const {
    return m_fields ? Format::partial : m_columns == nullptr ? Format::json : Format::csv;
  }

  /// Whether it is known by now that every newline, and nothing else, ends a line.
  bool cuts_at_newlines() const { return m_state == State::json; }

  /// What is wrong with a partial result; empty where it is whole.
  std::string damage() const { return m_fields ? m_fields->damage() : std::string(); }

 private:
  enum class State { unknown, json, csv, partial };

  std::size_t cut_unknown(std::string_view text, bool ended);
  std::size_t cut_csv(std::string_view text, bool ended);
  std::size_t next_header(std::string_view text, std::size_t from) const;
  void adopt(std::string_view header);

  std::list<CsvColumns>* m_known;
  std::size_t m_longest;
  State m_state = State::unknown;
  const CsvColumns* m_columns = nullptr;
  std::optional<PartialFields> m_fields{};
  bool m_at_start = true;
};

}  // namespace k6apm::k6
