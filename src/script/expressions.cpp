// Operators and how they bind (ECMA-262, 13.4 to 13.16).
#include "script/parser.hpp"

namespace k6apm::script {

namespace {

constexpr int k_relational = 7;
constexpr int k_power = 11;

struct Precedence {
  std::string_view op;
  int precedence;
};
// Least first; what is no operator between two operands has none.
constexpr Precedence k_precedences[] = {{"??", 1},  {"||", 1},  {"&&", 2}, {"|", 3},   {"^", 4},
                                        {"&", 5},   {"==", 6},  {"!=", 6}, {"<", 7},   {">", 7},
                                        {"===", 6}, {"!==", 6}, {"<=", 7}, {">=", 7},  {"instanceof", 7},
                                        {"in", 7},  {"<<", 8},  {">>", 8}, {">>>", 8}, {"+", 9},
                                        {"-", 9},   {"*", 10},  {"/", 10}, {"%", 10},  {"**", 11}};

int precedence_of(std::string_view op) {
  const auto* const found = std::find_if(std::begin(k_precedences), std::end(k_precedences),
                                         [&](const Precedence& p) { return p.op == op; });
  return found == std::end(k_precedences) ? 0 : found->precedence;
}

bool is_assignment(std::string_view op) {
  static constexpr std::string_view ops[] = {
      "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "?\?="};
  return !op.empty() && op.back() == '=' && one_of(op, ops);
}

}  // namespace

const Expression* Parser::expression() {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  Expr first = assignment();
  if (!m_token.is(",")) return first;
  Sequence sequence{{first}};
  while (accept(",")) sequence.expressions.push_back(assignment());
  return make(begin, std::move(sequence));
}

const Expression* Parser::assignment() {
  const Level level(*this);
  const std::size_t begin = m_token.begin;
  if (Expr arrow = arrow_function()) return arrow;
  if (m_context.is_generator && m_token.is("yield")) return yield();
  if (at_pattern_before("=", "=")) {
    const Pattern* target = pattern(false);
    return assign(begin, target, take().text);
  }
  Expr left = conditional();
  const Operator op = operator_here();
  if (!is_assignment(op.text)) return left;
  const Pattern* target = target_of(left);
  go_to(m_index + op.tokens);
  return assign(begin, target, op.text);
}

const Expression* Parser::assign(std::size_t begin, const Pattern* target, std::string_view op) {
  Expr value = assignment();
  const auto* access = std::get_if<ExpressionPattern>(&target->node);
  if (access != nullptr && std::holds_alternative<Opaque>(access->target->node)) return make(begin, Opaque{});
  return make(begin, Assignment{op, target, value});
}

const Expression* Parser::conditional() {
  const std::size_t begin = m_token.begin;
  Expr test = binary(0);
  if (!accept("?")) return test;
  Conditional node{test};
  {
    Context context = in_brackets();
    context.before_colon = true;
    const Within yes(*this, context);
    node.yes = assignment();
  }
  expect(":", "a colon");
  node.no = assignment();
  return make(begin, node);
}

// What begins with > is one token for each character.
Parser::Operator Parser::operator_here() const {
  if (m_token.kind != TokenKind::punctuator && m_token.kind != TokenKind::name) return {};
  if (m_token.text != ">") return {m_token.text, 1};
  constexpr std::size_t longest = 4;
  std::size_t count = 1;
  std::size_t end = m_token.end();
  bool ended = false;
  for (; count < longest && !ended; ++count) {
    const Token next = ahead(count);
    if (next.begin != end || !(next.is(">") || next.is("="))) break;
    ended = next.is("=");
    end = next.end();
  }
  return {m_source.text().substr(m_token.begin, end - m_token.begin), count};
}

// Operators that bind closer than `above`.
const Expression* Parser::binary(int above) {
  const Branch branch(*this);
  const std::size_t begin = m_token.begin;
  Expr left = unary();
  while (true) {
    if (above < k_relational && skip_assertion()) continue;
    const Operator op = operator_here();
    const int precedence = precedence_of(op.text);
    if (precedence <= above || (m_context.no_in && op.text == "in")) return left;
    go_to(m_index + op.tokens);
    Expr right = precedence == k_power ? power() : binary(precedence);
    const bool is_logical = op.text == "&&" || op.text == "||" || op.text == "??";
    left =
        is_logical ? make(begin, Logical{op.text, left, right}) : make(begin, Binary{op.text, left, right});
  }
}

// The right side of **, which takes further ones.
const Expression* Parser::power() {
  const Level level(*this);
  return binary(k_power - 1);
}

// TypeScript: value as T, value satisfies T.
bool Parser::skip_assertion() {
  if (m_token.line_break_before || !(m_token.is("as") || m_token.is("satisfies"))) return false;
  advance();
  if (!accept("const")) skip_type();
  return true;
}

const Expression* Parser::unary() {
  static constexpr std::string_view punctuators[] = {"!", "-", "+", "~", "++", "--", "<"};
  static constexpr std::string_view words[] = {"typeof", "void", "delete"};
  const bool is_operator = m_token.kind == TokenKind::punctuator
                               ? one_of(m_token.text, punctuators)
                               : m_token.kind == TokenKind::name && one_of(m_token.text, words);
  if (is_operator) return unary_operator();
  return at_await() ? await() : postfix();
}

const Expression* Parser::unary_operator() {
  const Level level(*this);
  const std::size_t begin = m_token.begin;
  if (m_token.is("<")) {  // TypeScript: <T>value
    skip_type_parameters();
    return unary();
  }
  const std::string_view op = take().text;
  Expr operand = unary();
  if (op == "++" || op == "--") return update(begin, op, true, operand);
  if (m_token.is("**"))
    throw m_source.error(begin, "syntax error: -a ** b is neither (-a) ** b nor -(a ** b)",
                         "write the brackets");
  return make(begin, Unary{op, operand});
}

const Expression* Parser::update(std::size_t begin, std::string_view op, bool prefix, Expr target) {
  if (std::holds_alternative<Opaque>(target->node)) return make(begin, Opaque{});
  target_of(target);  // or an error
  return make(begin, Update{op, prefix, target});
}

// Outside of async functions `await` is a name, but a file may await at its top level.
bool Parser::at_await() const {
  if (!m_token.is("await")) return false;
  if (m_context.is_async) return true;
  const Token next = ahead();
  if (next.line_break_before) return false;
  if (next.kind == TokenKind::name) return !one_of(next.text, {"in", "instanceof", "of", "as", "satisfies"});
  return next.kind == TokenKind::string || next.kind == TokenKind::number;
}

const Expression* Parser::await() {
  const Level level(*this);
  const std::size_t begin = take().begin;
  unary();
  return make(begin, Opaque{});
}

const Expression* Parser::yield() {
  const std::size_t begin = take().begin;
  const bool ended = m_token.line_break_before || m_token.closes() || m_token.kind == TokenKind::end ||
                     m_token.is(",") || m_token.is(";") || m_token.is(":") || m_token.is("in") ||
                     m_token.is("of") || (m_token.kind == TokenKind::template_part && !at_template());
  if (ended) return make(begin, Opaque{});
  accept("*");
  assignment();
  return make(begin, Opaque{});
}

}  // namespace k6apm::script
