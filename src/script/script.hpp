// One file of a script: its source, its tokens and its tree. Functions are parsed when they are asked for, so
// that nothing which is never called costs anything or has to be understood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/ast.hpp"
#include "script/source.hpp"
#include "script/tokens.hpp"

namespace k6apm::script {

/// The tokens of a text, each bracket with its partner. Templates come in parts (TokenKind::template_part);
/// what begins with > comes one character at a time, as it may close lists of type arguments.
class TokenList {
 public:
  /// Of the bytes [begin, end) of the source, where an expression or a statement must begin. Throws Error at
  /// what is never closed and at a bracket that closes nothing.
  explicit TokenList(const Source& source, std::size_t begin = 0, std::size_t end = std::string_view::npos);

  /// The token at `i`; behind the last one TokenKind::end.
  Token at(std::size_t i) const;
  std::size_t size() const { return m_entries.size(); }
  /// The index of the bracket that closes or opens the one at `i`; of a part of a template the next part, of
  /// the last one the first.
  std::size_t partner(std::size_t i) const { return m_entries[i].partner; }

 private:
  // A token is made anew where it is asked for: a source has millions of them.
  struct Entry {
    std::uint32_t begin = 0;
    std::uint32_t length = 0;
    std::uint32_t partner = 0;
    TokenKind kind = TokenKind::end;
    bool line_break_before = false;
  };
  struct Open {
    std::size_t index = 0;
    std::size_t first = 0;  // of a template: its first part
  };
  void add(const Token& token);
  void match(const Token& token, std::vector<Open>& open);
  [[noreturn]] void fail_unclosed(const Open& open) const;

  const Source& m_source;
  std::vector<Entry> m_entries{};
};

/// Where the nodes of a tree live.
struct Nodes {
  std::deque<Expression> expressions{};
  std::deque<Statement> statements{};
  std::deque<Pattern> patterns{};
  std::deque<Function> functions{};
};

/// The deepest nesting of a text.
constexpr std::size_t max_nesting = 200;
/// The most nodes one below the other in a tree: operators and calls in a row nest without brackets.
constexpr std::size_t max_height = 400;
/// The most nodes of one script.
constexpr std::size_t max_nodes = 4'000'000;

/// Not for several threads. Keeps a reference to `source`, which must outlive it.
class Script {
 public:
  /// Throws Error where the text cannot be cut into tokens.
  explicit Script(const Source& source);

  const Source& source() const { return m_source; }

  /// The statements of the file. A statement that cannot be parsed is Unread, up to where the next one
  /// begins. Throws Error where the file has more than max_nodes.
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
