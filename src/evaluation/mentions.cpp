#include "evaluation/mentions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "script/literals.hpp"
#include "script/tokens.hpp"

namespace k6apm::evaluation {

using namespace script;

namespace {

constexpr std::size_t k_none = static_cast<std::size_t>(-1);

constexpr std::array<std::string_view, 35> k_keywords = {
    "break",  "case",  "catch",      "class",   "const",  "continue", "debugger", "default",  "delete",
    "do",     "else",  "export",     "extends", "false",  "finally",  "for",      "function", "if",
    "import", "in",    "instanceof", "let",     "new",    "null",     "return",   "super",    "switch",
    "this",   "throw", "true",       "try",     "typeof", "var",      "void",     "while"};
// What stands before the ( of a condition and not of parameters.
constexpr std::array<std::string_view, 7> k_condition_words = {"if",   "for",   "while", "switch",
                                                               "with", "await", "return"};
constexpr std::array<std::string_view, 16> k_assignments = {
    "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "?\?="};

// Half open ranges of tokens in which a name means something of their own.
using Extents = std::unordered_map<std::string_view, std::vector<std::pair<std::size_t, std::size_t>>>;

class MentionFinder {
 public:
  MentionFinder(const Source& source, Range range) : m_source(source) {
    add_tokens(range);
    pair_brackets();
  }

  Mentions find() {
    m_found.tokens = m_tokens.size();
    for (std::size_t i = 0; i < m_tokens.size(); ++i) find_declared(i);
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
      if (m_tokens[i].kind == TokenKind::name) look_at_name(i);
    }
    return std::move(m_found);
  }

 private:
  const Token& at(std::size_t i) const {
    static const Token nothing{};
    return i < m_tokens.size() ? m_tokens[i] : nothing;
  }
  const Token& before(std::size_t i) const { return at(i - 1); }  // of the first: wraps to nothing

  // The substitutions of a template stand between ( and ).
  void add_tokens(Range range) {
    ScriptTokens tokens(m_source, range.begin, script::Templates::in_parts);
    while (tokens.peek().kind != TokenKind::end && tokens.peek().begin < range.end) {
      const Token token = tokens.take();
      if (token.kind != TokenKind::template_part) {
        m_tokens.push_back(token);
        continue;
      }
      if (token.text.front() == '}') add_bracket(")", token.begin);
      if (token.text.back() == '{') add_bracket("(", token.begin);
    }
  }

  void add_bracket(std::string_view text, std::size_t begin) {
    Token bracket;
    bracket.kind = TokenKind::punctuator;
    bracket.text = text;
    bracket.begin = begin;
    m_tokens.push_back(bracket);
  }

  // Fills m_partner and m_enclosing: the innermost bracket around each token.
  void pair_brackets() {
    std::vector<std::size_t> open;
    m_partner.assign(m_tokens.size(), k_none);
    m_enclosing.assign(m_tokens.size(), k_none);
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
      if (m_tokens[i].closes() && !open.empty()) {
        m_partner[i] = open.back();
        m_partner[open.back()] = i;
        open.pop_back();
      }
      if (!open.empty()) m_enclosing[i] = open.back();
      if (m_tokens[i].opens()) open.push_back(i);
    }
  }

  std::size_t end_of(std::size_t bracket) const {
    return bracket == k_none || m_partner[bracket] == k_none ? m_tokens.size() : m_partner[bracket] + 1;
  }

  // ---- What the range declares itself

  void find_declared(std::size_t i) {
    const Token& token = m_tokens[i];
    if (token.is("=>") || (token.is("{") && is_function_body(i))) m_found.has_functions = true;
    if (token.is("class") && !is_property(i)) find_class_body(i);
    if (token.kind == TokenKind::name && !is_property(i)) {
      if (token.text == "const" || token.text == "let" || token.text == "var") {
        declare_variables(i);
      } else if (token.text == "function" || token.text == "class" || token.text == "enum") {
        const std::size_t name = at(i + 1).is("*") ? i + 2 : i + 1;
        const auto extent = token.text == "enum" ? scope_of(i, false) : definition_extent(i);
        m_found.has_functions = true;
        if (at(name).kind == TokenKind::name && at(name).text != "extends") declare(name, extent);
      } else if (at(i + 1).is("=>")) {
        declare(i, std::pair{i, end_of_arrow(i + 1)});
      }
    }
    if (token.is("(") && m_partner[i] != k_none) declare_parameters(i);
  }

  // A function or class knows its own name; whether the block around it does, too, is not asked: at most too
  // much is mentioned then.
  std::optional<std::pair<std::size_t, std::size_t>> definition_extent(std::size_t keyword) const {
    const bool is_first = keyword == 0 || (keyword == 1 && at(0).is("async"));  // the range is that function
    if (m_enclosing[keyword] == k_none && !is_first) return std::nullopt;
    std::size_t open = keyword;
    const std::string_view bracket = at(keyword).is("class") ? "{" : "(";
    while (open < m_tokens.size() && !(at(open).is(bracket) && m_enclosing[open] == m_enclosing[keyword]))
      ++open;
    if (bracket == "{") return std::pair{keyword, end_of(open < m_tokens.size() ? open : k_none)};
    const std::size_t close = open < m_tokens.size() ? m_partner[open] : k_none;
    if (close == k_none) return std::pair{keyword, m_tokens.size()};
    return std::pair{keyword, at(close + 1).is("{") ? end_of(close + 1) : close + 1};
  }

  // Where a declaration at token `i` holds; nothing where that is outside of the range.
  std::optional<std::pair<std::size_t, std::size_t>> scope_of(std::size_t i, bool is_var) const {
    std::size_t bracket = m_enclosing[i];
    while (is_var && bracket != k_none && !is_function_body(bracket)) bracket = m_enclosing[bracket];
    if (bracket == k_none) return std::nullopt;
    std::size_t end = end_of(bracket);
    if (at(bracket).is("(") && at(end).is("{")) end = end_of(end);  // for (const a of b) { ... }
    return std::pair{bracket, end};
  }

  bool is_function_body(std::size_t brace) const {
    if (!at(brace).is("{")) return false;
    if (before(brace).is("=>")) return true;
    return brace > 0 && before(brace).is(")") && m_partner[brace - 1] != k_none &&
           is_parameter_list(m_partner[brace - 1]);
  }

  // `( ... ) {` and `( ... ) =>` other than of a condition.
  bool is_parameter_list(std::size_t open) const {
    const Token& behind = at(m_partner[open] + 1);
    if (behind.is("=>")) return true;
    const bool is_function =
        before(open).is("function") || at(open - 2).is("function") || at(open - 3).is("function");
    if (behind.line_break_before && !is_function) return false;  // f(a) and a block behind it
    return behind.is("{") &&
           !(before(open).kind == TokenKind::name && one_of(before(open).text, k_condition_words));
  }

  void declare(std::size_t name, std::optional<std::pair<std::size_t, std::size_t>> extent) {
    if (extent) {
      m_extents[m_tokens[name].text].push_back(*extent);
    } else {
      m_found.names.push_back({m_tokens[name].text, {}, Use::set});
    }
  }

  void declare_variables(std::size_t keyword) {
    const auto extent = scope_of(keyword, m_tokens[keyword].text == "var");
    std::size_t i = keyword + 1;
    while (i < m_tokens.size()) {
      if (at(i).kind == TokenKind::name && !at(i).is("in")) {
        declare(i, extent);
      } else if ((at(i).is("{") || at(i).is("[")) && m_partner[i] != k_none) {
        declare_pattern(i, extent);
        i = m_partner[i];
      } else {
        return;
      }
      i = next_declarator(i + 1);
      if (i == k_none) return;
    }
  }

  // Behind the comma of the list, or k_none where the list ends.
  std::size_t next_declarator(std::size_t i) const {
    for (; i < m_tokens.size(); ++i) {
      const Token& token = m_tokens[i];
      if (token.is(",")) return i + 1;
      const bool is_of = token.is("of") && ends_operand(before(i));
      if (token.is(";") || token.closes() || is_of || token.is("in")) return k_none;
      if (token.line_break_before && ends_operand(before(i)) && begins_statement(token)) return k_none;
      if (token.opens()) {
        if (m_partner[i] == k_none) return k_none;
        i = m_partner[i];
      }
    }
    return k_none;
  }

  // The names that a pattern between brackets binds: { a, b: c = 1, ...d }
  void declare_pattern(std::size_t open, std::optional<std::pair<std::size_t, std::size_t>> extent) {
    for (std::size_t i = open + 1; i < m_partner[open]; ++i) {
      if (at(i).is("=")) i = end_of_default(i);
      if (m_tokens[i].kind != TokenKind::name || at(i + 1).is(":")) continue;
      const Token& previous = before(i);
      const bool renamed = previous.is(":") && m_enclosing[i] != k_none && at(m_enclosing[i]).is("{");
      const bool first = previous.is("{") || previous.is("[") || previous.is(",") || previous.is("...");
      if (renamed || first) declare(i, extent);
    }
  }

  void find_class_body(std::size_t keyword) {
    std::size_t open = keyword;
    while (open < m_tokens.size() && !(at(open).is("{") && m_enclosing[open] == m_enclosing[keyword])) ++open;
    if (open < m_tokens.size()) m_class_bodies.push_back(open);
  }

  // `name = 1`, `static name() {}`: a name of the class, which is none of the code around it.
  bool is_class_member(std::size_t i) const {
    const std::size_t around = m_enclosing[i];
    if (around == k_none ||
        std::find(m_class_bodies.begin(), m_class_bodies.end(), around) == m_class_bodies.end())
      return false;
    static constexpr std::array<std::string_view, 11> k_before = {
        "{", ";", "}", "static", "get", "set", "async", "*", "readonly", "public", "private"};
    const Token& previous = before(i);
    return one_of(previous.text, k_before) || (m_tokens[i].line_break_before && ends_operand(previous));
  }

  // What stands behind a default value: its comma, or the bracket around it.
  std::size_t end_of_default(std::size_t equals) const {
    const std::size_t around = m_enclosing[equals];
    std::size_t i = equals + 1;
    while (i + 1 < m_tokens.size() && !(m_enclosing[i] == around && at(i).is(",")) &&
           !(around != k_none && i == m_partner[around]))
      ++i;
    return i;
  }

  void declare_parameters(std::size_t open) {
    if (!is_parameter_list(open)) return;
    const std::size_t close = m_partner[open];
    const std::size_t end = at(close + 1).is("=>") ? end_of_arrow(close + 1) : end_of(close + 1);
    for (std::size_t i = open + 1; i < close; ++i) {
      if (at(i).is("=")) i = end_of_default(i);
      if (m_tokens[i].kind != TokenKind::name) continue;
      const Token& previous = before(i);
      const bool in_pattern = m_enclosing[i] != open;
      const bool renamed = previous.is(":") && in_pattern && at(m_enclosing[i]).is("{");
      const bool first =
          previous.is("(") || previous.is("{") || previous.is("[") || previous.is(",") || previous.is("...");
      const bool is_key = in_pattern && at(i + 1).is(":");
      if ((renamed || first) && !is_key) declare(i, std::pair{open, end});
    }
  }

  // Where the body of an arrow function ends.
  std::size_t end_of_arrow(std::size_t arrow) const {
    std::size_t i = arrow + 1;
    if (at(i).is("{")) return end_of(i);
    std::size_t conditions = 0;
    for (; i < m_tokens.size(); ++i) {
      const Token& token = m_tokens[i];
      if (token.is("?")) ++conditions;
      if (token.is(":") && conditions-- == 0) return i;
      const bool steps = token.is("++") || token.is("--");
      if (token.line_break_before && i > arrow + 1 && steps && ends_operand(before(i))) return i;
      if (token.is(",") || token.is(";") || token.closes()) return i;
      if (token.line_break_before && i > arrow + 1 && ends_operand(before(i)) && begins_statement(token))
        return i;
      if (token.opens()) {
        if (m_partner[i] == k_none) return m_tokens.size();
        i = m_partner[i];
      }
    }
    return i;
  }

  // ---- What it does with other names

  bool is_property(std::size_t i) const { return before(i).is(".") || before(i).is("?."); }
  bool is_key(std::size_t i) const { return at(i + 1).is(":") && (before(i).is("{") || before(i).is(",")); }

  bool is_shadowed(std::size_t i) const {
    const auto found = m_extents.find(m_tokens[i].text);
    return found != m_extents.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [i](const auto& extent) { return i >= extent.first && i < extent.second; });
  }

  // In the body of a function that is no arrow function.
  bool is_this_of_its_own(std::size_t i) const {
    for (std::size_t bracket = m_enclosing[i]; bracket != k_none; bracket = m_enclosing[bracket]) {
      if (is_function_body(bracket) && !before(bracket).is("=>")) return true;
    }
    return false;
  }

  void look_at_name(std::size_t i) {
    const std::string_view name = m_tokens[i].text;
    static constexpr std::array<std::string_view, 6> k_later = {"then",  "setTimeout", "setInterval",
                                                                "await", "async",      "queueMicrotask"};
    if (one_of(name, k_later)) m_found.runs_later = true;
    if (is_property(i)) return;
    if (name == "return") m_found.returns = true;
    if (name == "throw") m_found.throws = true;
    if (name == "this") {
      m_found.uses_this = true;
      if (!is_this_of_its_own(i)) m_found.uses_outer_this = true;
    }
    if (name == "continue") m_found.continues = true;
    if (name == "break" || name == "continue") {
      m_found.jumps = true;
      if (at(i + 1).kind == TokenKind::name && !at(i + 1).line_break_before) m_found.jumps_to_label = true;
    }
    if (one_of(name, k_keywords) || is_key(i) || is_shadowed(i) || is_class_member(i)) return;
    Mention mention{name, {}, Use::read};
    const std::size_t behind = read_path(i, mention);
    if (behind != k_none) mention.use = use_of(i, behind);
    m_found.names.push_back(std::move(mention));
  }

  // The token behind the path, k_none where a key in it is not known.
  std::size_t read_path(std::size_t i, Mention& mention) const {
    std::size_t next = i + 1;
    while (true) {
      if (at(next).is("!") && (at(next + 1).is(".") || at(next + 1).is("["))) ++next;
      if ((at(next).is(".") || at(next).is("?.")) && at(next + 1).kind == TokenKind::name) {
        mention.path.emplace_back(at(next + 1).text);
        next += 2;
      } else if (at(next).is("[")) {
        if (at(next + 1).kind != TokenKind::string || !at(next + 2).is("]")) return k_none;
        mention.path.push_back(decode_string(m_source, at(next + 1)));
        next += 3;
      } else {
        return next;
      }
    }
  }

  Use use_of(std::size_t i, std::size_t behind) const {
    const Token& next = at(behind);
    const Token& previous = before(i);
    const bool steps = next.is("++") || next.is("--") || previous.is("++") || previous.is("--");
    if (previous.is("delete")) return Use::removed;
    if (steps) return Use::set;
    if (next.kind == TokenKind::punctuator && one_of(next.text, k_assignments)) return Use::set;
    if (previous.is("(") && (next.is("of") || next.is("in"))) return Use::set;
    if (in_assigned_pattern(i)) return Use::set;
    const bool is_template = next.kind == TokenKind::template_plain || next.is("?.");
    return next.is("(") || is_template ? Use::called : Use::read;
  }

  // [a, b] = ..., ({ a } = ...)
  bool in_assigned_pattern(std::size_t i) const {
    for (std::size_t bracket = m_enclosing[i]; bracket != k_none; bracket = m_enclosing[bracket]) {
      if (at(bracket).is("(") || m_partner[bracket] == k_none) return false;
      const Token& behind = at(m_partner[bracket] + 1);
      if (behind.is("=") || behind.is("of") || behind.is("in")) return true;
    }
    return false;
  }

  const Source& m_source;
  std::vector<Token> m_tokens{};
  std::vector<std::size_t> m_partner{};
  std::vector<std::size_t> m_enclosing{};
  Extents m_extents{};
  std::vector<std::size_t> m_class_bodies{};
  Mentions m_found{};
};

}  // namespace

Mentions find_mentions(const Source& source, Range range) { return MentionFinder(source, range).find(); }

}  // namespace k6apm::evaluation
