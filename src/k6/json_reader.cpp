// The usual line, as k6 has written it since v0.41, is
//
//   {"metric":"NAME","type":"Point","data":{"time":"TIME","value":NUMBER,"tags":{TAGS},"metadata":{...}}}
//
// without any blank, `metadata` only where there is some. Such a line is read in place: the name leads to the
// metric, a metric that nobody exports ends the matter there, and time and value are parsed where they stand.
// The text of the tags is a key, not something to parse: when it comes for the first time the general parser
// reads (and so checks) the whole line and the route is remembered under that text; from then on it is a
// look-up. Since a text in the table is known to be a valid object, and everything around it is compared byte
// by byte, a line that goes through here would have been read alike by the general parser. Whatever differs
// in the least goes to the general parser.
#include "k6/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "k6/json_number.hpp"

namespace k6apm::k6 {
namespace {

constexpr std::string_view k_begin = R"({"metric":")";
constexpr std::string_view k_point = R"(","type":"Point")";
constexpr std::string_view k_time = R"(,"data":{"time":")";
constexpr std::string_view k_value = R"(","value":)";
constexpr std::string_view k_tags = R"(,"tags":)";
constexpr std::string_view k_metadata = R"(,"metadata":)";

/// Removes `prefix` from the front of `text`, if it is there.
bool take(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || std::memcmp(text.data(), prefix.data(), prefix.size()) != 0)
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Whether `text` is surely a JSON object of strings: no escapes, no control characters, ASCII only, no
/// blanks.
bool is_simple_object(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
  text = text.substr(1, text.size() - 2);
  if (text.empty()) return true;
  int strings = 0;
  while (true) {
    if (text.empty() || text.front() != '"') return false;
    std::size_t end = 1;
    while (end < text.size() && text[end] >= ' ' && text[end] != '"' && text[end] != '\\') ++end;
    if (end == text.size() || text[end] != '"') return false;
    text.remove_prefix(end + 1);
    ++strings;
    if (text.empty()) return strings % 2 == 0;
    if (text.front() != (strings % 2 == 1 ? ':' : ',')) return false;
    text.remove_prefix(1);
  }
}

/// Where the object that begins at the front of `text`, which is valid JSON up to there, ends.
std::size_t object_end(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      while (++at < text.size() && text[at] != '"') {
        if (text[at] == '\\') ++at;
      }
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size() + 1;
}

/// Whether `text` is the tags alone, or the tags and the metadata: nothing in it can speak of anything else.
bool is_tags_text(std::string_view text) {
  const std::size_t end = object_end(text);
  if (end >= text.size()) return end == text.size();
  text.remove_prefix(end);
  return take(text, k_metadata) && text.front() == '{' && object_end(text) == text.size();
}

/// The part of `text` (tags, and metadata if there is some) that decides where a point goes; empty where the
/// general parser must look.
std::string_view tags_key(const Intake::Metric& metric, std::string_view text) {
  const void* const brace = memrchr(text.data(), '{', text.size());
  const auto last_object = static_cast<std::size_t>(static_cast<const char*>(brace) - text.data());
  const std::string_view tags = text.substr(0, last_object);
  if (!tags.ends_with(k_metadata)) return text;
  const std::string_view metadata = text.substr(last_object);
  if (!is_simple_object(metadata)) return {};
  for (const std::string& name : metric.asks_for) {
    if (metadata.find('"' + name + '"') != std::string_view::npos) return text;
  }
  const std::string_view key = tags.substr(0, tags.size() - k_metadata.size());
  // The text of tags and metadata together may be a key of its own; with a second metadata behind it only the
  // last counts.
  return key.find(k_metadata) == std::string_view::npos ? key : std::string_view{};
}

}  // namespace

void JsonReader::read(const Block& block) {
  const char* const begin = block.text.data();
  const char* const end = begin + block.text.size();
  std::uint64_t lines = 0;
  for (const char* at = begin; at < end;) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    m_unterminated = newline == nullptr;
    const char* const stop = m_unterminated ? end : static_cast<const char*>(newline);
    ++lines;
    m_intake.begin_line(static_cast<std::size_t>(at - begin));
    read_line({at, static_cast<std::size_t>(stop - at)});
    at = stop + 1;
  }
  m_intake.end(lines);
}

void JsonReader::read_line(std::string_view line) {
  if (line.size() > Block::k_longest_line) return m_intake.count_bad(LineProblem::too_long);
  if (m_intake.position() == 0) take(line, k_byte_order_mark);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (m_unterminated && m_parser.parse(line, m_line) == LineProblem::not_json)
    m_intake.tally().cut_off = true;
  if (!read_usual_line(line)) read_any_line(line);
}

bool JsonReader::read_usual_line(std::string_view line) {
  std::string_view rest = line;
  if (!take(rest, k_begin)) return false;
  Intake::Metric* found = m_intake.expected_metric(rest, '"');
  std::string_view name;
  if (found != nullptr) {
    name = found->name;
  } else {
    const void* quote = std::memchr(rest.data(), '"', rest.size());
    if (quote == nullptr) return false;
    name = rest.substr(0, static_cast<std::size_t>(static_cast<const char*>(quote) - rest.data()));
  }
  rest.remove_prefix(name.size());
  if (!take(rest, k_point)) return false;
  if (found == nullptr) found = m_intake.usual_metric(name);
  if (found == nullptr) return false;
  if (!found->rules.empty()) return read_usual_point(*found, rest, line);
  m_intake.pass_over(*found);
  return true;
}

/// Reads on behind `"type":"Point"`. The line counts only when all of it is right.
bool JsonReader::read_usual_point(Intake::Metric& metric, std::string_view rest, std::string_view line) {
  if (!take(rest, k_time)) return false;
  const void* quote = std::memchr(rest.data(), '"', rest.size());
  if (quote == nullptr) return false;
  const std::string_view time_text(rest.data(),
                                   static_cast<std::size_t>(static_cast<const char*>(quote) - rest.data()));
  const std::optional<std::int64_t> time_ns = m_times.parse(time_text);
  rest.remove_prefix(time_text.size());
  if (!time_ns || !take(rest, k_value)) return false;
  const char* at = rest.data();
  const std::optional<double> value = parse_json_number(&at, rest.data() + rest.size());
  if (!value || !std::isfinite(*value)) return false;
  rest.remove_prefix(static_cast<std::size_t>(at - rest.data()));
  if (!take(rest, k_tags) || rest.size() < 4 || rest.front() != '{' || !rest.ends_with("}}}")) return false;
  const std::string_view key = tags_key(metric, rest.substr(0, rest.size() - 2));
  if (key.empty()) return false;
  const auto found = metric.paths.find(key);
  if (found != metric.paths.end()) {
    m_intake.take_point(metric, found->second, *time_ns, *value);
    return true;
  }
  if (m_parser.parse(line, m_line) != LineProblem::none || !is_tags_text(key)) return false;
  Intake::Path path = m_intake.make_path(metric, m_line);
  m_intake.take_point(metric, path, *time_ns, *value);
  m_intake.remember(metric, key, std::move(path));
  return true;
}

/// The general way, for whatever line.
void JsonReader::read_any_line(std::string_view line) {
  const LineProblem problem = m_parser.parse(line, m_line);
  if (problem == LineProblem::none) return m_intake.take_line(m_line);
  m_intake.count_bad(problem == LineProblem::not_json && m_unterminated ? LineProblem::cut_off : problem);
}

}  // namespace k6apm::k6
