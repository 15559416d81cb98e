// The tree of a script: what the parser makes and the evaluator reads (ECMA-262, 13 to 16; the types of
// TypeScript are gone, its enums remain). Nodes belong to their Script and point into its source; they never
// change once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"

namespace k6apm::script {

struct Expression;
struct Statement;
struct Pattern;
struct Function;

/// Bytes of the source, [begin, end).
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// ---- Expressions

struct NumberLiteral {
  double value = 0;
};
struct StringLiteral {
  std::string value{};
};
struct BooleanLiteral {
  bool value = false;
};
struct NullLiteral {};
/// /pattern/flags, as it stands.
struct RegexLiteral {
  std::string_view text{};
};
struct Name {
  std::string_view name{};
};
struct This {};
/// texts has one element more than values.
struct TemplateLiteral {
  std::vector<std::string> texts{};
  std::vector<const Expression*> values{};
};
/// An element of a list, an argument of a call: `value` is null for a hole; `spread` is ...value.
struct Element {
  const Expression* value = nullptr;
  bool spread = false;
};
struct ArrayLiteral {
  std::vector<Element> elements{};
};
/// `name`, "name", 1 or [computed]: where `computed` is set, `name` is empty.
struct PropertyKey {
  std::string name{};
  const Expression* computed = nullptr;
};
enum class PropertyKind : std::uint8_t { value, spread, getter, setter };
/// A method is a value that is a function; shorthand `a` is the value Name{a}. A spread has no key.
struct Property {
  PropertyKind kind = PropertyKind::value;
  PropertyKey key{};
  const Expression* value = nullptr;
  Range range{};
};
struct ObjectLiteral {
  std::vector<Property> properties{};
};
struct FunctionExpression {
  const Function* function = nullptr;
};
/// Not looked into: what stands in the range of the expression may happen when the class is used.
struct ClassExpression {
  std::string_view name{};
};
/// `-` `+` `!` `~` `typeof` `void` `delete`
struct Unary {
  std::string_view op{};
  const Expression* operand = nullptr;
};
/// `++` `--`
struct Update {
  std::string_view op{};
  bool prefix = false;
  const Expression* target = nullptr;
};
/// Arithmetic, comparison, bits, `in`, `instanceof`: both sides are always evaluated.
struct Binary {
  std::string_view op{};
  const Expression* left = nullptr;
  const Expression* right = nullptr;
};
/// `&&` `||` `??`
struct Logical {
  std::string_view op{};
  const Expression* left = nullptr;
  const Expression* right = nullptr;
};
struct Conditional {
  const Expression* test = nullptr;
  const Expression* yes = nullptr;
  const Expression* no = nullptr;
};
/// `op` is `=` or the operator with its =, such as `+=` and `??=`; with `=` alone the target may be a
/// pattern.
struct Assignment {
  std::string_view op{};
  const Pattern* target = nullptr;
  const Expression* value = nullptr;
};
/// object.name, object?.name; object.#name is Opaque.
struct MemberAccess {
  const Expression* object = nullptr;
  std::string_view name{};
  bool optional = false;
};
/// object[index], object?.[index]
struct IndexAccess {
  const Expression* object = nullptr;
  const Expression* index = nullptr;
  bool optional = false;
};
/// callee(arguments), callee?.(arguments)
struct Call {
  const Expression* callee = nullptr;
  std::vector<Element> arguments{};
  bool optional = false;
};
struct New {
  const Expression* callee = nullptr;
  std::vector<Element> arguments{};
};
/// The whole of a chain with ?. in it: where one of its links is short-circuited, all of it is undefined.
struct OptionalChain {
  const Expression* chain = nullptr;
};
struct Sequence {
  std::vector<const Expression*> expressions{};
};
/// Valid, but not read: await, yield, import(), tagged templates, private names, super, new.target,
/// import.meta, BigInt. What stands in its range may happen.
struct Opaque {};

struct Expression {
  Range range{};
  std::variant<Opaque, NumberLiteral, StringLiteral, BooleanLiteral, NullLiteral, RegexLiteral, Name, This,
               TemplateLiteral, ArrayLiteral, ObjectLiteral, FunctionExpression, ClassExpression, Unary,
               Update, Binary, Logical, Conditional, Assignment, MemberAccess, IndexAccess, Call, New,
               OptionalChain, Sequence>
      node{};
};

// ---- Patterns: what a declaration, a parameter or an assignment binds

struct NamePattern {
  std::string_view name{};
};
/// Of assignments only: a member or index access.
struct ExpressionPattern {
  const Expression* target = nullptr;
};
/// `target` with its default; in a list a hole has no target.
struct PatternElement {
  PropertyKey key{};  ///< of objects only
  const Pattern* target = nullptr;
  const Expression* initialiser = nullptr;
};
struct ObjectPattern {
  std::vector<PatternElement> elements{};
  const Pattern* rest = nullptr;
};
struct ArrayPattern {
  std::vector<PatternElement> elements{};
  const Pattern* rest = nullptr;
};
struct Pattern {
  Range range{};
  std::variant<NamePattern, ExpressionPattern, ObjectPattern, ArrayPattern> node{};
};

// ---- Functions

struct Parameter {
  const Pattern* target = nullptr;
  const Expression* initialiser = nullptr;
};

/// The body of a function is passed over until it is called: Script::body reads it then.
struct Function {
  std::string_view name{};  ///< empty where it has none
  std::vector<Parameter> parameters{};
  const Pattern* rest = nullptr;
  bool is_arrow = false;
  bool is_async = false;
  bool is_generator = false;
  bool is_opaque = false;                       ///< abstract or overloaded without a body
  const Expression* expression_body = nullptr;  ///< of an arrow function without braces
  Range body{};                                 ///< with its braces; empty where there is none
  std::size_t body_token = 0;                   ///< of the opening brace, in the Script's list
  Range range{};                                ///< all of it, from `function` or the first parameter
};

// ---- Statements

enum class DeclarationKind : std::uint8_t { var, let, constant };
struct Declarator {
  const Pattern* target = nullptr;
  const Expression* initialiser = nullptr;
};
struct VariableDeclaration {
  DeclarationKind kind = DeclarationKind::var;
  std::vector<Declarator> declarators{};
};
struct ExpressionStatement {
  const Expression* expression = nullptr;
};
struct FunctionDeclaration {
  const Function* function = nullptr;
};
/// As ClassExpression.
struct ClassDeclaration {
  std::string_view name{};
};
struct EnumMember {
  std::string name{};
  const Expression* initialiser = nullptr;
  Range range{};
};
/// TypeScript: an object of its members, numbered on where they have no initialiser.
struct EnumDeclaration {
  std::string_view name{};
  std::vector<EnumMember> members{};
};
struct Block {
  std::vector<const Statement*> statements{};
};
struct Return {
  const Expression* value = nullptr;
};
struct Throw {
  const Expression* value = nullptr;
};
struct If {
  const Expression* test = nullptr;
  const Statement* yes = nullptr;
  const Statement* no = nullptr;
};
struct For {
  const Statement* initialiser = nullptr;  ///< a declaration or an expression
  const Expression* test = nullptr;
  const Expression* update = nullptr;
  const Statement* body = nullptr;
};
/// for (target in object), for (target of object)
struct ForEach {
  bool declares = false;
  DeclarationKind kind = DeclarationKind::var;
  const Pattern* target = nullptr;
  bool over_keys = false;  ///< `in`
  const Expression* object = nullptr;
  const Statement* body = nullptr;
};
struct While {
  const Expression* test = nullptr;
  const Statement* body = nullptr;
  bool test_last = false;  ///< do ... while
};
struct Case {
  const Expression* test = nullptr;  ///< null: default
  std::vector<const Statement*> statements{};
};
struct Switch {
  const Expression* value = nullptr;
  std::vector<Case> cases{};
};
struct Try {
  const Statement* body = nullptr;
  const Pattern* parameter = nullptr;
  const Statement* handler = nullptr;
  const Statement* finalizer = nullptr;
};
struct Break {
  std::string_view label{};
};
struct Continue {
  std::string_view label{};
};
struct Labelled {
  std::string_view label{};
  const Statement* body = nullptr;
};
struct Empty {};

/// `imported` is the name in the other file, "default", or "*" for all of it as one object.
struct ImportedName {
  std::string imported{};
  std::string_view local{};
};
struct Import {
  std::string file{};
  std::vector<ImportedName> names{};
  Range file_range{};
};
struct ExportDeclaration {
  const Statement* declaration = nullptr;
};
struct ExportedName {
  std::string local{};  ///< with `from`: the name in the other file
  std::string exported{};
};
/// export { a as b }, export { a as b } from 'file'
struct ExportNames {
  std::vector<ExportedName> names{};
  bool from = false;
  std::string file{};
};
/// export * from 'file', export * as name from 'file'
struct ExportAll {
  std::string file{};
  std::string exported{};  ///< empty without `as`
};
/// One of the two is set.
struct ExportDefault {
  const Expression* value = nullptr;
  const Statement* declaration = nullptr;
};
/// TypeScript: export = value
struct ExportAssignment {
  const Expression* value = nullptr;
};
/// What could not be read: the error, which matters only where the options depend on what stands there.
struct Unread {
  Notice error{};
};

struct Statement {
  Range range{};
  std::variant<Empty, VariableDeclaration, ExpressionStatement, FunctionDeclaration, ClassDeclaration,
               EnumDeclaration, Block, Return, Throw, If, For, ForEach, While, Switch, Try, Break, Continue,
               Labelled, Import, ExportDeclaration, ExportNames, ExportAll, ExportDefault, ExportAssignment,
               Unread>
      node{};
};

}  // namespace k6apm::script
