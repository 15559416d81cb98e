#include "k6/csv_fields.hpp"

#include <algorithm>

#include "k6/csv_time.hpp"

namespace k6apm::k6 {
namespace {

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// Where a quoted field that begins at `at` ends: behind its closing quote; npos where that is not there.
std::size_t quoted_end(std::string_view text, std::size_t at) {
  for (std::size_t quote = text.find('"', at + 1); quote != std::string_view::npos;
       quote = text.find('"', quote + 2)) {
    if (quote + 1 == text.size() || text[quote + 1] != '"') return quote + 1;
  }
  return std::string_view::npos;
}

/// A walk over the fields of one row.
struct Walk {
  enum class Stop {
    newline,    ///< the row ends with one
    text_end,   ///< the text ends, between two fields or in one without quotes
    in_quotes,  ///< the text ends in a quoted field
    wrong       ///< something follows a quoted field
  };
  Stop stop = Stop::wrong;
  std::size_t end = 0;  ///< behind the row and its newline
  std::size_t fields = 1;
};

Walk walk_row(std::string_view text) {
  Walk walk;
  for (std::size_t at = 0;; ++at, ++walk.fields) {
    if (at < text.size() && text[at] == '"') {
      at = quoted_end(text, at);
      if (at == std::string_view::npos) return {Walk::Stop::in_quotes, text.size(), walk.fields};
      if (text.substr(at).starts_with("\r\n") || text.substr(at) == "\r") ++at;
    } else {
      at = text.find_first_of(",\n", at);
    }
    if (at >= text.size()) return {Walk::Stop::text_end, text.size(), walk.fields};
    if (text[at] == '\n') return {Walk::Stop::newline, at + 1, walk.fields};
    if (text[at] != ',') return {Walk::Stop::wrong, at, walk.fields};
  }
}

/// Whether every quoted field of `line` is right and ends on it.
bool closes_quotes(std::string_view line) {
  for (std::size_t at = line.find('"'); at != std::string_view::npos;) {
    if (at > 0 && line[at - 1] != ',') {  // in a field without quotes
      at = line.find('"', std::min(line.find(',', at), line.size()));
      continue;
    }
    const std::size_t end = quoted_end(line, at);
    if (end == std::string_view::npos) return false;
    if (end < line.size() && line[end] != ',') return line.substr(end) == "\r";
    at = line.find('"', end);
  }
  return true;
}

}  // namespace

bool CsvFields::next_quoted() {
  const std::size_t end = quoted_end(m_rest, 0);
  if (end == std::string_view::npos || (end < m_rest.size() && m_rest[end] != ',')) {
    m_wrong = true;
    return false;
  }
  m_value.clear();
  for (std::size_t at = 1; at + 1 < end; ++at) {
    m_value += m_rest[at];
    if (m_rest[at] == '"') ++at;
  }
  m_ended = end == m_rest.size();
  m_rest.remove_prefix(m_ended ? end : end + 1);
  return true;
}

bool CsvFields::next() {
  if (m_ended) return false;
  if (!m_rest.empty() && m_rest.front() == '"') return next_quoted();
  const std::size_t comma = m_rest.find(',');
  m_ended = comma == std::string_view::npos;
  m_value = m_rest.substr(0, comma);
  m_rest.remove_prefix(m_ended ? m_rest.size() : comma + 1);
  return true;
}

bool begins_csv_row(std::string_view line) {
  line = first_line(line);
  CsvFields fields(line);
  if (!fields.next() || fields.value().empty()) return false;
  const std::string_view rest = fields.rest();
  const std::size_t comma = rest.find(',');
  return comma != std::string_view::npos && parse_csv_time(rest.substr(0, comma)).has_value();
}

CsvExtent csv_extent(std::string_view text, std::size_t columns, std::size_t longest, bool ended) {
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos && !ended) return {0, true, false};
  const std::size_t first_line = newline == std::string_view::npos ? text.size() : newline + 1;
  if (first_line > longest || closes_quotes(text.substr(0, newline)) || !begins_csv_row(text))
    return {first_line, false, false};
  const bool all_seen = ended || text.size() > longest;  // more text would change nothing
  const Walk walk = walk_row(text.substr(0, longest));
  const bool open = walk.stop == Walk::Stop::in_quotes || walk.stop == Walk::Stop::text_end;
  if (open && !all_seen) return {0, true, false};
  const bool ends = walk.stop == Walk::Stop::newline ||
                    (walk.stop == Walk::Stop::text_end && ended && text.size() <= longest);
  const bool right = ends && (walk.end <= first_line || walk.fields == columns);
  return {right ? walk.end : first_line, false, !right};
}

}  // namespace k6apm::k6
