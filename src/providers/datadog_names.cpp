// Specification: docs.datadoghq.com, "What best practices are recommended for naming metrics and tags?" and
// "Getting Started with Tags"; limits of the intake from DataDog/saluki. What surprises: names of metrics are
// case-sensitive and ASCII, tags are lower case and Unicode; a tag is one text, whose key ends at its first
// colon, so that a tag `a:b` of value `c` has the key `a`; `key:` without a value is the tag `key`. What
// Datadog does with a tag that begins with no letter is not said: it stays as it is.
#include "providers/datadog_names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <set>
#include <utility>

#include "text/utf8.hpp"

namespace k6apm::providers {
namespace {

// Not <cctype>: the locale has no say in these names.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The code point at `text[at]`, which is moved behind it. A byte that is not UTF-8 counts as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const std::size_t length = text::utf8_length(text, at);
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (length == 0) return 0xFFFD;
  if (length == 1) return lead;
  char32_t code_point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code_point = code_point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return code_point;
}

/// Whether a tag may hold it. Marks (Mn, Mc) and numbers that are no decimal digits (Nl, No) are not among
/// Datadog's letters and digits.
bool stays_in_tag(char32_t code_point) {
  if (code_point < 0x80) {
    const char c = static_cast<char>(code_point);
    return is_letter(c) || is_digit(c) || std::string_view("_-:./").find(c) != std::string_view::npos;
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

char32_t lower_case(char32_t code_point) {
  if (code_point >= 'A' && code_point <= 'Z') return code_point + ('a' - 'A');
  if (code_point < 0x80) return code_point;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

std::string normalised_tag(std::string_view text) {
  std::string out;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size() && length < k_datadog_tag_length;) {
    const char32_t lower = lower_case(next_code_point(text, at));
    const char32_t code_point = stays_in_tag(lower) ? lower : U'_';
    if (code_point == U'_' && out.ends_with('_')) continue;
    text::append_utf8(out, code_point);
    ++length;
  }
  out.resize(out.find_last_not_of("_:") + 1);  // npos + 1 is 0
  return out;
}

/// The tag as Datadog reads it: the key ends at the first colon.
std::pair<std::string, std::string> normalised_pair(std::string_view name, std::string_view value) {
  std::string text(name);
  text.append(":").append(value);
  text = normalised_tag(text);
  const std::size_t colon = std::min(text.find(':'), text.size());
  return {text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
}

bool is_no_key(std::string_view key) { return key.find_first_not_of('_') == std::string_view::npos; }

series::Tags normalised_tags(const series::Tags& tags, const std::set<std::string>& other_keys,
                             std::size_t most) {
  series::Tags normalised;
  for (const auto& [name, value] : tags) {
    auto pair = normalised_pair(name, value);
    if (is_no_key(pair.first) || other_keys.contains(pair.first)) continue;
    normalised.push_back(std::move(pair));
  }
  std::sort(normalised.begin(), normalised.end());
  normalised.erase(std::unique(normalised.begin(), normalised.end()), normalised.end());
  if (normalised.size() > most) normalised.resize(most);
  return normalised;
}

}  // namespace

std::string datadog_name(std::string_view target) {
  std::string name;
  for (std::size_t at = 0; at < target.size() && name.size() < k_datadog_name_length;) {
    const char32_t code_point = next_code_point(target, at);
    const char c = code_point < 0x80 ? static_cast<char>(code_point) : '\0';
    if (name.empty() && !is_letter(c)) continue;
    name += is_letter(c) || is_digit(c) || c == '.' ? c : '_';
  }
  return name;
}

std::string datadog_name(std::string_view target, std::string_view suffix) {
  std::string name = datadog_name(target);
  if (name.empty()) return name;
  const std::size_t room = k_datadog_name_length - std::min(suffix.size(), k_datadog_name_length);
  return name.substr(0, room).append(suffix);
}

series::Tags datadog_tags(const series::Tags& tags, const std::vector<std::string>& constant_names) {
  std::set<std::string> constant_keys;
  // With a value: without one a `_` at the end of the name would go.
  for (const std::string& name : constant_names) constant_keys.insert(normalised_pair(name, "x").first);
  return normalised_tags(tags, constant_keys,
                         k_datadog_tags - std::min(constant_names.size(), k_datadog_tags));
}

series::Tags datadog_constant_tags(const series::Tags& tags) {
  return normalised_tags(tags, {}, k_datadog_tags);
}

}  // namespace k6apm::providers
