// Methods of strings (ECMA-262, 22.1.3). Positions count UTF-16 units there, so what depends on one is known
// for ASCII only.
#include <algorithm>
#include <cmath>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

std::string ascii_self(Evaluator& evaluator, const NativeCall& call) {
  std::string text = text_of_self(evaluator, call);
  if (!is_ascii(text)) throw NotKnown{evaluator.unknown(call.place).cause()};
  return text;
}

std::size_t clamped(double position, std::size_t size) {
  return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(size)));
}

// Of slice: counts from the end where it is negative.
std::size_t relative(double position, std::size_t size) {
  return clamped(position < 0 ? position + static_cast<double>(size) : position, size);
}

JsValue concat(Evaluator& ev, const NativeCall& c) {
  std::string out = text_of_self(ev, c);
  for (std::size_t i = 0; i < c.arguments.size(); ++i) out += text_argument(ev, c, i);
  return ev.text(std::move(out), c.place);
}

JsValue includes(Evaluator& ev, const NativeCall& c) {
  const std::string self = c.arguments.size() > 1 ? ascii_self(ev, c) : text_of_self(ev, c);
  const std::size_t from = clamped(integer_argument(ev, c, 1, 0), self.size());
  return ev.boolean(self.find(text_argument(ev, c, 0), from) != std::string::npos, c.place);
}

JsValue starts_with(Evaluator& ev, const NativeCall& c) {
  const std::string self = c.arguments.size() > 1 ? ascii_self(ev, c) : text_of_self(ev, c);
  const std::size_t from = clamped(integer_argument(ev, c, 1, 0), self.size());
  const std::string part = text_argument(ev, c, 0);
  return ev.boolean(self.compare(from, part.size(), part) == 0, c.place);
}

JsValue ends_with(Evaluator& ev, const NativeCall& c) {
  std::string self = c.arguments.size() > 1 ? ascii_self(ev, c) : text_of_self(ev, c);
  self.resize(clamped(integer_argument(ev, c, 1, static_cast<double>(self.size())), self.size()));
  const std::string part = text_argument(ev, c, 0);
  const bool ends =
      self.size() >= part.size() && self.compare(self.size() - part.size(), part.size(), part) == 0;
  return ev.boolean(ends, c.place);
}

JsValue position(Evaluator& ev, const NativeCall& c, std::size_t found) {
  return ev.number(found == std::string::npos ? -1 : static_cast<double>(found), c.place);
}

JsValue index_of(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  return position(ev, c,
                  self.find(text_argument(ev, c, 0), clamped(integer_argument(ev, c, 1, 0), self.size())));
}

JsValue last_index_of(Evaluator& ev, const NativeCall& c) {
  if (c.arguments.size() > 1) return not_followed(ev, c);
  return position(ev, c, ascii_self(ev, c).rfind(text_argument(ev, c, 0)));
}

JsValue slice(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  const std::size_t begin = relative(integer_argument(ev, c, 0, 0), self.size());
  const std::size_t end = relative(integer_argument(ev, c, 1, static_cast<double>(self.size())), self.size());
  return ev.text(begin < end ? self.substr(begin, end - begin) : "", c.place);
}

JsValue substring(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  const std::size_t a = clamped(integer_argument(ev, c, 0, 0), self.size());
  const std::size_t b = clamped(integer_argument(ev, c, 1, static_cast<double>(self.size())), self.size());
  return ev.text(self.substr(std::min(a, b), std::max(a, b) - std::min(a, b)), c.place);
}

JsValue substr(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  const std::size_t begin = relative(integer_argument(ev, c, 0, 0), self.size());
  const double length = integer_argument(ev, c, 1, static_cast<double>(self.size()));
  return ev.text(self.substr(begin, clamped(length, self.size() - begin)), c.place);
}

JsValue split(Evaluator& ev, const NativeCall& c) {
  const std::string self = text_of_self(ev, c);
  std::vector<JsValue> parts;
  if (c.argument(0).as<JsUndefined>() != nullptr) return ev.new_array({ev.text(self, c.place)}, c.place);
  if (is_regex(c.argument(0)) && c.arguments.size() == 1) return split_at_matches(ev, c, self);
  const std::string separator = text_argument(ev, c, 0);
  if (separator.empty()) {
    if (!is_ascii(self)) throw NotKnown{ev.unknown(c.place).cause()};
    for (const char letter : self) parts.push_back(ev.text(std::string(1, letter), c.place));
  } else {
    for (std::size_t begin = 0;;) {
      const std::size_t end = self.find(separator, begin);
      parts.push_back(ev.text(self.substr(begin, end == std::string::npos ? end : end - begin), c.place));
      ev.charge(1);
      if (end == std::string::npos) break;
      begin = end + separator.size();
    }
  }
  const double limit = integer_argument(ev, c, 1, static_cast<double>(parts.size()));
  if (limit >= 0) parts.resize(clamped(limit, parts.size()));
  return ev.new_array(std::move(parts), c.place);
}

std::string trimmed(Evaluator& ev, const NativeCall& c, bool start, bool end) {
  std::string self = ascii_self(ev, c);
  constexpr std::string_view blanks = " \t\r\n\v\f";
  if (end) self.erase(self.find_last_not_of(blanks) + 1);
  if (start) self.erase(0, std::min(self.find_first_not_of(blanks), self.size()));
  return self;
}

JsValue trim(Evaluator& ev, const NativeCall& c) { return ev.text(trimmed(ev, c, true, true), c.place); }
JsValue trim_start(Evaluator& ev, const NativeCall& c) {
  return ev.text(trimmed(ev, c, true, false), c.place);
}
JsValue trim_end(Evaluator& ev, const NativeCall& c) { return ev.text(trimmed(ev, c, false, true), c.place); }

JsValue lower(Evaluator& ev, const NativeCall& c) {
  std::string self = ascii_self(ev, c);
  for (char& letter : self) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return ev.text(std::move(self), c.place);
}

JsValue upper(Evaluator& ev, const NativeCall& c) {
  std::string self = ascii_self(ev, c);
  for (char& letter : self) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return ev.text(std::move(self), c.place);
}

// Texts only: a function, and $ in the new text, are not followed.
JsValue replaced(Evaluator& ev, const NativeCall& c, bool all) {
  const std::string self = text_of_self(ev, c);
  if (c.argument(1).object() != nullptr) return not_followed(ev, c);
  if (is_regex(c.argument(0))) return replace_matches(ev, c, self);
  const std::string old = text_argument(ev, c, 0);
  const std::string now = text_argument(ev, c, 1);
  if (now.find('$') != std::string::npos || (all && old.empty())) throw NotKnown{ev.unknown(c.place).cause()};
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = self.find(old); at != std::string::npos; at = self.find(old, begin)) {
    out.append(self, begin, at - begin).append(now);
    ev.charge(1);
    ev.charge_bytes(now.size());
    begin = at + old.size();
    if (!all) break;
  }
  return ev.text(out.append(self, begin), c.place);
}

JsValue replace(Evaluator& ev, const NativeCall& c) { return replaced(ev, c, false); }
JsValue replace_all(Evaluator& ev, const NativeCall& c) { return replaced(ev, c, true); }

std::string repeated(Evaluator& ev, const std::string& text, double size) {
  ev.charge_bytes(
      static_cast<std::size_t>(std::clamp(size, 0.0, static_cast<double>(Evaluator::k_bytes) + 1)));
  std::string out;
  while (!text.empty() && static_cast<double>(out.size()) < size) out += text;
  out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(size, 0.0))));
  return out;
}

JsValue repeat(Evaluator& ev, const NativeCall& c) {
  const std::string self = text_of_self(ev, c);
  const double count = integer_argument(ev, c, 0, 0);
  if (count < 0) throw NotKnown{ev.unknown(c.place).cause()};  // an error in JavaScript
  return ev.text(repeated(ev, self, static_cast<double>(self.size()) * count), c.place);
}

std::string padding(Evaluator& ev, const NativeCall& c, std::size_t have) {
  std::string filler = " ";
  if (c.argument(1).as<JsUndefined>() == nullptr) filler = text_argument(ev, c, 1);
  if (!is_ascii(filler)) throw NotKnown{ev.unknown(c.place).cause()};
  return repeated(ev, filler, integer_argument(ev, c, 0, 0) - static_cast<double>(have));
}

JsValue pad_start(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  return ev.text(padding(ev, c, self.size()) + self, c.place);
}

JsValue pad_end(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  return ev.text(self + padding(ev, c, self.size()), c.place);
}

JsValue char_at(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  const double i = integer_argument(ev, c, 0, 0);
  const bool inside = i >= 0 && i < static_cast<double>(self.size());
  return ev.text(inside ? self.substr(static_cast<std::size_t>(i), 1) : "", c.place);
}

JsValue char_code_at(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  const double i = integer_argument(ev, c, 0, 0);
  const bool inside = i >= 0 && i < static_cast<double>(self.size());
  return ev.number(inside ? self[static_cast<std::size_t>(i)] : std::nan(""), c.place);
}

JsValue at(Evaluator& ev, const NativeCall& c) {
  const std::string self = ascii_self(ev, c);
  double i = integer_argument(ev, c, 0, 0);
  if (i < 0) i += static_cast<double>(self.size());
  if (i < 0 || i >= static_cast<double>(self.size())) return {{}, c.place};
  return ev.text(self.substr(static_cast<std::size_t>(i), 1), c.place);
}

JsValue to_string(Evaluator& ev, const NativeCall& c) { return ev.text(text_of_self(ev, c), c.place); }

}  // namespace

std::span<const NativeRow> string_methods() {
  static constexpr NativeRow rows[] = {
      {"concat", concat, k_plain},
      {"includes", includes, k_plain},
      {"startsWith", starts_with, k_plain},
      {"endsWith", ends_with, k_plain},
      {"indexOf", index_of, k_plain},
      {"lastIndexOf", last_index_of, k_plain},
      {"slice", slice, k_plain},
      {"substring", substring, k_plain},
      {"substr", substr, k_plain},
      {"split", split, k_plain},
      {"trim", trim, k_plain},
      {"trimStart", trim_start, k_plain},
      {"trimEnd", trim_end, k_plain},
      {"trimLeft", trim_start, k_plain},
      {"trimRight", trim_end, k_plain},
      {"toLowerCase", lower, k_plain},
      {"toUpperCase", upper, k_plain},
      {"replace", replace, k_calls_back},
      {"replaceAll", replace_all, k_calls_back},
      {"repeat", repeat, k_plain},
      {"padStart", pad_start, k_plain},
      {"padEnd", pad_end, k_plain},
      {"charAt", char_at, k_plain},
      {"charCodeAt", char_code_at, k_plain},
      {"at", at, k_plain},
      {"match", match_regex, k_plain},
      {"toString", to_string, k_plain},
      {"valueOf", to_string, k_plain},
  };
  return rows;
}

}  // namespace k6apm::evaluation
