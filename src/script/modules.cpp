// import and export (ECMA-262, 16.2), with what TypeScript adds.
#include "script/literals.hpp"
#include "script/parser.hpp"

namespace k6apm::script {

const Statement* Parser::import_statement() {
  const std::size_t begin = take().begin;
  Import node;
  // `type` is a name too: import type from 'file'
  const Token next = ahead();
  const bool is_type = m_token.is("type") && !next.is(",") && !next.is("=") &&
                       (!next.is("from") || ahead(2).kind != TokenKind::string);
  if (is_type) advance();
  if (at_name() && ahead().is("=")) {
    Stmt alias = import_alias(begin);
    return is_type ? passed_over(begin) : alias;
  }
  if (m_token.kind != TokenKind::string) {
    imported_names(node);
    expect("from");
  }
  node.file = take_file(node.file_range);
  skip_import_attributes();
  end_statement();
  return is_type ? passed_over(begin) : make_statement(begin, std::move(node));
}

// import x = require('file'), import x = a.b: a constant.
const Statement* Parser::import_alias(std::size_t begin) {
  const std::size_t first = m_token.begin;
  const std::string_view name = take().text;
  Declarator declarator{make_pattern(first, NamePattern{name}), nullptr};
  declarator.initialiser = initialiser();
  end_statement();
  return make_statement(begin, VariableDeclaration{DeclarationKind::constant, {declarator}});
}

// name, * as name, { a, b as c, type D }
void Parser::imported_names(Import& import) {
  if (at_name()) {
    import.names.push_back({"default", take().text});
    if (!accept(",")) return;
  }
  if (accept("*")) {
    expect("as");
    import.names.push_back({"*", take_name()});
    return;
  }
  if (!accept("{")) fail("the imported names");
  while (!accept("}")) {
    const bool is_type = accept_type();
    ImportedName name;
    const Token first = m_token;
    name.imported = module_name();
    if (accept("as")) {
      name.local = take_name();
    } else {
      if (first.kind != TokenKind::name || is_reserved(first.text)) fail("as");
      name.local = first.text;
    }
    if (!is_type) import.names.push_back(std::move(name));
    if (!m_token.is("}")) expect(",", "a comma or a closing bracket");
  }
}

// Whether only a type is meant: { type A, type B as C }, but not { type, type as A }.
bool Parser::accept_type() {
  const auto ends = [&](std::size_t distance) { return ahead(distance).is(",") || ahead(distance).is("}"); };
  if (!m_token.is("type") || ends(1)) return false;
  if (ahead().is("as") && !ends(2) && (!ahead(2).is("as") || ends(3))) return false;
  advance();
  return true;
}

// A name between the braces of import and export: keywords and strings are allowed.
std::string Parser::module_name() {
  std::string name;
  if (m_token.kind == TokenKind::string) {
    name = decode_string(m_source, m_token);
  } else if (m_token.kind == TokenKind::name) {
    name = std::string(m_token.text);
  } else {
    fail("a name");
  }
  advance();
  return name;
}

// with { type: 'json' }
void Parser::skip_import_attributes() {
  const bool begins = m_token.is("with") || (m_token.is("assert") && !m_token.line_break_before);
  if (!begins || !ahead().is("{")) return;
  advance();
  go_to(m_tokens.partner(m_index) + 1);
}

const Statement* Parser::export_statement() {
  const std::size_t begin = take().begin;
  if (accept("default")) return export_default(begin);
  if (accept("*")) return export_all(begin);
  if (m_token.is("{")) return export_names(begin);
  if (accept("=")) {
    Expr value = expression();
    end_statement();
    return make_statement(begin, ExportAssignment{value});
  }
  const Token next = ahead();
  if (m_token.is("as") && next.is("namespace")) {
    advance();
    advance();
    take_name();
    end_statement();
    return passed_over(begin);
  }
  if (m_token.is("type") && (next.is("{") || next.is("*"))) {
    advance();
    if (accept("*")) {
      export_all(begin);
    } else {
      export_names(begin);
    }
    return passed_over(begin);
  }
  static constexpr std::string_view words[] = {"var", "const", "function", "class", "enum", "import"};
  const bool declares = one_of(m_token.text, words) || at_let() || m_token.is("async") || m_token.is("@");
  Stmt declaration = declares ? statement() : typescript_statement();
  if (declaration == nullptr) fail("what is exported");
  const bool is_nothing = std::holds_alternative<Empty>(declaration->node);
  return is_nothing ? passed_over(begin) : make_statement(begin, ExportDeclaration{declaration});
}

const Statement* Parser::export_default(std::size_t begin) {
  skip_decorators();
  const Token next = ahead();
  Stmt declaration = nullptr;
  if (m_token.is("function") || (m_token.is("async") && next.is("function") && !next.line_break_before)) {
    declaration = function_declaration(false);
  } else if (m_token.is("class")) {
    declaration = keyword_statement();
  } else if (m_token.is("abstract") || m_token.is("interface")) {
    declaration = typescript_statement();
  }
  if (declaration == nullptr) {
    Expr value = assignment();
    end_statement();
    return make_statement(begin, ExportDefault{value, nullptr});
  }
  const bool is_nothing = std::holds_alternative<Empty>(declaration->node);
  return is_nothing ? passed_over(begin) : make_statement(begin, ExportDefault{nullptr, declaration});
}

// Behind the *.
const Statement* Parser::export_all(std::size_t begin) {
  ExportAll node;
  if (accept("as")) node.exported = module_name();
  expect("from");
  Range range;
  node.file = take_file(range);
  skip_import_attributes();
  end_statement();
  return make_statement(begin, std::move(node));
}

const Statement* Parser::export_names(std::size_t begin) {
  ExportNames node;
  advance();
  while (!accept("}")) {
    const bool is_type = accept_type();
    ExportedName name;
    name.local = module_name();
    name.exported = accept("as") ? module_name() : name.local;
    if (!is_type) node.names.push_back(std::move(name));
    if (!m_token.is("}")) expect(",", "a comma or a closing bracket");
  }
  node.from = accept("from");
  if (node.from) {
    Range range;
    node.file = take_file(range);
    skip_import_attributes();
  }
  end_statement();
  return make_statement(begin, std::move(node));
}

}  // namespace k6apm::script
