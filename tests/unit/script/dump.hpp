// The tree of a script as text: (operator operand ...), so that a table can say what a text must become.
#pragma once

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "error.hpp"
#include "script/script.hpp"

namespace dump {

using namespace k6apm::script;

class Dump {
 public:
  explicit Dump(Script& script) : m_script(script) {}

  std::string of(const std::vector<const Statement*>& statements) {
    std::string out;
    for (const Statement* statement : statements) out += (out.empty() ? "" : " ") + of(statement);
    return out;
  }

  std::string of(const Statement* statement) {
    if (statement == nullptr) return "-";
    return std::visit([&](const auto& node) { return text(node, *statement); }, statement->node);
  }

  std::string of(const Expression* expression) {
    if (expression == nullptr) return "-";
    return std::visit([&](const auto& node) { return text(node, *expression); }, expression->node);
  }

  std::string of(const Pattern* pattern) {
    if (pattern == nullptr) return "-";
    return std::visit([&](const auto& node) { return text(node); }, pattern->node);
  }

 private:
  std::string source(const Range& range) const {
    return std::string(m_script.source().text().substr(range.begin, range.end - range.begin));
  }

  // The words that are not empty, in round brackets.
  static std::string list(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
      if (!word.empty()) out += (out.empty() ? "" : " ") + word;
    }
    return "(" + out + ")";
  }
  static std::string optional(bool is, std::string_view op) { return (is ? "?." : "") + std::string(op); }

  std::string elements(const std::vector<Element>& all) {
    std::string out;
    for (const Element& element : all)
      out += (out.empty() ? "" : " ") + std::string(element.spread ? "..." : "") + of(element.value);
    return out;
  }
  std::string key(const PropertyKey& name) {
    return name.computed != nullptr ? "[" + of(name.computed) + "]" : name.name;
  }

  std::string function(const Function& f) {
    std::string parameters;
    for (const Parameter& p : f.parameters)
      parameters += (parameters.empty() ? "" : " ") + with_default(of(p.target), p.initialiser);
    if (f.rest != nullptr) parameters += (parameters.empty() ? "..." : " ...") + of(f.rest);
    const std::string op = std::string(f.is_async ? "async " : "") + (f.is_arrow ? "=>" : "function") +
                           (f.is_generator ? "*" : "");
    const std::string body = f.is_opaque                    ? "opaque"
                             : f.expression_body != nullptr ? of(f.expression_body)
                                                            : "{" + of(m_script.body(f)) + "}";
    return list({op, std::string(f.name), "(" + parameters + ")", body});
  }
  std::string with_default(const std::string& target, const Expression* initialiser) {
    return initialiser == nullptr ? target : "(= " + target + " " + of(initialiser) + ")";
  }

  // Expressions
  std::string text(const Opaque&, const Expression& e) { return "<" + source(e.range) + ">"; }
  std::string text(const NumberLiteral& n, const Expression&) { return fmt::format("{}", n.value); }
  std::string text(const StringLiteral& n, const Expression&) { return "'" + n.value + "'"; }
  std::string text(const BooleanLiteral& n, const Expression&) { return n.value ? "true" : "false"; }
  std::string text(const NullLiteral&, const Expression&) { return "null"; }
  std::string text(const RegexLiteral& n, const Expression&) { return std::string(n.text); }
  std::string text(const Name& n, const Expression&) { return std::string(n.name); }
  std::string text(const This&, const Expression&) { return "this"; }
  std::string text(const TemplateLiteral& n, const Expression&) {
    std::string out = "`" + n.texts.at(0);
    for (std::size_t i = 0; i < n.values.size(); ++i) out += "${" + of(n.values[i]) + "}" + n.texts.at(i + 1);
    return out + "`";
  }
  std::string text(const ArrayLiteral& n, const Expression&) { return "[" + elements(n.elements) + "]"; }
  std::string text(const ObjectLiteral& n, const Expression&) {
    std::string out;
    for (const Property& p : n.properties) {
      if (!out.empty()) out += ' ';
      if (p.kind == PropertyKind::getter) out += "get ";
      if (p.kind == PropertyKind::setter) out += "set ";
      out += p.kind == PropertyKind::spread ? "..." : key(p.key) + ":";
      out += of(p.value);
    }
    return "{" + out + "}";
  }
  std::string text(const FunctionExpression& n, const Expression&) { return function(*n.function); }
  std::string text(const ClassExpression& n, const Expression&) {
    return list({"class", std::string(n.name)});
  }
  std::string text(const Unary& n, const Expression&) { return list({std::string(n.op), of(n.operand)}); }
  std::string text(const Update& n, const Expression&) {
    return list({(n.prefix ? "" : "_") + std::string(n.op), of(n.target)});
  }
  std::string text(const Binary& n, const Expression&) {
    return list({std::string(n.op), of(n.left), of(n.right)});
  }
  std::string text(const Logical& n, const Expression&) {
    return list({std::string(n.op), of(n.left), of(n.right)});
  }
  std::string text(const Conditional& n, const Expression&) {
    return list({"?", of(n.test), of(n.yes), of(n.no)});
  }
  std::string text(const Assignment& n, const Expression&) {
    return list({std::string(n.op), of(n.target), of(n.value)});
  }
  std::string text(const MemberAccess& n, const Expression&) {
    return list({optional(n.optional, "."), of(n.object), std::string(n.name)});
  }
  std::string text(const IndexAccess& n, const Expression&) {
    return list({optional(n.optional, "[]"), of(n.object), of(n.index)});
  }
  std::string text(const Call& n, const Expression&) {
    return list({optional(n.optional, "call"), of(n.callee), elements(n.arguments)});
  }
  std::string text(const New& n, const Expression&) {
    return list({"new", of(n.callee), elements(n.arguments)});
  }
  std::string text(const OptionalChain& n, const Expression&) { return list({"chain", of(n.chain)}); }
  std::string text(const Sequence& n, const Expression&) {
    std::string out = "(,";
    for (const Expression* expression : n.expressions) out += " " + of(expression);
    return out + ")";
  }

  // Patterns
  std::string text(const NamePattern& n) { return std::string(n.name); }
  std::string text(const ExpressionPattern& n) { return of(n.target); }
  std::string text(const ObjectPattern& n) {
    std::string out;
    for (const PatternElement& e : n.elements)
      out += (out.empty() ? "" : " ") + key(e.key) + ":" + with_default(of(e.target), e.initialiser);
    if (n.rest != nullptr) out += (out.empty() ? "..." : " ...") + of(n.rest);
    return "{" + out + "}";
  }
  std::string text(const ArrayPattern& n) {
    std::string out;
    for (const PatternElement& e : n.elements)
      out += (out.empty() ? "" : " ") + with_default(of(e.target), e.initialiser);
    if (n.rest != nullptr) out += (out.empty() ? "..." : " ...") + of(n.rest);
    return "[" + out + "]";
  }

  // Statements
  static std::string word(DeclarationKind kind) {
    return kind == DeclarationKind::var ? "var" : kind == DeclarationKind::let ? "let" : "const";
  }
  std::string text(const Empty&, const Statement&) { return ";"; }
  std::string text(const VariableDeclaration& n, const Statement&) {
    std::vector<std::string> words{word(n.kind)};
    for (const Declarator& d : n.declarators) words.push_back(with_default(of(d.target), d.initialiser));
    return list(words);
  }
  std::string text(const ExpressionStatement& n, const Statement&) { return of(n.expression); }
  std::string text(const FunctionDeclaration& n, const Statement&) {
    return "declare " + function(*n.function);
  }
  std::string text(const ClassDeclaration& n, const Statement&) {
    return list({"declare class", std::string(n.name)});
  }
  std::string text(const EnumDeclaration& n, const Statement&) {
    std::vector<std::string> words{"enum", std::string(n.name)};
    for (const EnumMember& m : n.members) words.push_back(with_default(m.name, m.initialiser));
    return list(words);
  }
  std::string text(const Block& n, const Statement&) { return "{" + of(n.statements) + "}"; }
  std::string text(const Return& n, const Statement&) { return list({"return", of(n.value)}); }
  std::string text(const Throw& n, const Statement&) { return list({"throw", of(n.value)}); }
  std::string text(const If& n, const Statement&) { return list({"if", of(n.test), of(n.yes), of(n.no)}); }
  std::string text(const For& n, const Statement&) {
    return list({"for", of(n.initialiser), of(n.test), of(n.update), of(n.body)});
  }
  std::string text(const ForEach& n, const Statement&) {
    return list({n.over_keys ? "for-in" : "for-of", n.declares ? word(n.kind) : "", of(n.target),
                 of(n.object), of(n.body)});
  }
  std::string text(const While& n, const Statement&) {
    return n.test_last ? list({"do", of(n.body), of(n.test)}) : list({"while", of(n.test), of(n.body)});
  }
  std::string text(const Switch& n, const Statement&) {
    std::vector<std::string> words{"switch", of(n.value)};
    for (const Case& c : n.cases) words.push_back("(" + of(c.test) + ": " + of(c.statements) + ")");
    return list(words);
  }
  std::string text(const Try& n, const Statement&) {
    return list({"try", of(n.body), of(n.parameter), of(n.handler), of(n.finalizer)});
  }
  std::string text(const Break& n, const Statement&) { return list({"break", std::string(n.label)}); }
  std::string text(const Continue& n, const Statement&) { return list({"continue", std::string(n.label)}); }
  std::string text(const Labelled& n, const Statement&) {
    return list({std::string(n.label) + ":", of(n.body)});
  }
  std::string text(const Import& n, const Statement&) {
    std::vector<std::string> words{"import", "'" + n.file + "'"};
    for (const ImportedName& name : n.names) words.push_back(name.imported + "=" + std::string(name.local));
    return list(words);
  }
  std::string text(const ExportDeclaration& n, const Statement&) {
    return list({"export", of(n.declaration)});
  }
  std::string text(const ExportNames& n, const Statement&) {
    std::vector<std::string> words{"export-names"};
    for (const ExportedName& name : n.names) words.push_back(name.local + "=" + name.exported);
    if (n.from) words.push_back("'" + n.file + "'");
    return list(words);
  }
  std::string text(const ExportAll& n, const Statement&) {
    return list({"export-all", n.exported, "'" + n.file + "'"});
  }
  std::string text(const ExportDefault& n, const Statement&) {
    return list({"export-default", n.value != nullptr ? of(n.value) : of(n.declaration)});
  }
  std::string text(const ExportAssignment& n, const Statement&) { return list({"export=", of(n.value)}); }
  std::string text(const Unread& n, const Statement& s) {
    return fmt::format("!{}:{} {}!<{}>", n.error.where.line, n.error.where.column, n.error.text,
                       source(s.range));
  }

  Script& m_script;
};

/// The statements of a file; functions with their bodies.
inline std::string file(std::string_view text) {
  const Source source(text, "script.js");
  Script script(source);
  return Dump(script).of(script.statements());
}

/// An expression alone.
inline std::string expression(std::string_view text) {
  const Source source(text, "script.js");
  Script script(source);
  return Dump(script).of(&script.expression());
}

/// `line:column text` of the error, or what came out instead.
inline std::string error_of(std::string_view text) {
  try {
    return "no error: " + file(text);
  } catch (const k6apm::Error& error) {
    const auto& notice = error.notice();
    return fmt::format("{}:{} {}", notice.where.line, notice.where.column, notice.text);
  }
}

using Table = std::vector<std::pair<std::string, std::string>>;

/// Each text becomes the tree, or the error.
inline void check(const Table& table) {
  for (const auto& row : table) {
    const auto& text = row.first;
    const auto& tree = row.second;
    CAPTURE(text);
    std::string out;
    try {
      out = file(text);
    } catch (const k6apm::Error& error) {
      out = error.what();
    }
    CHECK(out == tree);
  }
}

}  // namespace dump
