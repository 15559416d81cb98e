// Statements that branch, repeat or leave (ECMA-262, 14.6 to 14.15).
#include "script/parser.hpp"

namespace k6apm::script {

// The expression in brackets behind a keyword.
const Expression* Parser::condition() {
  const Within inside(*this, in_brackets());
  expect("(");
  Expr result = expression();
  expect(")", "a closing bracket");
  return result;
}

// A chain of else if is read in a loop, so that it may be longer than brackets may nest.
const Statement* Parser::if_statement() {
  struct Link {
    std::size_t begin;
    If node;
  };
  std::vector<Link> chain;
  Stmt rest = nullptr;
  do {
    Link link{take().begin, {}};
    link.node.test = condition();
    link.node.yes = statement();
    chain.push_back(link);
    if (!accept("else")) break;
    if (!m_token.is("if")) rest = statement();
  } while (rest == nullptr);
  for (; !chain.empty(); chain.pop_back()) {
    chain.back().node.no = rest;
    rest = make_statement(chain.back().begin, chain.back().node);
  }
  return rest;
}

const Statement* Parser::while_statement() {
  const std::size_t begin = take().begin;
  While node;
  node.test = condition();
  node.body = statement();
  return make_statement(begin, node);
}

const Statement* Parser::do_statement() {
  const std::size_t begin = take().begin;
  While node;
  node.test_last = true;
  node.body = statement();
  expect("while");
  node.test = condition();
  accept(";");
  return make_statement(begin, node);
}

const Statement* Parser::for_statement() {
  const std::size_t begin = take().begin;
  const bool awaits = accept("await");
  expect("(");
  Context context = in_brackets();
  context.no_in = true;
  ForEach loop;
  Stmt initialiser = nullptr;
  {
    const Within head(*this, context);
    const std::size_t first = m_token.begin;
    loop.declares = m_token.is("var") || m_token.is("const") || (at_let() && !ahead().is("of"));
    if (loop.declares) {
      loop.kind = declaration_kind();
      loop.target = pattern(true);
      skip_annotation();
      if (m_token.is("of") || m_token.is("in")) return for_each(begin, loop, awaits);
      initialiser =
          make_statement(first, VariableDeclaration{loop.kind, declarators(loop.kind, loop.target)});
    } else if (at_pattern_before("of", "in")) {
      loop.target = pattern(false);
      return for_each(begin, loop, awaits);
    } else if (!m_token.is(";")) {
      Expr expression_here = expression();
      if (m_token.is("of") || m_token.is("in")) {
        loop.target = target_of(expression_here);
        return for_each(begin, loop, awaits);
      }
      initialiser = make_statement(first, ExpressionStatement{expression_here});
    }
  }
  return for_rest(begin, initialiser);
}

// From `of` or `in` on.
const Statement* Parser::for_each(std::size_t begin, ForEach loop, bool awaits) {
  const Within inside(*this, in_brackets());
  loop.over_keys = take().text == "in";
  const std::size_t first = m_token.begin;
  loop.object = loop.over_keys ? expression() : assignment();
  if (awaits) loop.object = make(first, Opaque{});
  expect(")", "a closing bracket");
  loop.body = statement();
  return make_statement(begin, loop);
}

// From the first semicolon on.
const Statement* Parser::for_rest(std::size_t begin, Stmt initialiser) {
  For node{initialiser};
  expect(";", "a semicolon");
  if (!m_token.is(";")) node.test = expression();
  expect(";", "a semicolon");
  if (!m_token.is(")")) node.update = expression();
  expect(")", "a closing bracket");
  node.body = statement();
  return make_statement(begin, node);
}

const Statement* Parser::switch_statement() {
  const std::size_t begin = take().begin;
  Switch node{condition()};
  if (!m_token.is("{")) fail("{");
  advance();
  while (!accept("}")) {
    Case& branch = node.cases.emplace_back();
    if (!accept("default")) {
      expect("case", "case or default");
      Context context = m_context;
      context.before_colon = true;
      const Within inside(*this, context);
      branch.test = expression();
    }
    expect(":", "a colon");
    while (!m_token.is("case") && !m_token.is("default") && !m_token.is("}"))
      branch.statements.push_back(statement());
  }
  return make_statement(begin, std::move(node));
}

const Statement* Parser::try_statement() {
  const std::size_t begin = take().begin;
  Try node;
  node.body = block();
  if (accept("catch")) {
    if (accept("(")) {
      node.parameter = pattern(true);
      skip_annotation();
      expect(")", "a closing bracket");
    }
    node.handler = block();
  }
  if (accept("finally")) node.finalizer = block();
  if (node.handler == nullptr && node.finalizer == nullptr) fail("catch or finally");
  return make_statement(begin, node);
}

// return, throw, break, continue: a line break behind the word ends the statement.
const Statement* Parser::jump() {
  const Token word = take();
  const bool ended =
      m_token.line_break_before || m_token.is(";") || m_token.is("}") || m_token.kind == TokenKind::end;
  if (word.is("break") || word.is("continue")) {
    const std::string_view label = ended ? std::string_view() : take_name();
    end_statement();
    return word.is("break") ? make_statement(word.begin, Break{label})
                            : make_statement(word.begin, Continue{label});
  }
  if (ended && word.is("throw")) fail("a value");
  Expr value = ended ? nullptr : expression();
  end_statement();
  return word.is("return") ? make_statement(word.begin, Return{value})
                           : make_statement(word.begin, Throw{value});
}

// Not in modules nor in strict code; what its names mean, nobody knows.
const Statement* Parser::with_statement() {
  const std::size_t begin = take().begin;
  condition();
  statement();
  Expr all = make(begin, Opaque{});
  return make_statement(begin, ExpressionStatement{all});
}

}  // namespace k6apm::script
