#include <doctest/doctest.h>

#include <string>

#include "evaluation/mentions.hpp"

using namespace k6apm::evaluation;

namespace {

// "a.b= c() d- e": set, called, deleted, read; then r, j, J, t for return, jumps, jumps to a label and
// throws.
std::string shown(const std::string& text) {
  const Source source(text, "x.js");
  const Mentions mentions = find_mentions(source, {0, text.size()});
  std::string out;
  for (const Mention& mention : mentions.names) {
    out += (out.empty() ? "" : " ") + std::string(mention.name);
    for (const std::string& key : mention.path) out += "." + key;
    out += mention.use == Use::set       ? "="
           : mention.use == Use::removed ? "-"
           : mention.use == Use::called  ? "()"
                                         : "";
  }
  if (mentions.returns) out += " r";
  if (mentions.jumps) out += " j";
  if (mentions.jumps_to_label) out += " J";
  if (mentions.throws) out += " t";
  return out;
}

}  // namespace

TEST_CASE("mentions are the free names and what is done with them") {
  static constexpr struct {
    const char* text;
    const char* mentions;
  } cases[] = {
      {"a", "a"},
      {"a.b.c", "a.b.c"},
      {"a.b = c", "a.b= c"},
      {"a['x'].y += 1", "a.x.y="},
      {"a[i].y = 1", "a i"},
      {"a.b(c, d.e)", "a.b() c d.e"},
      {"a?.b?.()", "a.b()"},
      {"++a.b; c--; delete d.e", "a.b= c= d.e-"},
      {"[a, b.c] = x; ({ d: e } = y)", "a= b.c= x e= y"},
      {"for (a of b) ;", "a= of b"},
      {"for (const a of b) { a.x = 1; }", "of b"},
      {"for (const [a, c] of b) { a(c); }", "of b"},
      {"{ let a = b; a.x = 1; }", "b"},
      {"{ let a = 1, c = 2; a(c); } a", "a"},
      {"let a = b", "a= a= b"},
      {"{ var a = 1; }", "a= a="},
      {"() => { var a = 1; a; }", ""},
      {"function f(a, { b, c: d }, ...e) { return a + b + c + d + e + f; }", "c r"},
      {"(a, b = c) => a + b + d", "c d"},
      {"a => a.x = b", "b"},
      {"x = { a: b, c, [d]: 1, e() { return f; } }", "x= b c d e() f r"},
      {"`x${a.b}y${`z${c()}`}`", "a.b c()"},
      {"'a' + /b/ // c", ""},
      {"if (a) { b(); } else { throw c; }", "a b() c t"},
      {"while (a) { break; }", "a j"},
      {"x: for (;;) { continue x; }", "x x j J"},
      {"try { a(); } catch (e) { e.x; b = e; }", "a() b="},
      {"a ? b : c", "a b c"},
      {"a! . b = 1", "a.b="},
      {"class A extends B { m() { C.d = 1; } }", "B C.d="},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(shown(c.text) == c.mentions);
  }
}
