// What strings do with regular expressions (ECMA-262, 22.1.3 and 22.2.6).
#include "evaluation/natives.hpp"
#include "evaluation/regex.hpp"

namespace k6apm::evaluation {

namespace {

// The expression that an argument is, and a text of which it is sure.
const Regex& regex_in(Evaluator& ev, const JsValue& value, const std::string& text, Place place) {
  const JsObject* object = value.object();
  if (object == nullptr || object->regex == nullptr || !Regex::is_sure_of(text))
    throw NotKnown{ev.unknown(place).cause()};
  return *object->regex;
}

std::vector<Regex::Match> all_matches(Evaluator& ev, const Regex& regex, const std::string& text,
                                      bool only_first) {
  std::vector<Regex::Match> matches;
  std::size_t from = 0;
  while (from <= text.size()) {
    ev.charge(1 + (text.size() - from) / 16);
    Regex::Match match = regex.find(text, from);
    if (match.empty()) break;
    const auto [begin, end] = *match.front();
    from = end > begin ? end : end + 1;
    matches.push_back(std::move(match));
    if (only_first) break;
  }
  return matches;
}

JsValue group_text(Evaluator& ev, const std::string& text, const Regex::Match::value_type& group,
                   Place place) {
  if (!group) return {{}, place};
  return ev.text(text.substr(group->first, group->second - group->first), place);
}

JsValue test(Evaluator& ev, const NativeCall& c) {
  const std::string text = text_argument(ev, c, 0);
  const Regex& regex = regex_in(ev, c.self, text, c.place);
  if (regex.is_global()) throw NotKnown{ev.unknown(c.place).cause()};  // it would remember where it was
  return ev.boolean(!regex.find(text, 0).empty(), c.place);
}

}  // namespace

bool is_regex(const JsValue& value) { return value.object() != nullptr && value.object()->regex != nullptr; }

JsValue replace_matches(Evaluator& ev, const NativeCall& c, const std::string& text) {
  const Regex& regex = regex_in(ev, c.argument(0), text, c.place);
  const std::string now = text_argument(ev, c, 1);
  if (now.find('$') != std::string::npos) throw NotKnown{ev.unknown(c.place).cause()};
  std::string out;
  std::size_t at = 0;
  for (const Regex::Match& match : all_matches(ev, regex, text, !regex.is_global())) {
    ev.charge_bytes(now.size());
    out.append(text, at, match.front()->first - at).append(now);
    at = match.front()->second;
  }
  return ev.text(out.append(text, at), c.place);
}

JsValue split_at_matches(Evaluator& ev, const NativeCall& c, const std::string& text) {
  const Regex& regex = regex_in(ev, c.argument(0), text, c.place);
  std::vector<JsValue> parts;
  std::size_t at = 0;
  for (const Regex::Match& match : all_matches(ev, regex, text, false)) {
    const auto [begin, end] = *match.front();
    if (begin == end || regex.groups() > 0) throw NotKnown{ev.unknown(c.place).cause()};
    parts.push_back(ev.text(text.substr(at, begin - at), c.place));
    at = end;
  }
  parts.push_back(ev.text(text.substr(at), c.place));
  return ev.new_array(std::move(parts), c.place);
}

JsValue match_regex(Evaluator& ev, const NativeCall& c) {
  const std::string text = text_of_self(ev, c);
  const Regex& regex = regex_in(ev, c.argument(0), text, c.place);
  const auto matches = all_matches(ev, regex, text, !regex.is_global());
  if (matches.empty()) return {JsNull{}, c.place};
  if (regex.repeats_groups() && !regex.is_global()) throw NotKnown{ev.unknown(c.place).cause()};
  std::vector<JsValue> out;
  if (regex.is_global()) {
    for (const Regex::Match& match : matches) out.push_back(group_text(ev, text, match.front(), c.place));
  } else {
    for (const auto& group : matches.front()) out.push_back(group_text(ev, text, group, c.place));
  }
  JsValue found = ev.new_array(std::move(out), c.place);
  if (regex.is_global()) return found;
  found.object()->put("index", ev.number(static_cast<double>(matches.front().front()->first), c.place),
                      c.place);
  found.object()->put("input", ev.text(text, c.place), c.place);
  found.object()->put("groups", {{}, c.place}, c.place);
  return found;
}

std::span<const NativeRow> regex_methods() {
  static constexpr NativeRow rows[] = {{"test", test, k_plain}};
  return rows;
}

}  // namespace k6apm::evaluation
