// What a script does to its options after they were written down.
#include <fmt/format.h>

#include <algorithm>

#include "apm/literal.hpp"
#include "apm/options_export.hpp"

namespace k6apm::apm {

namespace {

// Whether setting this path can change the apm block. "[]" stands for a key that is not known.
bool concerns_block(const std::vector<std::string>& path) {
  static const std::vector<std::vector<std::string>> blocks = {{"cloud", "apm"},
                                                               {"ext", "loadimpact", "apm"}};
  return std::any_of(blocks.begin(), blocks.end(), [&](const std::vector<std::string>& block) {
    const std::size_t n = std::min(block.size(), path.size());
    return std::equal(
        path.begin(), path.begin() + static_cast<std::ptrdiff_t>(n), block.begin(),
        [](const std::string& key, const std::string& wanted) { return key == wanted || key == "[]"; });
  });
}

bool is_assignment(const Token& token) {
  static constexpr std::string_view operators[] = {"+=", "-=", "||=", "&&=", "?\?=", "++", "--"};
  return token.is("=") || std::any_of(std::begin(operators), std::end(operators),
                                      [&](std::string_view op) { return token.is(op); });
}

bool changes_list(std::string_view method) {
  static constexpr std::string_view methods[] = {"push", "pop",  "shift",   "unshift", "splice",
                                                 "fill", "sort", "reverse", "forEach", "map"};
  return std::find(std::begin(methods), std::end(methods), method) != std::end(methods);
}

bool changes_argument(std::string_view function) {
  static constexpr std::string_view functions[] = {
      "assign", "defineProperty", "defineProperties", "merge", "set",
      "extend", "defaults",       "defaultsDeep",     "unset"};
  return std::find(std::begin(functions), std::end(functions), function) != std::end(functions);
}

class ChangeReader {
 public:
  ChangeReader(const Source& source, const std::vector<OptionsName>& names, std::size_t offset,
               const Environment& env, Value& options)
      : m_source(source),
        m_names(names),
        m_offset(offset),
        m_env(env),
        m_options(options),
        m_tokens(source) {}

  void read() {
    while (m_tokens.peek().kind != TokenKind::end) {
      const Token token = take();
      if (token.kind == TokenKind::name && !m_before.is(".") && !m_before.is("?.")) {
        read_mention(token);
      } else if (token.kind == TokenKind::punctuator) {
        note_bracket(token);
      }
    }
  }

 private:
  /// Another name for the options or a part of them that the apm block may be in.
  struct Alias {
    std::string name{};
    std::vector<std::string> path{};
  };

  struct Scope {
    bool is_brace = false;
    bool shadowed = false;   ///< a name of the options means something else in here
    bool mentioned = false;  ///< of a ( ... ): one of the names stands in it, as a parameter perhaps
  };

  // m_before is the token before the one that is returned, m_before_that the one before it.
  Token take() {
    m_before_that = m_before;
    m_before = m_last;
    return m_last = m_tokens.take();
  }

  bool shadowed() const { return !m_scopes.empty() && m_scopes.back().shadowed; }
  bool at_top_level() const { return m_scopes.empty(); }

  void note_bracket(const Token& token) {
    if (token.opens()) {
      Scope scope{token.text == "{", shadowed(), false};
      const bool body_of_function = m_before.is(")") || m_before.is("=>");
      if (scope.is_brace && body_of_function && m_parameters_mention) scope.shadowed = true;
      m_scopes.push_back(scope);
    } else if (token.closes() && !m_scopes.empty()) {
      if (token.text == ")") m_parameters_mention = m_scopes.back().mentioned && !token.closes_condition;
      m_scopes.pop_back();
    } else if (token.text == "=>" && m_before.kind == TokenKind::name) {
      m_parameters_mention = is_ours(m_before);
    }
  }

  bool is_ours(const Token& token) const {
    return std::any_of(m_names.begin(), m_names.end(),
                       [&](const OptionsName& ours) { return ours.name == token.text; });
  }

  bool is_declaration(const Token& token) const {
    return std::any_of(m_names.begin(), m_names.end(),
                       [&](const OptionsName& ours) { return ours.declared_at == token.begin; });
  }

  void read_mention(const Token& token) {
    if (is_ours(token)) {
      if (!at_top_level()) m_scopes.back().mentioned = true;
      const bool is_key = m_tokens.peek().is(":") && !m_before.is("?");
      if (is_key || is_declaration(token)) return;
      if (m_before.is("const") || m_before.is("let") || m_before.is("var")) {
        if (!at_top_level()) m_scopes.back().shadowed = true;
        return;
      }
      if (!shadowed()) read_path(token, m_before, m_before_that, false);
    } else if (token.text == "exports" || token.text == "module") {
      read_path(token, m_before, m_before_that, true);
    } else if (!m_tokens.peek().is(":")) {
      read_alias(token);
    }
  }

  /// A name that was given a part of the options: what is set through it is not followed, so it is an error.
  void read_alias(const Token& token) {
    const auto alias = std::find_if(m_aliases.begin(), m_aliases.end(),
                                    [&](const Alias& known) { return known.name == token.text; });
    if (alias == m_aliases.end()) return;
    const bool deleted = m_before.is("delete");
    std::vector<std::string> path = alias->path;
    const std::vector<std::string> members = take_member_path(m_tokens, m_last);
    path.insert(path.end(), members.begin(), members.end());
    const bool is_call = m_tokens.peek().is("(") && !members.empty() && changes_list(members.back());
    if (is_call) path.pop_back();
    const bool changed = is_call || (!members.empty() && (deleted || is_assignment(m_tokens.peek())));
    if (changed && concerns_block(path)) throw change_error(token);
  }

  /// `name = options...`, `for (const name of options...)`.
  void note_alias(const Token& before, const Token& before_that, std::vector<std::string> path) {
    if (before_that.kind != TokenKind::name || is_assignment(m_tokens.peek())) return;
    if (before.is("of")) path.emplace_back("[]");
    if (before.is("of") || before.is("="))
      m_aliases.push_back({std::string(before_that.text), std::move(path)});
  }

  void read_path(const Token& first, const Token before, const Token before_that, bool through_exports) {
    std::vector<std::string> path = take_member_path(m_tokens, m_last);
    std::size_t skip = 0;
    if (through_exports) {
      if (first.text == "module") {
        if (path.empty() || path[skip++] != "exports") return;
      }
      const bool defines_options =
          path.size() == skip && changes_argument(before_that.text) && names_options();
      if (defines_options) throw change_error(first);
      if (m_names.empty() && m_offset == m_source.text().size() &&
          exports_escape(path, skip, before, before_that)) {
        throw change_error(first);
      }
      if (path.size() <= skip || path[skip++] != "options") return;
    }
    path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(skip));
    const bool is_call = m_tokens.peek().is("(") && !path.empty() && changes_list(path.back());
    if (is_call) path.pop_back();
    if (!concerns_block(path)) return;
    if (!is_call) note_alias(before, before_that, path);
    const bool passed_on = before.is("(") && changes_argument(before_that.text) && m_tokens.peek().is(",");
    const bool deleted = before.is("delete") && !path.empty();
    if (passed_on || deleted || (is_call && !path.empty())) throw change_error(first);
    if (is_assignment(m_tokens.peek()) || before.is("++") || before.is("--"))
      assign(first, before, std::move(path));
  }

  // Object.defineProperty(exports, "options", ...); the __esModule mark of compilers is none of ours.
  bool names_options() const {
    ScriptTokens ahead = m_tokens;
    if (!ahead.peek().is(",")) return false;
    ahead.take();
    return ahead.peek().kind != TokenKind::string || decode_string(m_source, ahead.peek()) == "options";
  }

  // In a script that seems to export nothing: whether the exports are filled in a way that is not read, as
  // bundlers do it (`r = exports`, `f(exports)`, `exports[name] = ...`, `module.exports = ...` inside a
  // function).
  bool exports_escape(const std::vector<std::string>& path, std::size_t skip, const Token& before,
                      const Token& before_that) const {
    if (path.size() > skip) return path[skip] == "[]";
    if (changes_argument(before_that.text)) return false;  // of another name than options
    const bool assigned_inside = m_tokens.peek().is("=") && !at_top_level();
    return assigned_inside || before.is("=") || before.is("(") || before.is(",");
  }

  Error change_error(const Token& first) const {
    ScriptTokens ahead(m_source, first.begin);
    const Token last = skip_expression(ahead, true, ahead.peek());
    return not_readable(m_source, first.begin, last.end(), "the options are changed by");
  }

  bool starts_statement(const Token& first, const Token& before) const {
    if (before.kind == TokenKind::end || before.is(";") || before.is("}") || before.is("{")) return true;
    if (before.is("=")) return true;  // a link of a chain: a = options = {...}
    return first.line_break_before && ends_operand(before);
  }

  void assign(const Token& first, const Token& before, std::vector<std::string> path) {
    // Before the literal: overwritten by it. A function that stands before it may still run later.
    if (at_top_level() && first.begin < m_offset && starts_statement(first, before)) return;
    const bool whole = path.empty();
    // Inside a function a default parameter or a local of an outer pattern looks like this.
    if (whole && !at_top_level() && (before.is("(") || before.is(",") || before.is("{"))) {
      if (!before.is("{") || !m_scopes.back().is_brace) return;
    }
    const bool plain = at_top_level() && m_tokens.peek().is("=") && starts_statement(first, before);
    const bool known_path = std::find(path.begin(), path.end(), "[]") == path.end();
    if (!plain || !known_path || path.size() > 3) throw change_error(first);
    m_last = m_tokens.take();
    Value value = read_script_value(m_source, m_tokens.peek().begin, m_env);
    if (whole) {
      m_options = std::move(value);
    } else {
      set(first, path, std::move(value));
    }
  }

  void set(const Token& first, const std::vector<std::string>& path, Value value) {
    Value* at = &m_options;
    for (std::size_t i = 0;; ++i) {
      auto* object = at->as<Object>();
      if (object == nullptr) throw change_error(first);
      const auto same = std::find_if(object->rbegin(), object->rend(),
                                     [&](const Member& m) { return !m.key_known || m.key == path[i]; });
      const bool hidden = same != object->rend() && !same->key_known;
      if (i + 1 == path.size()) {
        object->push_back(Member{path[i], true, first.begin, std::move(value)});
        return;
      }
      if (same == object->rend() || hidden) throw change_error(first);
      at = &same->value;
    }
  }

  const Source& m_source;
  const std::vector<OptionsName>& m_names;
  std::size_t m_offset;
  const Environment& m_env;
  Value& m_options;
  ScriptTokens m_tokens;
  Token m_last{};
  Token m_before{};
  Token m_before_that{};
  std::vector<Scope> m_scopes{};
  std::vector<Alias> m_aliases{};
  bool m_parameters_mention = false;
};

}  // namespace

void apply_changes(const Source& source, const std::vector<OptionsName>& names, std::size_t offset,
                   const Environment& env, Value& options) {
  ChangeReader(source, names, offset, env, options).read();
}

}  // namespace k6apm::apm
