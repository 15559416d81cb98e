// Any text is a tree, every function in it has a body or is an error, and an Error is one of usage. What the
// tree promises holds: ranges lie in the text, statements cover it all, and no tree is too deep.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "script/parser.hpp"
#include "script/script.hpp"

namespace {

using namespace k6apm::script;

void check(const k6apm::Notice& notice) {
  if (notice.text.empty() || notice.where.line == 0) std::abort();
  for (const char c : notice.text + notice.hint) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  }
}

void check(const k6apm::Error& error) {
  if (error.status() != k6apm::ExitStatus::usage) std::abort();
  check(error.notice());
}

void check(const Range& range, const Source& source) {
  if (range.begin > range.end || range.end > source.text().size()) std::abort();
}

// Statements follow each other, and each token is in one of them.
void check(const std::vector<const Statement*>& statements, const TokenList& tokens) {
  std::size_t i = 0;
  std::size_t behind = 0;
  for (const Statement* statement : statements) {
    if (tokens.at(i).begin != statement->range.begin || statement->range.end <= behind) std::abort();
    behind = statement->range.end;
    while (i < tokens.size() && tokens.at(i).begin < behind) ++i;
    if (const auto* unread = std::get_if<Unread>(&statement->node)) check(unread->error);
  }
  if (i != tokens.size()) std::abort();
}

void check_file(const Source& source) {
  const TokenList tokens(source);
  Nodes nodes;
  check(Parser(source, tokens, nodes).read_file(), tokens);
  for (std::size_t i = 0; i < nodes.functions.size(); ++i) {  // bodies have functions too
    check(nodes.functions[i].range, source);
    try {
      Parser(source, tokens, nodes).read_body(nodes.functions[i]);
    } catch (const k6apm::Error& error) {
      check(error);
    }
  }
  for (const Expression& expression : nodes.expressions) check(expression.range, source);
  for (const Statement& statement : nodes.statements) check(statement.range, source);
  for (const Pattern& pattern : nodes.patterns) check(pattern.range, source);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source(std::string_view(reinterpret_cast<const char*>(data), size), "script.js");
  try {
    check_file(source);
    Script(source).expression();
  } catch (const k6apm::Error& error) {
    check(error);
  }
  return 0;
}
