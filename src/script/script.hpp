// One file of a script: its source, its tokens and its tree. Functions are parsed when they are asked for, so
// that nothing which is never called costs anything or has to be understood.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "script/ast.hpp"
#include "script/source.hpp"
#include "script/tokens.hpp"

namespace k6apm::script {

/// The tokens of a text, each bracket with its partner.
class TokenList {
 public:
  /// Of the bytes [begin, end) of the source, where an expression or a statement must begin. Throws Error at
  /// what is never closed and at a bracket that closes nothing.
  explicit TokenList(const Source& source, std::size_t begin = 0,
                     std::size_t end = std::string_view::npos);

  /// The token at `i`; behind the last one TokenKind::end.
  const Token& at(std::size_t i) const;
  std::size_t size() const { return m_tokens.size(); }
  /// The index of the bracket that closes or opens the one at `i`.
  std::size_t partner(std::size_t i) const;

 private:
  std::vector<Token> m_tokens{};
  std::vector<std::uint32_t> m_partners{};
};

/// Where the nodes of a tree live.
struct Nodes {
  std::deque<Expression> expressions{};
  std::deque<Statement> statements{};
  std::deque<Pattern> patterns{};
  std::deque<Function> functions{};
};

/// The deepest nesting of a tree.
constexpr std::size_t max_nesting = 200;
/// The most nodes of one script.
constexpr std::size_t max_nodes = 4'000'000;

/// Not for several threads. Keeps a reference to `source`, which must outlive it.
class Script {
 public:
  explicit Script(const Source& source);

  const Source& source() const { return m_source; }

  /// The statements of the file. A statement that cannot be parsed is Unread, up to where the next one
  /// begins. Throws Error where the text cannot be cut into tokens.
  const std::vector<const Statement*>& statements();

  /// The statements of a function with braces. Throws Error at a syntax error.
  const std::vector<const Statement*>& body(const Function& function);

  /// The text as one expression, with nothing behind it. Throws Error at a syntax error.
  const Expression& expression();

 private:
  const Source& m_source;
  TokenList m_tokens;
  Nodes m_nodes{};
  bool m_parsed = false;
  std::vector<const Statement*> m_statements{};
  std::unordered_map<const Function*, std::vector<const Statement*>> m_bodies{};
};

}  // namespace k6apm::script
