// What expressions become.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "dump.hpp"

namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

void check(const Table& table) {
  for (const auto& row : table) {
    const auto& text = row.first;
    const auto& tree = row.second;
    CAPTURE(text);
    std::string failure;
    try {
      CHECK(dump::expression(text) == tree);
    } catch (const k6apm::Error& error) {
      failure = error.what();
    }
    CHECK(failure == "");
  }
}

}  // namespace

TEST_CASE("literals and names") {
  check({
      {"1", "1"},
      {"0x1F", "31"},
      {"1_000.5e1", "10005"},
      {"'a\\n\\u0041'", "'a\nA'"},
      {"`a\\`b`", "'a`b'"},
      {"true", "true"},
      {"null", "null"},
      {"this", "this"},
      {"/[/]x/g", "/[/]x/g"},
      {"10n", "<10n>"},
      {"[1, , 'a', ...b, ]", "[1 - 'a' ...b]"},
      {"[,]", "[-]"},
      {"(a)", "a"},
      {"async", "async"},
      {"[let, of, async, get, set, type, as, satisfies, declare, namespace, module, abstract, from, static]",
       "[let of async get set type as satisfies declare namespace module abstract from static]"},
      {"await", "await"},
      {"yield", "yield"},
  });
}

TEST_CASE("templates") {
  check({
      {"`${a}`", "`${a}`"},
      {"`x${a + 1}y${b}z`", "`x${(+ a 1)}y${b}z`"},
      {"`a${`b${`c${d}`}`}`", "`a${`b${`c${d}`}`}`"},
      {"`${{ a: `}` }}$ {`", "`${{a:'}'}}$ {`"},
      {"`\\${a}\\\r\nb\r\n${c}`", "`${a}b\n${c}`"},
      {"`${() => { return `${1}` }}`", "`${(=> () {(return `${1}`)})}`"},
      {"`${/`/.test(a)}`", "`${(call (. /`/ test) a)}`"},
      {"`${a / b}` / c", "(/ `${(/ a b)}` c)"},
      {"tag`a${b}c`", "<tag`a${b}c`>"},
      {"a.b`c`.d", "(. <a.b`c`> d)"},
      {"`${a, b}`", "`${(, a b)}`"},
  });
}

TEST_CASE("objects") {
  check({
      {"{}", "{}"},
      {"{ a, b: 1, 'c-d': 2, [e + f]: 3, ...g, }", "{a:a b:1 c-d:2 [(+ e f)]:3 ...g}"},
      {"{ 0x10: 1, 1e3: 2, .5: 3, 1_0: 4, 1e21: 5, 1e-7: 6, 123456789012345680000: 7, 5n: 8, 0: 9 }",
       "{16:1 1000:2 0.5:3 10:4 1e+21:5 1e-7:6 123456789012345680000:7 5:8 0:9}"},
      {"{ a() {}, async b() {}, *c() {}, async *d() {}, get e() { return 1 }, set e(v) {} }",
       "{a:(function () {}) b:(async function () {}) c:(function* () {}) d:(async function* () {}) "
       "get e:(function () {(return 1)}) set e:(function (v) {})}"},
      {"{ get, set, async, get: 1, set: 2, async: 3, get() {}, set() {}, async() {} }",
       "{get:get set:set async:async get:1 set:2 async:3 get:(function () {}) set:(function () {}) "
       "async:(function () {})}"},
      {"{ get 'a'() {}, get [b]() {}, get 1() {}, async [c]() {}, 'd'() {}, if: 1, new() {} }",
       "{get a:(function () {}) get [b]:(function () {}) get 1:(function () {}) [c]:(async function () {}) "
       "d:(function () {}) if:1 new:(function () {})}"},
      {"{ \\u0061b: 1 }", "{ab:1}"},
      {"{ a: b ? { c } : [d], e: (f, g) }", "{a:(? b {c:c} [d]) e:(, f g)}"},
  });
}

TEST_CASE("operators bind as they should") {
  check({
      {"a + b * c - d", "(- (+ a (* b c)) d)"},
      {"a ** b ** c", "(** a (** b c))"},
      {"(-a) ** b", "(** (- a) b)"},
      {"2 ** -1 * 3", "(* (** 2 (- 1)) 3)"},
      {"a || b && c | d ^ e & f == g < h << i + j * k ** l",
       "(|| a (&& b (| c (^ d (& e (== f (< g (<< h (+ i (* j (** k l)))))))))))"},
      {"a ?? b ?? c", "(?? (?? a b) c)"},
      {"a - b - c", "(- (- a b) c)"},
      {"a > b >= c >> d >>> e", "(>= (> a b) (>>> (>> c d) e))"},
      {"a === b !== c != d", "(!= (!== (=== a b) c) d)"},
      {"a in b instanceof c", "(instanceof (in a b) c)"},
      {"!typeof -+~a", "(! (typeof (- (+ (~ a)))))"},
      {"void 0, delete a.b", "(, (void 0) (delete (. a b)))"},
      {"a++ + ++b - --c", "(- (+ (_++ a) (++ b)) (-- c))"},
      {"a ? b : c ? d : e", "(? a b (? c d e))"},
      {"a ?.5 : b", "(? a 0.5 b)"},
      {"a = b += c", "(= a (+= b c))"},
      {"a >>>= b >>= c >= d", "(>>>= a (>>= b (>= c d)))"},
      {"a ||= b &&= c ?\?= d **= e", "(||= a (&&= b (?\?= c (**= d e))))"},
      {"a = b ? c : d = e", "(= a (? b c (= d e)))"},
      {"a, b, c", "(, a b c)"},
      {"a / b / c", "(/ (/ a b) c)"},
      {"a++ / b", "(/ (_++ a) b)"},
  });
}

TEST_CASE("accesses and calls") {
  check({
      {"a.b[c](d, ...e).if", "(. (call ([] (. a b) c) d ...e) if)"},
      {"a?.b.c", "(chain (. (?.. a b) c))"},
      {"a?.[b]?.(c)", "(chain (?.call (?.[] a b) c))"},
      {"(a?.b).c", "(. (chain (?.. a b)) c)"},
      {"new A", "(new A)"},
      {"new A.B(c).d", "(. (new (. A B) c) d)"},
      {"new A()()", "(call (new A))"},
      {"new new A(b)(c)", "(new (new A b) c)"},
      {"new (a())(b)", "(new (call a) b)"},
      {"f()()[0]", "([] (call (call f)) 0)"},
      {"async(a, b)", "(call async a b)"},
      {"super.x(a)", "(call (. <super> x) a)"},
      {"new.target", "<new.target>"},
      {"import('x').then(f)", "(call (. <import('x')> then) f)"},
      {"import.meta.url", "(. <import.meta> url)"},
      {"a.#b", "<a.#b>"},
      {"a?.#b.c", "(chain (. <a?.#b> c))"},
      {"#a in b", "(in <#a> b)"},
      {"this.#a = 1", "<this.#a = 1>"},
      {"this.#a++", "<this.#a++>"},
      {"await x.y", "<await x.y>"},
      {"await x + 1", "(+ <await x> 1)"},
  });
}

TEST_CASE("functions") {
  check({
      {"function () {}", "(function () {})"},
      {"function a(b, c = 1, ...d) { return b }", "(function a (b (= c 1) ...d) {(return b)})"},
      {"async function* a() { yield 1; yield; yield* b; await c }",
       "(async function* a () {<yield 1> <yield> <yield* b> <await c>})"},
      {"a => b => c", "(=> (a) (=> (b) c))"},
      {"() => {}", "(=> () {})"},
      {"() => ({})", "(=> () {})"},
      {"() => ({ a })", "(=> () {a:a})"},
      {"({ a, b: [c], ...d }, [e, , f = 1, ...g] = []) => a",
       "(=> ({a:a b:[c] ...d} (= [e - (= f 1) ...g] [])) a)"},
      {"async x => await x", "(async => (x) <await x>)"},
      {"async (x, y) => { await x }", "(async => (x y) {<await x>})"},
      {"async => async", "(=> (async) async)"},
      {"f(a => a, (b, c) => d)", "(call f (=> (a) a) (=> (b c) d))"},
      {"a ? (b) : c => d", "(? a b (=> (c) d))"},
      {"a ? (b) => (c) : d => e", "(? a (=> (b) c) (=> (d) e))"},
      {"(function () { return 1 })()", "(call (function () {(return 1)}))"},
      {"function () { await(1); yield(2) }", "(function () {(call await 1) (call yield 2)})"},
      {"class A extends B { x = 1; y() { } }", "(class A)"},
      {"class extends f({}) {}", "(class)"},
      {"[class {}, 1]", "[(class) 1]"},
  });
}

TEST_CASE("destructuring assignments") {
  check({
      {"[a, b] = [b, a]", "(= [a b] [b a])"},
      {"{ a, b: c.d, [e]: f[0], ...g.h } = i", "(= {a:a b:(. c d) [e]:([] f 0) ...(. g h)} i)"},
      {"[a = 1, [b], { c = 2 }, ...d[0]] = e", "(= [(= a 1) [b] {c:(= c 2)} ...([] d 0)] e)"},
      {"{ a: { b } = {}, c: [{}.d] } = e", "(= {a:(= {b:b} {}) c:[(. {} d)]} e)"},
      {"(a) = 1", "(= a 1)"},
      {"a.b = c[d] = 1", "(= (. a b) (= ([] c d) 1))"},
      {"[a][0] = 1", "(= ([] [a] 0) 1)"},
  });
}

TEST_CASE("ranges") {
  const std::string text = "f( (a + b) * c, await x.y ) ";
  const k6apm::script::Source source(text, "script.js");
  k6apm::script::Script script(source);
  const auto shown = [&](const k6apm::script::Expression& expression) {
    return text.substr(expression.range.begin, expression.range.end - expression.range.begin);
  };
  const auto& whole = script.expression();
  CHECK(shown(whole) == "f( (a + b) * c, await x.y )");
  const auto& call = std::get<k6apm::script::Call>(whole.node);
  const auto& product = *call.arguments.at(0).value;
  CHECK(shown(product) == "(a + b) * c");
  CHECK(shown(*std::get<k6apm::script::Binary>(product.node).left) == "a + b");
  CHECK(shown(*call.arguments.at(1).value) == "await x.y");
}
