// Looking for quotes and headers in every block costs little beside reading it: both searches run at the
// speed of memory, and most results have neither.
#include "k6/layout.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "k6/csv_fields.hpp"

namespace k6apm::k6 {
namespace {

constexpr std::size_t k_nowhere = std::string_view::npos;

/// The line that begins at `at`, without its line end.
std::string_view line_at(std::string_view text, std::size_t at) {
  std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_k6_json(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != k_nowhere && line[first] == '{' && line.find("\"metric\"") != k_nowhere &&
         line.find("\"data\"") != k_nowhere;
}

/// Behind the last newline in [from, end of text); `from` where there is none.
std::size_t behind_last_newline(std::string_view text, std::size_t from) {
  const std::size_t newline = text.substr(from).rfind('\n');
  return newline == k_nowhere ? from : from + newline + 1;
}

std::size_t through_whole_lines(std::string_view text, std::size_t from, bool ended) {
  return ended ? text.size() : behind_last_newline(text, from);
}

}  // namespace

std::size_t Layout::cut(std::string_view text, bool ended) {
  std::size_t bytes = 0;
  if (m_state == State::unknown && m_at_start && !text.empty()) {
    if (!ended && text.size() < k_partial_magic.size() && k_partial_magic.starts_with(text)) return 0;
    if (text.starts_with(k_partial_magic)) {
      m_state = State::partial;
      m_fields.emplace(m_longest / 2);  // with room for key and length
    }
  }
  if (m_state == State::partial) bytes = m_fields->cut(text, ended);
  if (m_state == State::unknown) bytes = cut_unknown(text, ended);
  if (m_state == State::json) bytes = through_whole_lines(text, 0, ended);
  if (m_state == State::csv) bytes = cut_csv(text, ended);
  if (bytes > 0) m_at_start = false;
  return bytes;
}

/// Lines of text up to the first that tells the format. Where that is the first line the state changes.
std::size_t Layout::cut_unknown(std::string_view text, bool ended) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    if (newline == k_nowhere && !ended) return at;
    std::string_view line = line_at(text, at);
    if (m_at_start && at == 0 && line.starts_with(k_byte_order_mark))
      line.remove_prefix(k_byte_order_mark.size());
    if (is_csv_header(line)) {
      if (at > 0) return at;
      adopt(line);
      m_state = State::csv;
      return 0;
    }
    if (is_k6_json(line)) {
      m_state = State::json;
      return 0;
    }
    at = newline == k_nowhere ? text.size() : newline + 1;
  }
  return text.size();
}

/// Where the next header begins that changes the columns, at or behind `from`, which is the beginning of a
/// line.
std::size_t Layout::next_header(std::string_view text, std::size_t from) const {
  static const std::string k_header_behind_newline = "\n" + std::string(k_csv_header);
  for (std::size_t at = from; at != k_nowhere && at < text.size();) {
    const std::string_view line = text.substr(at).starts_with(k_csv_header) ? line_at(text, at) : "";
    if (is_csv_header(line) && line != m_columns->header) return at;
    const void* const next = memmem(text.data() + at, text.size() - at, k_header_behind_newline.data(),
                                    k_header_behind_newline.size());
    if (next == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(next) - text.data()) + 1;
  }
  return k_nowhere;
}

std::size_t Layout::cut_csv(std::string_view text, bool ended) {
  std::size_t header = next_header(text, 0);
  if (header == 0) {
    if (!ended && text.find('\n') == k_nowhere) return 0;
    adopt(line_at(text, 0));
    header = next_header(text, 0);
  }
  for (std::size_t at = 0;;) {
    const std::size_t quote = text.find('"', at);
    const std::size_t line =
        quote == k_nowhere ? text.size() : behind_last_newline(text.substr(0, quote), at);
    if (header <= line) return header;
    if (quote == k_nowhere) return through_whole_lines(text, at, ended);
    const CsvExtent row = csv_extent(text.substr(line), m_columns->count(), m_longest, ended);
    if (row.incomplete) return line;
    at = line + row.bytes;
    if (header < at) header = next_header(text, at);
    if (at == text.size()) return at;
  }
}

void Layout::adopt(std::string_view header) {
  const auto found =
      std::find_if(m_known->begin(), m_known->end(), [&](const CsvColumns& c) { return c.header == header; });
  m_columns = found != m_known->end() ? &*found : &m_known->emplace_back(read_csv_header(header));
}

}  // namespace k6apm::k6
