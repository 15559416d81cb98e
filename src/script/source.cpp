#include "script/source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/utf8.hpp"

namespace k6apm::script {

namespace {

constexpr std::size_t mark_distance = 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

Source::Source(std::string_view text, std::string name) : m_text(text), m_name(std::move(name)) {
  if (m_text.substr(0, byte_order_mark.size()) == byte_order_mark)
    m_text.remove_prefix(byte_order_mark.size());
  if (m_text.size() > max_bytes) {
    throw Error(ExitStatus::usage,
                fmt::format("is larger than {} MiB, which no options file is", max_bytes / 1024 / 1024), {},
                Location{m_name, 0, 0});
  }
  m_marks.reserve(m_text.size() / mark_distance + 1);
  Mark mark{1, 1};
  for (std::size_t i = 0; i < m_text.size(); ++i) {
    if (i % mark_distance == 0) m_marks.push_back(mark);
    step(mark, i);
  }
  if (m_text.size() % mark_distance == 0) m_marks.push_back(mark);
}

// Moves over the byte at `offset`.
void Source::step(Mark& mark, std::size_t offset) const {
  const char c = m_text[offset];
  const bool is_carriage_return_before_lf =
      c == '\r' && offset + 1 < m_text.size() && m_text[offset + 1] == '\n';
  if (c == '\n' || (c == '\r' && !is_carriage_return_before_lf)) {
    mark = {mark.line + 1, 1};
  } else if (offset + 1 >= m_text.size() || text::begins_code_point(m_text[offset + 1])) {
    ++mark.column;
  }
}

Location Source::at(std::size_t offset) const {
  offset = std::min(offset, m_text.size());
  Mark mark = m_marks[offset / mark_distance];
  for (std::size_t i = offset / mark_distance * mark_distance; i < offset; ++i) step(mark, i);
  return {m_name, mark.line, mark.column};
}

Error Source::error(std::size_t offset, std::string text, std::string hint) const {
  return {ExitStatus::usage, std::move(text), std::move(hint), at(offset)};
}

std::string cleaned(std::string_view text, std::size_t limit) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    if (count == limit) return out + "...";
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[i]));
    const std::size_t length = text::utf8_length(text, i);
    const bool is_c1_control = byte == 0xC2 && length == 2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (is_c1_control) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(text[i + 1])));
    } else {
      out += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

}  // namespace k6apm::script
