// The usual line, as k6 has written it since v0.41, is
//
//   {"metric":"NAME","type":"Point","data":{"time":"TIME","value":NUMBER,"tags":{TAGS},"metadata":{...}}}
//
// without any blank, `metadata` only where there is some. Such a line is read in place: the name leads to the
// metric, a metric that nobody exports ends the matter there, and time and value are parsed where they stand.
// The text of the tags is a key, not something to parse: when it comes for the first time the general parser
// reads (and so checks) the whole line and the path is remembered under that text; from then on it is a
// look-up. Since a text in the table is known to be a valid object, and everything around it is compared byte
// by byte, a line that goes through here would have been read alike by the general parser. Whatever differs
// in the least goes to the general parser.
//
// Where tags are new in every line (URLs, `vu`, `iter`) no such text comes twice. But mostly few tags decide,
// those that are kept or asked for, and their members alone, as they stand in the line, are a second key.
// They are picked out of objects of simple strings only, where a quote is always the end of a string; so such
// a key stands for one list of deciding tags in the order of the line, whatever is between them, and a path
// depends on nothing else. Whether whole texts come again is tried from time to time; while they mostly do
// not, the second key is looked up first and no whole texts are kept. What is known of a text is kept for the
// next line: those of one request all have the same, so one look-up serves them all, and where the text
// stands there again it tells where the line ends, too.
#include "k6/json_reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "k6/json_number.hpp"

namespace k6apm::k6 {
namespace {

constexpr Intake::LineForm k_form = {R"({"metric":")", R"(","type":"Point")"};
constexpr std::string_view k_time = R"(,"data":{"time":")";
constexpr std::string_view k_value = R"(","value":)";
constexpr std::string_view k_tags = R"(,"tags":)";
constexpr std::string_view k_metadata = R"(,"metadata":)";
constexpr std::string_view k_end = "}}\n";  ///< behind tags and metadata

/// Removes `prefix` from the front of `text`, if it is there.
bool take(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || std::memcmp(text.data(), prefix.data(), prefix.size()) != 0)
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_simple(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= ' ' && byte < 0x80 && c != '"' && c != '\\';
}

/// How many simple characters `text` begins with. Eight at a time: the top bit of each byte of `special` says
/// that the byte is not simple, exactly up to the first.
std::size_t simple_length(std::string_view text) {
  constexpr std::uint64_t k_each = 0x0101010101010101;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    const std::uint64_t quotes = word ^ (k_each * '"');
    const std::uint64_t backslashes = word ^ (k_each * '\\');
    const std::uint64_t special =
        ((quotes - k_each) | (backslashes - k_each) | (word - k_each * ' ') | word) & (k_each * 0x80);
    if (special == 0) continue;
    if constexpr (std::endian::native == std::endian::little)
      at += static_cast<std::size_t>(std::countr_zero(special)) / 8;
    break;
  }
  while (at < text.size() && is_simple(text[at])) ++at;
  return at;
}

/// Removes a string of simple characters, quotes and all, from the front of `text`; what is in the quotes, or
/// nothing where there is none.
std::optional<std::string_view> take_simple_string(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  const std::size_t length = simple_length(text.substr(1));
  if (length + 1 >= text.size() || text[length + 1] != '"') return std::nullopt;
  const std::string_view value = text.substr(1, length);
  text.remove_prefix(length + 2);
  return value;
}

/// Removes an object of simple strings without blanks from the front of `text`, and adds the members with one
/// of `names` to `found`, as they stand there. False where there is none.
bool take_simple_object(std::string_view& text, const std::vector<std::string>& names, std::string& found) {
  found += '{';
  if (!take(text, "{")) return false;
  if (take(text, "}")) return true;
  while (true) {
    const char* const member = text.data();
    const std::optional<std::string_view> name = take_simple_string(text);
    if (!name || !take(text, ":") || !take_simple_string(text)) return false;
    if (std::find(names.begin(), names.end(), *name) != names.end())
      found.append(member, static_cast<std::size_t>(text.data() - member));
    if (take(text, "}")) return true;
    if (!take(text, ",")) return false;
  }
}

/// The members of `text` (tags, and metadata if there is some) that decide, into `found`; empty where these
/// cannot be told.
void find_deciding(std::string_view text, const std::vector<std::string>& names, std::string& found) {
  found.clear();
  bool simple = take_simple_object(text, names, found);
  if (simple && take(text, k_metadata)) simple = take_simple_object(text, names, found);
  if (!simple || !text.empty()) found.clear();
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
/// general parser must look. Metadata count where they have one of `names`.
std::string_view whole_text_of(std::string_view text, const std::vector<std::string>& names) {
  const void* const brace = memrchr(text.data(), '{', text.size());
  const auto last_object = static_cast<std::size_t>(static_cast<const char*>(brace) - text.data());
  const std::string_view tags = text.substr(0, last_object);
  if (!tags.ends_with(k_metadata)) return text;
  std::string_view metadata = text.substr(last_object);
  std::string found;
  if (!take_simple_object(metadata, names, found) || !metadata.empty()) return {};
  if (found != "{") return text;
  const std::string_view key = tags.substr(0, tags.size() - k_metadata.size());
  // The text of tags and metadata together may be a key of its own; with a second metadata behind it only the
  // last counts.
  return key.find(k_metadata) == std::string_view::npos ? key : std::string_view{};
}

/// The tags and metadata at the front of `rest`, which is what a line has behind `"tags":`; empty where these
/// do not end the line.
std::string_view tags_of(std::string_view rest) {
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (rest.size() < 4 || rest.front() != '{' || !rest.ends_with("}}}")) return {};
  return rest.substr(0, rest.size() - 2);
}

/// Whether nothing more has to be known of a line than that it is a usual one of `metric`, up to the type.
bool is_passed_over(const Intake::Metric* metric, std::size_t line_bytes) {
  return metric != nullptr && metric->rules.empty() && line_bytes <= Block::k_longest_line;
}

}  // namespace

void JsonReader::read(const Block& block) {
  const char* const begin = block.text.data();
  const char* const end = begin + block.text.size();
  std::uint64_t lines = 0;
  std::uint64_t told = 0;  // of these to the intake
  m_intake.expect(k_form);
  m_tags = {};
  for (const char* at = begin; at < end;) {
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    Intake::Metric* const expected = m_intake.expected_metric(rest);
    const char* const line = at;
    ++lines;
    const bool wanted = expected != nullptr && !expected->rules.empty();
    if (wanted) {
      m_intake.begin_line(static_cast<std::size_t>(line - begin), lines - std::exchange(told, lines));
      at = read_expected_point(*expected, rest);
      if (at != nullptr) continue;
    }
    const char* const from = expected == nullptr ? line : line + expected->line_begin.size();
    const auto* const newline =
        static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
    at = newline == nullptr ? end : newline + 1;
    if (newline != nullptr && is_passed_over(expected, static_cast<std::size_t>(newline - line))) {
      m_intake.pass_over(*expected);
      continue;
    }
    m_unterminated = newline == nullptr;
    if (!wanted)
      m_intake.begin_line(static_cast<std::size_t>(line - begin), lines - std::exchange(told, lines));
    const char* const stop = m_unterminated ? end : newline;
    read_line({line, static_cast<std::size_t>(stop - line)}, expected);
  }
  m_intake.end(lines);
}

/// `metric` is that of the line where it is known, and the line a usual one up to the type.
void JsonReader::read_line(std::string_view line, Intake::Metric* metric) {
  if (line.size() > Block::k_longest_line) return m_intake.count_bad(LineProblem::too_long);
  if (m_intake.position() == 0) take(line, k_byte_order_mark);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (m_unterminated && m_parser.parse(line, m_line) == LineProblem::not_json)
    m_intake.tally().cut_off = true;
  if (!read_usual_line(line, metric)) read_any_line(line);
}

bool JsonReader::read_usual_line(std::string_view line, Intake::Metric* metric) {
  if (metric == nullptr) metric = usual_metric(line);
  if (metric == nullptr) return false;
  if (!metric->rules.empty()) return read_usual_point(*metric, line.substr(metric->line_begin.size()), line);
  m_intake.pass_over(*metric);
  return true;
}

/// The metric of a usual line, whatever came before.
Intake::Metric* JsonReader::usual_metric(std::string_view line) {
  if (!take(line, k_form.before)) return nullptr;
  const std::string_view name = line.substr(0, line.find('"'));
  line.remove_prefix(name.size());
  return take(line, k_form.behind) ? m_intake.usual_metric(name) : nullptr;
}

/// Removes `,"data":{"time":"TIME","value":NUMBER,"tags":` from the front of `text`. Nothing where it does
/// not begin so; where it does, what is removed is of one line.
std::optional<JsonReader::Reading> JsonReader::take_reading(std::string_view& text) {
  if (!take(text, k_time)) return std::nullopt;
  const void* quote = std::memchr(text.data(), '"', text.size());
  if (quote == nullptr) return std::nullopt;
  const std::string_view time_text(text.data(),
                                   static_cast<std::size_t>(static_cast<const char*>(quote) - text.data()));
  const std::optional<std::int64_t> time_ns = m_times.parse(time_text);
  text.remove_prefix(time_text.size());
  if (!time_ns || !take(text, k_value)) return std::nullopt;
  const char* at = text.data();
  const std::optional<double> value = parse_json_number(&at, text.data() + text.size());
  if (!value || !std::isfinite(*value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(at - text.data()));
  if (!take(text, k_tags)) return std::nullopt;
  return Reading{*time_ns, *value};
}

/// Reads the line of `metric` that `text` begins with, as far as the type known to be a usual one: where the
/// next line begins, or null where it is not usual after all, or has no end. The end is looked for behind the
/// number only, and not at all where the tags of the line before stand there again.
const char* JsonReader::read_expected_point(Intake::Metric& metric, std::string_view text) {
  std::string_view rest = text.substr(metric.line_begin.size());
  const std::optional<Reading> reading = take_reading(rest);
  if (!reading) return nullptr;
  std::string_view tags = m_tags.text;
  if (!tags.empty() && rest.starts_with(tags) && rest.substr(tags.size()).starts_with(k_end)) {
    rest = rest.substr(0, tags.size() + k_end.size() - 1);
  } else {
    const std::size_t length = rest.find('\n');
    if (length == std::string_view::npos) return nullptr;
    rest = rest.substr(0, length);
    tags = tags_of(rest);
  }
  const char* const end = rest.data() + rest.size();
  const std::string_view line(text.data(), static_cast<std::size_t>(end - text.data()));
  const bool read = line.size() <= Block::k_longest_line && take_point(metric, *reading, tags, line);
  return read ? end + 1 : nullptr;
}

/// Reads on behind `"type":"Point"`. The line counts only when all of it is right.
bool JsonReader::read_usual_point(Intake::Metric& metric, std::string_view rest, std::string_view line) {
  const std::optional<Reading> reading = take_reading(rest);
  return reading && take_point(metric, *reading, tags_of(rest), line);
}

bool JsonReader::take_point(Intake::Metric& metric, const Reading& reading, std::string_view tags,
                            std::string_view line) {
  if (tags.empty()) return false;
  see_tags(tags, *metric.deciding);
  if (Intake::Path* const path = known_path(metric)) {
    m_intake.take_point(metric, *path, reading.time_ns, reading.value);
    return true;
  }
  return learn_path(metric, line, reading.time_ns, reading.value);
}

void JsonReader::see_tags(std::string_view text, Intake::Deciding& deciding) {
  const bool known = text.data() == m_tags.text.data() && text.size() == m_tags.text.size();
  if (m_tags.deciding == &deciding && (known || text == m_tags.text)) return;
  m_tags = {text, &deciding};
}

std::string_view JsonReader::whole_text() {
  if (!m_tags.whole) m_tags.whole = whole_text_of(m_tags.text, m_tags.deciding->names);
  return *m_tags.whole;
}

std::string_view JsonReader::deciding_text() {
  if (!m_tags.found) {
    m_found.clear();
    if (!m_tags.deciding->all_tags) find_deciding(m_tags.text, m_tags.deciding->names, m_found);
    m_tags.found = m_found;
  }
  return *m_tags.found;
}

/// What is known of the whole text. Where there is no metadata in it, it stands in the table as it is.
Intake::Paths* JsonReader::find_whole() {
  Intake::PathsByText& paths = m_tags.deciding->by_whole;
  Intake::Paths* const recent = paths.find_recent(m_tags.text);
  return recent != nullptr ? recent : paths.find(whole_text());
}

/// Where a point of `metric` with the tags just seen goes, if lines before tell.
Intake::Path* JsonReader::known_path(const Intake::Metric& metric) {
  if (m_tags.by_whole != nullptr) {
    if (Intake::Path* const path = m_tags.by_whole->of(metric)) return path;
  }
  if (!m_tags.whole_first) m_tags.whole_first = m_whole_texts.worth_a_try() || deciding_text().empty();
  if (*m_tags.whole_first && m_tags.by_whole == nullptr) {
    m_tags.by_whole = find_whole();
    m_whole_texts.note(m_tags.by_whole != nullptr);
    if (m_tags.by_whole != nullptr) {
      if (Intake::Path* const path = m_tags.by_whole->of(metric)) return path;
    }
  }
  if (deciding_text().empty()) return nullptr;
  if (m_tags.by_deciding == nullptr) m_tags.by_deciding = m_tags.deciding->by_deciding.find(deciding_text());
  Intake::Path* const path = m_tags.by_deciding == nullptr ? nullptr : m_tags.by_deciding->of(metric);
  if (path == nullptr || !*m_tags.whole_first) return path;
  m_tags.by_deciding = nullptr;  // all may be forgotten now
  m_tags.by_whole = &m_intake.remember(m_tags.deciding->by_whole, whole_text(), metric, *path);
  return m_tags.by_whole->of(metric);
}

/// Reads the line by the general parser, and remembers where its point goes.
bool JsonReader::learn_path(Intake::Metric& metric, std::string_view line, std::int64_t time_ns,
                            double value) {
  const bool by_deciding = !deciding_text().empty();
  const std::string_view key = by_deciding ? deciding_text() : whole_text();
  if (key.empty() || m_parser.parse(line, m_line) != LineProblem::none) return false;
  if (!by_deciding && !is_tags_text(key)) return false;
  Intake::Path path = m_intake.make_path(metric, m_line);
  m_intake.take_point(metric, path, time_ns, value);
  Intake::Deciding& deciding = *m_tags.deciding;
  m_tags.by_whole = m_tags.by_deciding = nullptr;  // all may be forgotten now
  Intake::Paths& paths =
      m_intake.remember(by_deciding ? deciding.by_deciding : deciding.by_whole, key, metric, std::move(path));
  (by_deciding ? m_tags.by_deciding : m_tags.by_whole) = &paths;
  return true;
}

/// The general way, for whatever line.
void JsonReader::read_any_line(std::string_view line) {
  const LineProblem problem = m_parser.parse(line, m_line);
  if (problem == LineProblem::none) return m_intake.take_line(m_line);
  m_intake.count_bad(problem == LineProblem::not_json && m_unterminated ? LineProblem::cut_off : problem);
}

}  // namespace k6apm::k6
