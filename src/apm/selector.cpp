#include "apm/selector.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "apm/selector_lexer.hpp"
#include "apm/submetric_hint.hpp"

namespace k6apm::apm {

namespace {

constexpr std::size_t max_selector_bytes = std::size_t{64} * 1024;
constexpr std::int64_t max_regex_memory_bytes =
    std::int64_t{8} * 1024 * 1024;  // program and DFA cache of one expression
constexpr std::string_view name_label = "__name__";

std::unique_ptr<re2::RE2> compile(const std::string& pattern, std::size_t offset) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(max_regex_memory_bytes);
  auto regex = std::make_unique<re2::RE2>(pattern, options);
  if (regex->ok()) return regex;
  const bool is_utf8_error = regex->error_code() == re2::RE2::ErrorBadUTF8;
  throw SelectorError{offset,
                      fmt::format("what stands here is no regular expression: {}",
                                  is_utf8_error ? std::string("it is not valid UTF-8") : regex->error()),
                      {}};
}

}  // namespace

/// One condition on the metric name or on one tag.
class Matcher {
 public:
  Matcher(std::string name, SelectorTokenKind op, std::string value, std::size_t offset)
      : m_name(std::move(name)), m_op(op), m_value(std::move(value)) {
    if (op == SelectorTokenKind::regex || op == SelectorTokenKind::not_regex)
      m_regex = compile(m_value, offset);
  }

  const std::string& name() const { return m_name; }
  const std::string& value() const { return m_value; }
  bool is_equality() const { return m_op == SelectorTokenKind::equal; }

  bool accepts(std::string_view value) const {
    switch (m_op) {
      case SelectorTokenKind::equal:
        return value == m_value;
      case SelectorTokenKind::not_equal:
        return value != m_value;
      case SelectorTokenKind::regex:
        return full_match(value);
      default:
        return !full_match(value);
    }
  }

 private:
  bool full_match(std::string_view value) const {
    return re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *m_regex);
  }

  std::string m_name;
  SelectorTokenKind m_op;
  std::string m_value;
  std::unique_ptr<re2::RE2> m_regex{};
};

namespace {

// Names that the PromQL grammar takes for operators, modifiers and numbers where a metric may begin.
bool is_reserved(std::string_view name) {
  static constexpr std::array<std::string_view, 8> reserved = {
      "bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan"};
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(reserved.begin(), reserved.end(), lower) != reserved.end();
}

class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : m_lexer(text) { advance(); }

  std::vector<std::shared_ptr<const Matcher>> parse() {
    if (m_token.kind == SelectorTokenKind::name) read_outer_name();
    if (m_token.kind == SelectorTokenKind::open_brace) {
      read_matchers();
    } else if (m_matchers.empty()) {
      fail(m_token.kind == SelectorTokenKind::end ? "the selector is empty; a metric name or {...} is needed"
                                                  : "a metric name or { is needed here");
    }
    if (m_token.kind != SelectorTokenKind::end)
      fail("the selector should end here; allowed is NAME{LABEL=\"VALUE\",...}");
    if (!m_has_outer_name) check_not_all_empty();
    return std::move(m_matchers);
  }

 private:
  [[noreturn]] void fail(std::string text) const { throw SelectorError{m_token.offset, std::move(text), {}}; }
  void advance() { m_token = m_lexer.next(); }

  void read_outer_name() {
    if (is_reserved(m_token.text)) {
      throw SelectorError{m_token.offset,
                          fmt::format("{} is a keyword of PromQL and no metric name here", m_token.text),
                          fmt::format("write {{__name__=\"{}\"}}", m_token.text)};
    }
    add(std::string(name_label), SelectorTokenKind::equal, std::move(m_token.text), m_token.offset);
    m_has_outer_name = true;
    advance();
  }

  void read_matchers() {
    m_brace = m_token.offset;
    advance();
    while (m_token.kind != SelectorTokenKind::close_brace) {
      read_matcher();
      if (m_token.kind == SelectorTokenKind::close_brace) break;
      if (m_token.kind == SelectorTokenKind::end) fail("} is missing");
      if (m_token.kind != SelectorTokenKind::comma) fail("a comma or } is needed here");
      advance();
    }
    advance();
  }

  void read_matcher() {
    const SelectorToken label = m_token;
    if (label.kind == SelectorTokenKind::end) fail("} is missing");
    if (label.kind != SelectorTokenKind::name && label.kind != SelectorTokenKind::string) {
      fail("a label name is needed here");
    }
    advance();
    const SelectorTokenKind op = m_token.kind;
    if (label.kind == SelectorTokenKind::string &&
        (op == SelectorTokenKind::comma || op == SelectorTokenKind::close_brace)) {
      add(std::string(name_label), SelectorTokenKind::equal, label.text, label.offset);
      return;
    }
    if (op != SelectorTokenKind::equal && op != SelectorTokenKind::not_equal &&
        op != SelectorTokenKind::regex && op != SelectorTokenKind::not_regex) {
      fail("one of =, !=, =~ and !~ is needed here");
    }
    advance();
    if (m_token.kind != SelectorTokenKind::string) fail("a quoted value is needed here");
    add(label.text, op, std::move(m_token.text), label.offset, m_token.offset);
    advance();
  }

  void add(std::string label, SelectorTokenKind op, std::string value, std::size_t offset) {
    add(std::move(label), op, std::move(value), offset, offset);
  }

  void add(std::string label, SelectorTokenKind op, std::string value, std::size_t offset,
           std::size_t value_offset) {
    if (m_has_outer_name && label == name_label) {
      throw SelectorError{
          offset, "metric name must not be set twice: it stands before the brace already", {}};
    }
    m_matchers.push_back(
        std::make_shared<const Matcher>(std::move(label), op, std::move(value), value_offset));
  }

  // Prometheus refuses what would select everything by a slip.
  void check_not_all_empty() const {
    const bool ok =
        std::any_of(m_matchers.begin(), m_matchers.end(), [](const auto& m) { return !m->accepts(""); });
    if (!ok) {
      throw SelectorError{m_brace,
                          "a selector without a metric name must contain at least one non-empty matcher",
                          "put a metric name before the brace"};
    }
  }

  SelectorLexer m_lexer;
  SelectorToken m_token{};
  std::vector<std::shared_ptr<const Matcher>> m_matchers{};
  bool m_has_outer_name = false;
  std::size_t m_brace = 0;
};

}  // namespace

Selector Selector::parse(std::string_view text) {
  if (text.size() > max_selector_bytes) {
    throw SelectorError{max_selector_bytes, "the selector is longer than 64 KiB", {}};
  }
  Selector selector;
  try {
    for (auto& matcher : SelectorParser(text).parse()) {
      if (matcher->name() == name_label) {
        if (matcher->is_equality() && !selector.m_metric) selector.m_metric = matcher->value();
        selector.m_name_matchers.push_back(std::move(matcher));
      } else {
        selector.m_tag_names.push_back(matcher->name());
        selector.m_tag_matchers.push_back(std::move(matcher));
      }
    }
  } catch (SelectorError& error) {
    if (const auto right = selector_of_submetric(text)) {
      error.text += "; this is k6's submetric form and no selector";
      error.hint = "write " + *right;
    }
    throw;
  }
  auto& tags = selector.m_tag_names;
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return selector;
}

bool Selector::matches_name(std::string_view metric) const {
  return std::all_of(m_name_matchers.begin(), m_name_matchers.end(),
                     [&](const auto& matcher) { return matcher->accepts(metric); });
}

bool Selector::matches(std::string_view metric, const TagLookup& tag) const {
  return matches_name(metric) &&
         std::all_of(m_tag_matchers.begin(), m_tag_matchers.end(),
                     [&](const auto& matcher) { return matcher->accepts(tag(matcher->name())); });
}

}  // namespace k6apm::apm
