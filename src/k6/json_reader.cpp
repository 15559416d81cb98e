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

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "k6/json_number.hpp"

namespace k6apm::k6 {
namespace {

/// The remembered tag texts of a reader are forgotten beyond this size: a run may have new tags in every
/// line.
constexpr std::size_t k_remembered_bytes = std::size_t{8} * 1024 * 1024;

constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";  // editors add it
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

/// Names that stand in a line as they are, and that the general parser would read alike.
bool is_plain(std::string_view name) {
  const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
  return !name.empty() && std::all_of(name.begin(), name.end(), plain);
}

/// More than two values are as good as two.
void note_value(TagValues& values, const std::string& value) {
  if (values.size() < 2) values.insert(value);
}

/// Tags with the metadata that no tag hides.
series::Tags with_metadata(const series::Tags& tags, const series::Tags& metadata) {
  series::Tags all;
  std::set_union(tags.begin(), tags.end(), metadata.begin(), metadata.end(), std::back_inserter(all),
                 [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

}  // namespace

std::size_t JsonReader::TextHash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

JsonReader::JsonReader(std::span<const series::Rule> rules, series::TimeRange range, MetricTypes& types,
                       std::size_t files)
    : m_rules(rules), m_types(types), m_partial(rules, range), m_tallies(files) {}

void JsonReader::read(const Block& block) {
  m_tally = &m_tallies[block.file];
  m_file = block.file;
  m_sequence = block.sequence;
  m_line_number = 0;
  if (block.kind == BlockKind::overlong_rest) return;
  if (block.kind == BlockKind::overlong_begin) {
    m_line_number = 1;
    count_bad(LineProblem::too_long);
    m_tally->lines.emplace_back(block.sequence, 1);
    return;
  }
  learn_types();
  const char* at = block.text.data();
  const char* const end = at + block.text.size();
  while (at < end) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    m_unterminated = newline == nullptr;
    const char* const stop = m_unterminated ? end : static_cast<const char*>(newline);
    ++m_line_number;
    m_position = block.offset + static_cast<std::uint64_t>(at - block.text.data());
    read_line({at, static_cast<std::size_t>(stop - at)});
    at = stop + 1;
  }
  m_tally->lines.emplace_back(block.sequence, m_line_number);
}

void JsonReader::read_line(std::string_view line) {
  if (line.size() > Block::k_longest_line) return count_bad(LineProblem::too_long);
  if (m_position == 0) take(line, k_byte_order_mark);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (m_unterminated && m_parser.parse(line, m_line) == LineProblem::not_json) m_tally->cut_off = true;
  if (!read_usual_line(line)) read_any_line(line);
}

bool JsonReader::read_usual_line(std::string_view line) {
  std::string_view rest = line;
  if (!take(rest, k_begin)) return false;
  const void* quote = std::memchr(rest.data(), '"', rest.size());
  if (quote == nullptr) return false;
  const std::string_view name(rest.data(),
                              static_cast<std::size_t>(static_cast<const char*>(quote) - rest.data()));
  rest.remove_prefix(name.size());
  if (!take(rest, k_point)) return false;
  Metric* const found = find_usual(name);
  if (found == nullptr) return false;
  if (!found->rules.empty()) return read_usual_point(*found, rest, line);
  found->seen = true;
  ++m_tally->points;
  ++m_tally->k6_lines;
  return true;
}

/// Reads on behind `"type":"Point"`. The line counts only when all of it is right.
bool JsonReader::read_usual_point(Metric& metric, std::string_view rest, std::string_view line) {
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
    take_point(metric, found->second, *time_ns, *value);
    return true;
  }
  if (m_parser.parse(line, m_line) != LineProblem::none || !is_tags_text(key)) return false;
  Path path = make_path(metric);
  take_point(metric, path, *time_ns, *value);
  remember(metric, key, std::move(path));
  return true;
}

/// The part of `text` (tags, and metadata if there is some) that decides where a point goes; empty where the
/// general parser must look.
std::string_view JsonReader::tags_key(const Metric& metric, std::string_view text) const {
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

/// The general way, for whatever line.
void JsonReader::read_any_line(std::string_view line) {
  const LineProblem problem = m_parser.parse(line, m_line);
  if (problem != LineProblem::none) {
    if (is_of_k6(problem)) ++m_tally->k6_lines;
    count_bad(problem == LineProblem::not_json && m_unterminated ? LineProblem::cut_off : problem);
    return;
  }
  if (m_line.kind == JsonLine::Kind::blank) return;
  if (m_line.kind == JsonLine::Kind::metric) {
    ++m_tally->k6_lines;
    m_types.declare(m_line.metric, m_line.type, m_line.contains);
    learn_types();
    return;
  }
  Metric& of = metric(m_line.metric);
  if (of.rules.empty()) {
    of.seen = true;
    ++m_tally->points;
    ++m_tally->k6_lines;
    return;
  }
  Path path = make_path(of);
  take_point(of, path, m_line.time_ns, m_line.value);
}

void JsonReader::take_point(Metric& metric, Path& path, std::int64_t time_ns, double value) {
  metric.seen = true;
  ++m_tally->points;
  ++m_tally->k6_lines;
  if (path.route.empty() || !m_partial.add(path.route, {time_ns, value, m_file, m_position})) return;
  if (path.noted) return;
  path.noted = true;
  note_value(m_test_run_ids, path.test_run_id);
  note_value(m_test_ids, path.test_id);
}

/// Where the point in m_line goes.
JsonReader::Path JsonReader::make_path(Metric& metric) {
  Path path;
  path.test_run_id = series::find_tag(m_line.tags, "test_run_id");
  path.test_id = series::find_tag(m_line.tags, "testid");
  series::Tags asked;
  std::copy_if(m_line.metadata.begin(), m_line.metadata.end(), std::back_inserter(asked),
               [&](const auto& tag) {
                 return std::binary_search(metric.asks_for.begin(), metric.asks_for.end(), tag.first);
               });
  const bool plain = asked.empty();
  path.route = m_partial.route(metric.name, metric.rules,
                               plain ? m_line.tags : with_metadata(m_line.tags, asked), metric.type);
  return path;
}

void JsonReader::remember(Metric& metric, std::string_view key, Path path) {
  constexpr std::size_t k_entry_bytes = 128;  // of the table itself, roughly
  m_remembered_bytes += key.size() + k_entry_bytes;
  if (m_remembered_bytes > k_remembered_bytes) {
    for (auto& [name, other] : m_metrics) other->paths.clear();
    m_remembered_bytes = key.size() + k_entry_bytes;
  }
  metric.paths.emplace(std::string(key), std::move(path));
}

/// The metric of this name if its lines can be read the usual way. Whether it was seen before must not
/// matter: another reader may have seen it. Lines come in a nearly constant cycle of metrics, so the one that
/// followed last time is tried first.
JsonReader::Metric* JsonReader::find_usual(std::string_view name) {
  Metric* found = m_previous == nullptr ? nullptr : m_previous->next;
  if (found == nullptr || found->name != name) {
    if (!is_plain(name)) return nullptr;
    found = &metric(name);
    if (m_previous != nullptr) m_previous->next = found;
  }
  m_previous = found;
  return found;
}

JsonReader::Metric& JsonReader::metric(std::string_view name) {
  const auto entry = m_metrics.find(name);
  if (entry != m_metrics.end()) return *entry->second;
  auto made = std::make_unique<Metric>();
  made->name = name;
  made->rules = m_partial.rules_of(name);
  const std::optional<series::MetricInfo> info = m_types.declared(name);
  if (info) made->type = info->type;
  for (const std::size_t index : made->rules) {
    const std::vector<std::string>& names = m_rules[index].asks_for;
    made->asks_for.insert(made->asks_for.end(), names.begin(), names.end());
  }
  std::sort(made->asks_for.begin(), made->asks_for.end());
  return *m_metrics.emplace(std::string(name), std::move(made)).first->second;
}

/// Types that other readers, or this one, have met since the last time.
void JsonReader::learn_types() {
  const std::uint64_t version = m_types.version();
  if (version == m_types_version) return;
  m_types_version = version;
  for (auto& [name, metric] : m_metrics) {
    if (metric->type || metric->rules.empty()) continue;
    const std::optional<series::MetricInfo> info = m_types.declared(name);
    if (!info) continue;
    metric->type = info->type;
    m_partial.set_type(name, info->type);
  }
}

void JsonReader::count_bad(LineProblem problem) {
  ++m_tally->bad_lines;
  if (m_tally->shown.size() < k_shown_bad_lines)
    m_tally->shown.push_back({m_sequence, m_line_number, problem});
}

std::set<std::string> JsonReader::metrics() const {
  std::set<std::string> names;
  for (const auto& [name, metric] : m_metrics) {
    if (metric->seen) names.insert(name);
  }
  return names;
}

}  // namespace k6apm::k6
