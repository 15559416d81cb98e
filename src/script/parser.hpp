// The parser of JavaScript and TypeScript, by recursive descent over a TokenList (ECMA-262, 13 to 16). Types
// are passed over. Functions with braces are left for later, classes are not looked into at all.
//
// Nothing is ever parsed twice: what an arrow function or a list of type arguments is is told by looking
// behind the closing bracket, which the TokenList knows, and what was found out about a `<` is remembered. So
// the time is linear in the text, templates in templates included: they are tokens of the one list as well.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "script/script.hpp"

namespace k6apm::script {

class Parser {
 public:
  /// Keeps references to all three.
  Parser(const Source& source, const TokenList& tokens, Nodes& nodes);

  /// As Script::statements.
  std::vector<const Statement*> read_file();
  /// As Script::body.
  std::vector<const Statement*> read_body(const Function& function);
  /// As Script::expression.
  const Expression* read_expression();

 private:
  using Expr = const Expression*;
  using Stmt = const Statement*;

  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  /// What the place says about how a text is to be read.
  struct Context {
    bool is_async = false;      // await is an operator
    bool is_generator = false;  // yield is one
    bool no_in = false;         // `in` ends the expression: the head of a for
    bool before_colon = false;  // a : behind ) belongs to ?: or case, not to a type
    bool is_ambient = false;    // behind `declare`
  };
  /// Sets the context until its end.
  class Within {
   public:
    Within(Parser& parser, Context context) : m_parser(parser), m_outer(parser.m_context) {
      parser.m_context = context;
    }
    ~Within() { m_parser.m_context = m_outer; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    Parser& m_parser;
    Context m_outer;
  };
  /// Measures one branch of the tree: m_height is the greatest height of what was made since this began. Who
  /// makes a node out of others holds one, else neighbours would count as if they were nested.
  class Branch {
   public:
    explicit Branch(Parser& parser) : m_parser(parser), m_outer(std::exchange(parser.m_height, 0)) {}
    ~Branch() { m_parser.m_height = std::max(m_outer, m_parser.m_height); }
    Branch(const Branch&) = delete;
    Branch& operator=(const Branch&) = delete;

   private:
    Parser& m_parser;
    std::size_t m_outer;
  };
  /// A Branch that the parser enters by calling itself.
  class Level {
   public:
    explicit Level(Parser& parser) : m_parser(parser), m_branch(parser) {
      if (parser.m_depth >= max_nesting) parser.fail_too_deep();
      ++parser.m_depth;
    }
    ~Level() { --m_parser.m_depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& m_parser;
    Branch m_branch;
  };
  struct Operator {
    std::string_view text{};
    std::size_t tokens = 1;
  };

  // parser.cpp: the cursor, errors, nodes
  void go_to(std::size_t index);
  void advance();
  Token take();
  Token ahead(std::size_t distance = 1) const { return m_tokens.at(m_index + distance); }
  bool accept(std::string_view text);
  void expect(std::string_view text);
  void expect(std::string_view text, std::string_view wanted);
  void end_statement();
  std::string_view take_name(std::string_view wanted = "a name");
  std::string take_file(Range& range);
  bool at_name() const;
  bool at_template() const;
  void skip_template();
  std::size_t behind_template(std::size_t i) const;
  Context in_brackets() const;
  [[noreturn]] void fail(std::string_view wanted) const;
  [[noreturn]] void fail_too_deep() const;
  void count_node();
  template <class Node>
  Expr make(std::size_t begin, Node node) {
    count_node();
    return &m_nodes.expressions.emplace_back(Expression{{begin, m_last_end}, std::move(node)});
  }
  template <class Node>
  Stmt make_statement(std::size_t begin, Node node) {
    count_node();
    return &m_nodes.statements.emplace_back(Statement{{begin, m_last_end}, std::move(node)});
  }
  template <class Node>
  const Pattern* make_pattern(std::size_t begin, Node node) {
    count_node();
    return &m_nodes.patterns.emplace_back(Pattern{{begin, m_last_end}, std::move(node)});
  }

  // expressions.cpp: operators
  Expr expression();
  Expr assignment();
  Expr assign(std::size_t begin, const Pattern* target, std::string_view op);
  Expr conditional();
  Expr binary(int above);
  Expr power();
  Expr unary();
  Expr unary_operator();
  Expr await();
  Expr yield();
  Expr update(std::size_t begin, std::string_view op, bool prefix, Expr target);
  bool at_await() const;
  Operator operator_here() const;
  bool skip_assertion();

  // operands.cpp: literals, names, and what stands behind them
  Expr postfix();
  Expr left_hand_side(bool calls = true);
  Expr suffix(std::size_t begin, Expr base, bool calls, bool& chained);
  Expr member(std::size_t begin, Expr base, bool optional);
  Expr index(std::size_t begin, Expr base, bool optional);
  Expr call(std::size_t begin, Expr base, bool optional);
  bool skip_type_arguments_of_call();
  std::vector<Element> elements(std::string_view close);
  Expr spread_value();
  Expr new_expression();
  Expr primary();
  Expr keyword_or_name();
  Expr bracket_or_punctuator();
  Expr import_expression();
  Expr template_literal();

  // objects.cpp
  Expr object_literal();
  Property property();
  Expr property_value(const Token& key, const PropertyKey& name, Function& method);
  Expr method(Function& function);
  PropertyKey property_key();

  // functions.cpp: functions and classes
  Expr arrow_function();
  bool begins_arrow(std::size_t i);
  bool surely_parameters(std::size_t open) const;
  Expr function_expression();
  Stmt function_declaration(bool needs_name);
  const Function* add_function(Function function);
  void function_head(Function& function);
  void function_rest(Function& function);
  void parameters(Function& function);
  void parameter(Function& function);
  void skip_parameter_modifiers();
  std::string_view class_rest();
  void skip_decorators();

  // patterns.cpp
  const Pattern* pattern(bool binds);
  const Pattern* object_pattern(bool binds);
  const Pattern* array_pattern(bool binds);
  PatternElement object_pattern_element(bool binds);
  const Pattern* simple_target(bool binds);
  const Pattern* target_of(Expr expression);
  bool at_pattern_before(std::string_view a, std::string_view b) const;
  Expr initialiser();

  // statements.cpp
  Stmt unread(std::size_t first, const Notice& error);
  bool begins_statement_again(std::size_t i) const;
  Stmt statement();
  Stmt keyword_statement();
  Stmt other_statement();
  Stmt expression_statement();
  Stmt block();
  Stmt variables(bool ends);
  std::vector<Declarator> declarators(DeclarationKind kind, const Pattern* first);
  bool at_let() const;
  DeclarationKind declaration_kind();
  Stmt labelled();

  // control.cpp: statements that branch, repeat or leave
  Stmt if_statement();
  Stmt for_statement();
  Stmt for_each(std::size_t begin, ForEach loop, bool awaits);
  Stmt for_rest(std::size_t begin, Stmt initialiser);
  Stmt while_statement();
  Stmt do_statement();
  Stmt switch_statement();
  Stmt try_statement();
  Stmt jump();
  Stmt with_statement();
  Expr condition();

  // modules.cpp
  Stmt import_statement();
  Stmt import_alias(std::size_t begin);
  void imported_names(Import& import);
  Stmt export_statement();
  Stmt export_default(std::size_t begin);
  Stmt export_all(std::size_t begin);
  Stmt export_names(std::size_t begin);
  std::string module_name();
  bool accept_type();
  void skip_import_attributes();

  // types.cpp: where the types of TypeScript end
  std::size_t type_end(std::size_t i);
  std::size_t type_operand_end(std::size_t i);
  std::size_t type_name_end(std::size_t i) const;
  std::size_t type_suffix_end(std::size_t i);
  bool is_type_prefix(std::size_t i) const;
  std::size_t angle_end(std::size_t i);
  std::size_t angle_end_anew(std::size_t i);
  void skip_type();
  void skip_type_parameters();
  void skip_annotation();

  // declarations.cpp: statements that only TypeScript has
  Stmt typescript_statement();
  Stmt enum_statement();
  Stmt interface_statement();
  Stmt alias_statement();
  Stmt declare_statement();
  Stmt namespace_statement();
  Stmt passed_over(std::size_t begin) { return make_statement(begin, Empty{}); }

  const Source& m_source;
  const TokenList& m_tokens;
  Nodes& m_nodes;
  Token m_token{};  // at m_index
  std::size_t m_index = 0;
  std::size_t m_last_end = 0;  // of the token before
  Context m_context{};
  std::size_t m_depth = 0;
  std::size_t m_height = 0;
  std::unordered_map<std::size_t, std::size_t> m_angles{};  // what angle_end said
  std::size_t m_open_angles = 0;
};

/// Whether the word can never be the name of a variable.
bool is_reserved(std::string_view word);

}  // namespace k6apm::script
