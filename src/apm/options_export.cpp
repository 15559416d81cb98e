#include "apm/options_export.hpp"

#include <fmt/format.h>

#include "apm/literal.hpp"

namespace k6apm::apm {

namespace {

bool is_declaration(const Token& token) { return token.is("const") || token.is("let") || token.is("var"); }

class ExportFinder {
 public:
  ExportFinder(const Source& source, const Environment& env)
      : m_source(source), m_env(env), m_tokens(source) {}

  OptionsExport find() {
    while (m_tokens.peek().kind != TokenKind::end) {
      const Token token = take();
      if (token.opens()) ++m_depth;
      if (token.closes() && m_depth > 0) --m_depth;
      if (m_depth == 0 && token.kind == TokenKind::name && !m_after_dot) read_statement(token);
      m_after_dot = token.is(".") || token.is("?.");
    }
    return conclude();
  }

 private:
  Token take() { return m_last = m_tokens.take(); }

  void read_statement(const Token& token) {
    if (token.text == "export" || token.text == "import") m_found.is_module = true;
    if (token.text == "export") {
      read_export(token);
    } else if (token.text == "import") {
      read_import(token);
    } else if (is_declaration(token)) {
      read_declarations(false);
    } else if (token.text == "exports" || token.text == "module") {
      read_common_js(token);
    }
  }

  void read_export(const Token& keyword) {
    const Token& next = m_tokens.peek();
    if (is_declaration(next)) {
      take();
      read_declarations(true);
    } else if (next.is("{")) {
      read_export_list(keyword);
    } else if (next.is("*")) {
      take();
      if (!m_tokens.peek().is("as")) m_star = keyword.begin;
    } else if (next.is("default")) {
      take();
      if (m_tokens.peek().is("options")) m_default = keyword.begin;
    } else if (next.is("function") || next.is("class") || next.is("async")) {
      while (m_tokens.peek().kind == TokenKind::name || m_tokens.peek().is("*")) {
        if (take().text == "options")
          throw not_readable(m_source, keyword.begin, m_last.end(), "the options are");
      }
    }
  }

  // export { a, b as options } [from 'file']
  void read_export_list(const Token& keyword) {
    take();
    std::string local;
    while (m_tokens.peek().kind != TokenKind::end && !m_tokens.peek().is("}")) {
      local = std::string(take().text);
      std::string exported = local;
      if (m_tokens.peek().is("as")) {
        take();
        exported = std::string(take().text);
      }
      if (exported == "options" || exported == "'options'" || exported == "\"options\"")
        set_binding(local, keyword.begin);
      if (m_tokens.peek().is(",")) take();
    }
    if (m_tokens.peek().kind != TokenKind::end) take();
    const bool is_ours = m_found.kind != OptionsExport::Kind::none && m_found.offset == keyword.begin;
    if (m_tokens.peek().is("from") && is_ours) {
      take();
      const Token file = take();
      throw not_readable(m_source, keyword.begin, file.end(), "the options come from another file:");
    }
  }

  void set_binding(const std::string& name, std::size_t where) {
    m_found.kind = OptionsExport::Kind::binding;
    m_found.name = name;
    m_found.offset = where;
  }

  // Every name between `import` and the file name is bound; names of the other module do no harm here.
  void read_import(const Token& keyword) {
    if (m_tokens.peek().is("(") || m_tokens.peek().is(".")) return;
    while (m_tokens.peek().kind != TokenKind::end && m_tokens.peek().kind != TokenKind::string) {
      const Token token = take();
      if (token.is(";")) return;
      if (token.kind != TokenKind::name || token.text == "from" || token.text == "as" || token.text == "type")
        continue;
      add_opaque(token.text, keyword.begin);
    }
  }

  void add_opaque(std::string_view name, std::size_t where) {
    Binding binding;
    binding.is_literal_place = false;
    binding.where = where;
    m_found.bindings.insert_or_assign(std::string(name), binding);
  }

  // name [: Type] [= expression] {, ...}
  void read_declarations(bool exported) {
    const std::size_t where = m_last.begin;
    while (true) {
      if (m_tokens.peek().is("{") || m_tokens.peek().is("[")) {
        read_pattern(exported, where);
      } else if (m_tokens.peek().kind == TokenKind::name) {
        read_declarator(exported);
      } else {
        return;
      }
      if (!m_tokens.peek().is(",")) return;
      take();
    }
  }

  // Destructuring: what it binds is not known without running the script.
  void read_pattern(bool exported, std::size_t where) {
    std::size_t depth = 0;
    do {
      const Token token = take();
      if (token.opens()) ++depth;
      if (token.closes()) --depth;
      if (token.kind == TokenKind::name && !m_tokens.peek().is(":")) {
        add_opaque(token.text, where);
        if (exported && token.text == "options") set_binding("options", where);
      }
    } while (depth > 0 && m_tokens.peek().kind != TokenKind::end);
    m_last = skip_expression(m_tokens, true, m_last);
  }

  void read_declarator(bool exported) {
    const Token name = take();
    Binding binding;
    binding.where = name.begin;
    if (m_tokens.peek().is("!")) take();
    if (m_tokens.peek().is(":")) skip_type();
    if (m_tokens.peek().is("=")) {
      take();
      binding.initialiser = m_tokens.peek().begin;
      if (const auto offset = exported_in_chain()) {
        binding.initialiser = offset;
        set_expression(*offset);
      }
      m_last = skip_expression(m_tokens, true, m_last);
    }
    m_found.bindings.insert_or_assign(std::string(name.text), binding);
    if (exported && name.text == "options") set_binding("options", name.begin);
  }

  // var options = exports.options = ...: the offset of what stands behind.
  std::optional<std::size_t> exported_in_chain() const {
    ScriptTokens ahead = m_tokens;
    Token last = ahead.take();
    if (!last.is("exports") && !last.is("module")) return std::nullopt;
    std::vector<std::string> path{std::string(last.text)};
    for (std::string& key : take_member_path(ahead, last)) path.push_back(std::move(key));
    if (path.front() == "module") path.erase(path.begin());
    if (path != std::vector<std::string>{"exports", "options"} || !ahead.peek().is("=")) return std::nullopt;
    ahead.take();
    return ahead.peek().begin;
  }

  // A type may hold commas between < and >, and => which is no assignment.
  void skip_type() {
    std::size_t depth = 0;
    while (m_tokens.peek().kind != TokenKind::end) {
      const Token& next = m_tokens.peek();
      const bool closes_angle = next.is(">") || next.is(">>") || next.is(">>>");
      if (depth == 0) {
        if (next.is("=") || next.is(";") || next.is(",") || next.closes()) return;
        if (next.line_break_before && ends_operand(m_last) && begins_statement(next) && !next.is("{")) return;
      }
      if (next.opens() || next.is("<")) ++depth;
      if (next.closes() || closes_angle) depth -= std::min(depth, next.text.size());
      take();
    }
  }

  // exports.options = ..., module.exports.options = ..., module.exports = ...
  void read_common_js(const Token& first) {
    std::vector<std::string> path = take_member_path(m_tokens, m_last);
    if (first.text == "module") {
      if (path.empty() || path.front() != "exports") return;
      path.erase(path.begin());
    }
    if (!m_tokens.peek().is("=")) return;
    const bool whole = path.empty();
    if (!whole && (path.front() != "options" || path.size() != 1)) return;
    take();
    const std::size_t begin = m_tokens.peek().begin;
    if (!whole) {
      set_expression(begin);
      return;  // the right side is read on as a statement: it may be a chain of assignments
    }
    read_whole_export(begin);
  }

  void set_expression(std::size_t begin) {
    m_found.kind = OptionsExport::Kind::expression;
    m_found.name.clear();
    m_found.offset = begin;
    m_unread_exports.reset();
  }

  // module.exports = { options: ... }
  void read_whole_export(std::size_t begin) {
    const Value exports = read_script_value(m_source, begin, m_env);
    m_found.kind = OptionsExport::Kind::none;
    m_unread_exports.reset();
    const auto* object = exports.as<Object>();
    if (object == nullptr) {
      if (!is_function(begin)) m_unread_exports = {exports.begin, exports.end};
      return;
    }
    const Found options = script::find(*object, "options");
    if (options.hidden != nullptr) {
      m_unread_exports = {options.hidden->begin, options.hidden->value.end};
    } else if (options.value != nullptr) {
      set_expression(options.value->begin);
    }
  }

  // `module.exports = function () {}`: a function brings no options of its own.
  bool is_function(std::size_t begin) const {
    const ScriptTokens tokens(m_source, begin);
    return tokens.peek().is("function") || tokens.peek().is("async") || tokens.peek().is("class");
  }

  OptionsExport conclude() {
    if (m_found.kind == OptionsExport::Kind::none) {
      if (m_unread_exports) {
        throw not_readable(m_source, m_unread_exports->first, m_unread_exports->second,
                           "what the script exports is");
      }
      if (m_star)
        throw not_readable(m_source, *m_star, line_end(*m_star), "the options may come from another file:");
      if (m_default) {
        throw m_source.error(
            *m_default, "the options are the default export, which k6 takes for the test function",
            "export them by name: export { options }; or run `k6 inspect SCRIPT > options.json` and "
            "pass that with -s options.json");
      }
      m_found.declared_only = m_found.bindings.count("options") > 0;
    }
    return std::move(m_found);
  }

  std::size_t line_end(std::size_t at) const {
    return std::min(m_source.text().find_first_of(";\r\n", at), m_source.text().size());
  }

  const Source& m_source;
  const Environment& m_env;
  ScriptTokens m_tokens;
  Token m_last{};
  std::size_t m_depth = 0;
  bool m_after_dot = false;
  OptionsExport m_found{};
  std::optional<std::size_t> m_star{};
  std::optional<std::size_t> m_default{};
  std::optional<std::pair<std::size_t, std::size_t>> m_unread_exports{};
};

}  // namespace

Error not_readable(const Source& source, std::size_t begin, std::size_t end, std::string_view what) {
  return source.error(
      begin,
      fmt::format("{} `{}`, which is not known without running the script; only literals and __ENV are read",
                  what, shown_expression(source, begin, end)),
      "run `k6 inspect SCRIPT > options.json` and pass that with -s options.json");
}

std::vector<std::string> take_member_path(ScriptTokens& tokens, Token& last) {
  std::vector<std::string> path;
  while (true) {
    if (tokens.peek().is(".") || tokens.peek().is("?.")) {
      last = tokens.take();
      if (tokens.peek().kind != TokenKind::name) return path;
      last = tokens.take();
      path.emplace_back(last.text);
    } else if (tokens.peek().is("[") && !(tokens.peek().line_break_before && path.empty())) {
      last = tokens.take();
      std::string key = "[]";
      if (tokens.peek().kind == TokenKind::string) {
        last = tokens.take();
        if (tokens.peek().is("]")) key = decode_string(tokens.source(), last);
      }
      std::size_t depth = 0;  // the rest of a computed key
      while (tokens.peek().kind != TokenKind::end && !(depth == 0 && tokens.peek().is("]"))) {
        if (tokens.peek().opens()) ++depth;
        if (tokens.peek().closes() && depth > 0) --depth;
        last = tokens.take();
      }
      if (tokens.peek().kind == TokenKind::end) return path;
      last = tokens.take();
      path.push_back(std::move(key));
    } else {
      return path;
    }
  }
}

OptionsExport find_options_export(const Source& source, const Environment& env) {
  return ExportFinder(source, env).find();
}

namespace {

// The name, where the expression is nothing but a name.
std::string single_name(const Source& source, const Value& value) {
  if (value.as<Unknown>() == nullptr) return {};
  const Token token = ScriptTokens(source, value.begin).peek();
  return token.kind == TokenKind::name && token.end() == value.end ? std::string(token.text) : std::string();
}

}  // namespace

Value read_script_options(const Source& source, const Environment& env, bool& declared_only) {
  constexpr std::size_t max_aliases = 8;
  const OptionsExport found = find_options_export(source, env);
  declared_only = found.declared_only;
  std::vector<OptionsName> names;
  Value options;
  if (found.kind == OptionsExport::Kind::none) {  // a bundle may still export them from inside a function
    if (!found.is_module) apply_changes(source, names, source.text().size(), env, options);
    return options;
  }
  std::string name = found.name;
  std::size_t offset = found.offset;
  if (found.kind == OptionsExport::Kind::expression) {
    options = read_script_value(source, offset, env);
    name = single_name(source, options);
  }
  while (!name.empty() && names.size() < max_aliases) {
    const auto binding = found.bindings.find(name);
    if (binding == found.bindings.end()) break;
    if (!binding->second.is_literal_place) {
      const Token token = ScriptTokens(source, binding->second.where).peek();
      const std::size_t end =
          std::min(source.text().find_first_of(";\r\n", token.begin), source.text().size());
      throw not_readable(source, binding->second.where, end, "the options come from");
    }
    names.push_back({name, binding->second.where});
    options = Value{};
    offset = binding->second.where;
    if (!binding->second.initialiser) break;
    offset = *binding->second.initialiser;
    options = read_script_value(source, offset, env);
    name = single_name(source, options);
  }
  if (found.kind == OptionsExport::Kind::binding && names.empty()) {
    throw source.error(found.offset,
                       fmt::format("the script exports {} as options, but nothing of that name is "
                                   "declared at its top level",
                                   cleaned(found.name)));
  }
  apply_changes(source, names, offset, env, options);
  return options;
}

}  // namespace k6apm::apm
