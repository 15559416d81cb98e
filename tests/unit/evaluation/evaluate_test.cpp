#include <doctest/doctest.h>

#include <cmath>

#include "evaluating.hpp"

using namespace k6apm::evaluation;

namespace {
struct Example {
  const char* text;
  const char* value;
};
}  // namespace

TEST_CASE("expressions have the value that JavaScript gives them") {
  static constexpr Example cases[] = {
      {"1 + 2 * 3 ** 2", "19"},
      {"'a' + 1 + 2", "'a12'"},
      {"1 + 2 + 'a'", "'3a'"},
      {"7 % 3 + -7 % 3", "0"},
      {"[] + {a: 1}.a", "'1'"},
      {"+[] + +'0x10' + +' 12 '", "28"},
      {"1 / 0", "Infinity"},
      {"0.1 + 0.2", "0.30000000000000004"},
      {"1e21 + ''", "'1e+21'"},
      {"-1 >>> 28", "15"},
      {"5 & 6 | 8", "12"},
      {"'10' < '9'", "true"},
      {"10 < '9'", "false"},
      {"null ?? 'x'", "'x'"},
      {"0 || '' || 'z'", "'z'"},
      {"'' ?? 1", "''"},
      {"1 == '1' && null == undefined && null != 0", "true"},
      {"NaN === NaN", "false"},
      {"typeof null + typeof undefined + typeof [] + typeof (() => 1)", "'objectundefinedobjectfunction'"},
      {"typeof nowhere", "'undefined'"},
      {"void 0", "undefined"},
      {"`a${1 + 1}b${['x', 'y']}c`", "'a2bx,yc'"},
      {"`${{a: {b: `n${1}`}}.a.b}`", "'n1'"},
      {"((a, ...b) => [a, b])(1, 2, 3)", "[1, [2, 3]]"},
      {"(({a, b = 2, ...c}) => [a, b, c])({a: 1, d: 4})", "[1, 2, {d: 4}]"},
      {"(([a, , b = 3] = [1, 2]) => [a, b])()", "[1, 3]"},
      {"(function f(n) { return n < 2 ? 1 : n * f(n - 1); })(5)", "120"},
      {"(() => { let s = 0; for (let i = 0; i < 5; i++) { if (i === 3) continue; s += i; } return s; })()",
       "7"},
      {"(() => { for (const x of [1, 2, 3]) if (x > 1) return x; })()", "2"},
      {"(() => { const o = {}; for (const k in {b: 1, a: 2, 1: 3}) o[k] = 1; return Object.keys(o); })()",
       "['1', 'b', 'a']"},
      {"(() => { a: for (;;) { for (;;) break a; } return 'out'; })()", "'out'"},
      {"(() => { switch (2) { case 1: return 'a'; case 2: case 3: return 'b'; default: return 'c'; } })()",
       "'b'"},
      {"(() => { try { throw new Error('m'); } catch (e) { return e.message; } finally { } })()", "'m'"},
      {"(() => { try { return undefined.x; } catch { return 'caught'; } })()", "'caught'"},
      {"(() => { const f = []; for (let i = 0; i < 3; i++) f.push(() => i); return f.map((g) => g()); })()",
       "[0, 1, 2]"},
      {"(() => { var a = 1; { var a = 2; } return a; })()", "2"},
      {"(() => { let a = 1; { let a = 2; } return a; })()", "1"},
      {"(() => { const a = [1, 2]; const [b, c] = a; return {b, c, ...{d: 1}}; })()", "{b: 1, c: 2, d: 1}"},
      {"(() => { let x = {n: 1}; x.n += 2; x.n++; x['m'] ?\?= 5; delete x.q; return x; })()", "{n: 4, m: 5}"},
      {"({a: 1, get b() { return this.a + 1; }}).b", "2"},
      {"({a: 1, b() { return this.a; }}).b()", "1"},
      {"({['a' + 1]: 1, 2: 3, 'x y': 4})", "{a1: 1, 2: 3, x y: 4}"},
      {"null?.a.b.c", "undefined"},
      {"({a: null}).a?.b.c", "undefined"},
      {"({}).f?.(1)", "undefined"},
      {"[3, 1, 2].sort().concat([0], 5).join('-')", "'1-2-3-0-5'"},
      {"[1, 2, 3, 4].filter((x) => x % 2).map((x) => x * x)", "[1, 9]"},
      {"[1, 2, 3].reduce((a, b) => a + b)", "6"},
      {"[[1, [2]], 3].flat()", "[1, [2], 3]"},
      {"Array.from({length: 3}, (_, i) => i * 2)", "[0, 2, 4]"},
      {"[...new Set([1, 2, 1]), ...'ab']", "[1, 2, 'a', 'b']"},
      {"Object.fromEntries(new Map([['a', 1]]))", "{a: 1}"},
      {"Object.entries({a: 1, b: 2}).map(([k, v]) => k + v)", "['a1', 'b2']"},
      {"Object.assign({}, {a: 1}, null, {a: 2})", "{a: 2}"},
      {"JSON.parse(JSON.stringify({a: [1, undefined, () => 1], b: undefined, c: 'x'}))",
       "{a: [1, null, null], c: 'x'}"},
      {"JSON.stringify({a: [1]}, null, 1)", "'{\n \"a\": [\n  1\n ]\n}'"},
      {"' a,b '.trim().split(',').map((s) => s.toUpperCase())", "['A', 'B']"},
      {"'a-b-c'.replace(/-/g, '_') + 'a-b'.replace('-', '+')", "'a_b_ca+b'"},
      {"__ENV.LIST.split(/,\\s*/)", "['a', 'b']"},
      {"/^http:/.test(__ENV.URL) && 'x1y22'.match(/\\d+/g)", "['1', '22']"},
      {"'abc'.slice(-2) + 'abc'.substring(2, 0) + 'abc'.at(-1) + 'abc'[0] + 'abc'.length", "'bcabca3'"},
      {"parseInt('12px') + parseFloat('1.5e1x') + Number('') + Number(true)", "28"},
      {"(255).toString(16) + (1.005).toFixed(1)", "'ff1.0'"},
      {"Math.max(1, 3, 2) + Math.round(2.5) + Math.floor(-1.5)", "4"},
      {"encodeURIComponent('a b&c/ü')", "'a%20b%26c%2F%C3%BC'"},
      {"(0, 'last')", "'last'"},
      {"__ENV.URL + __ENV['URL'].length", "'http://x/9'"},
      {"__ENV.MISSING", "undefined(MISSING)"},
      {"__ENV.MISSING || 'd'", "'d'"},
      {"(function () { return arguments.length; })(1, 2)", "2"},
      {"(function (a) { return this.x + a; }).call({x: 1}, 2)", "3"},
      {"Math.max.apply(null, [1, 9])", "9"},
  };
  for (const Example& c : cases) {
    CAPTURE(c.text);
    CHECK(value_of(c.text) == c.value);
  }
}

TEST_CASE("what is not known says where it comes from") {
  static constexpr Example cases[] = {
      {"Math.random()", "?1:25 Math.random()"},
      {"[1, Date.now() + 1, 2]", "[1, ?1:29 Date.now(), 2]"},
      {"{a: 1, ...JSON.g(), b: 2}", "{a: ?1:35 JSON.g(), ?: ?1:35 JSON.g(), b: 2}"},
      {"'ü'.length", "?1:25 'ü'.length"},
      {"__ENV.NO.x", "?1:25 __ENV.NO.x - __ENV.NO is not set"},
      {"nowhere.x", "?1:25 nowhere - nowhere is not declared"},
      {"1n", "?1:25 1n"},
      {"new Date().getTime() > 1 ? 'a' : 'b'", "?1:25 new Date().getTime()"},
      {"open('./no.json')", "?1:25 open('./no.json') - no.json cannot be opened"},
      {"(() => { while (true) {} })()",
       "?1:1 export const options = ((() => { while (true) {} })()\n); - it takes more steps than are tried"},
  };
  for (const Example& c : cases) {
    CAPTURE(c.text);
    CHECK(value_of(c.text) == c.value);
  }
}

TEST_CASE("what unknown code could have changed is not known") {
  static constexpr Example cases[] = {
      // An object given away, and one beside it.
      {"import f from 'k6/x'; const a = {n: 1}; const b = {n: 2}; f(a); export const options = [a, b];",
       "[?1:59 f(a), {n: 2}]"},
      {"import f from 'k6/x'; const a = {in: {n: 1}, m: [2]}; f(a.in); export const options = a;",
       "{in: ?1:55 f(a.in), m: [2]}"},
      // A primitive cannot be changed.
      {"import f from 'k6/x'; const a = {n: 1}; f(a.n, JSON.stringify(a)); console.log(a); export const "
       "options = a;",
       "{n: 1}"},
      // A callback could run.
      {"import f from 'k6/x'; let a = 1; let b = 2; f(() => { a = 3; }); export const options = [a, b];",
       "[?1:45 f(() => { a = 3; }), 2]"},
      {"import f from 'k6/x'; const o = {p: {n: 1}, q: 2}; f(function () { o.p.n = 5; }); export const "
       "options = o;",
       "{p: {n: ?1:52 f(function () { o.p.n = 5; })}, q: 2}"},
      {"import f from 'k6/x'; const o = {n: 1}; f((o) => { o.n = 5; }); export const options = o;", "{n: 1}"},
      {"import f from 'k6/x'; const o = {n: 1}; const g = () => { o.n = 2; }; f(() => g()); export const "
       "options = o;",
       "{n: ?1:71 f(() => g())}"},
      // A condition that is not known.
      {"let a = 1, b = 2; if (Math.random() > 0.5) { a = 5; } else b; export const options = [a, b];",
       "[?1:23 Math.random(), 2]"},
      {"const o = {a: 1, b: 2}; if (Date.now()) o.a = 3; export const options = o;",
       "{a: ?1:29 Date.now(), b: 2}"},
      {"const o = {a: 1}; Date.now() && (o.a = 2); export const options = o;", "{a: ?1:19 Date.now()}"},
      {"const o = {a: 1}; for (const x of nowhere()) { o.a = x; } export const options = o;",
       "{a: ?1:35 nowhere - nowhere is not declared}"},
      {"const f = () => { if (Date.now()) return 1; return 2; }; export const options = f();",
       "?1:23 Date.now()"},
      {"let a = 1; try { Date.parse('x'); a = 2; } catch { a = 3; } export const options = a;",
       "?1:18 Date.parse('x')"},
      {"const o = {a: 1}; o[Date.now()] = 2; o.b = 3; export const options = o;",
       "{a: ?1:21 Date.now(), ?: ?1:21 Date.now(), b: 3}"},
      {"const o = {a: 1}; class A { static x = (o.a = 2); } export const options = o;",
       "{a: ?1:19 class A { static x = (o.a = 2); }}"},
      {"const o = {a: 1}; async function f() { o.a = 2; } f(); export const options = o;",
       "{a: ?1:19 async function f() { o.a = 2; }}"},
      // What runs later, but before k6 reads the options.
      {"const o = {a: 1}; Promise.resolve().then(() => { o.a = 2; }); o.a = 3; export const options = o;",
       "{a: ?1:42 () => { o.a = 2; }}"},
      {"let a = 1; (async () => { await f(); a = 2; })(); a = 3; export const options = a;", "3"},
      // What is set afterwards is known again.
      {"import f from 'k6/x'; let a = {}; f(a); a = {n: 1}; export const options = a;", "{n: 1}"},
      // The same name inside of something else.
      {"const o = {a: 1}; if (Date.now()) { const o = {}; o.a = 2; } export const options = o;", "{a: 1}"},
  };
  for (const Example& c : cases) {
    CAPTURE(c.text);
    CHECK(options_of(c.text) == c.value);
  }
}

TEST_CASE("files import each other") {
  CHECK(options_of("import { a as b } from './lib'; export const options = b;",
                   {{"lib.ts", "export const a: number = 1;"}}) == "1");
  CHECK(options_of("export { options } from './lib/';", {{"lib/index.js", "export const options = [1];"}}) ==
        "[1]");
  CHECK(options_of("import * as x from './x.js'; export const options = x.default + x.y;",
                   {{"x.js", "export default 1; export let y = 2; y = 3;"}}) == "4");
  CHECK(options_of("export const options = require('./x');", {{"x.json", "{\"a\": 1}"}}) == "{a: 1}");
  CHECK(options_of("export const options = JSON.parse(open('./d/x.json'));", {{"d/x.json", "[1]"}}) == "[1]");
  // In a circle.
  CHECK(
      options_of(
          "import { b } from './b.js'; export const a = 1; export const options = b;",
          {{"b.js", "import { a } from './main.js'; export const b = () => a; export const options = 2;"}}) ==
      "?1:49 () => a - it is a function");
  CHECK(options_of("export { options } from './main.js';").find("too deeply") != std::string::npos);
  CHECK(options_of("export { options } from './no.js';") ==
        "?1:1 export { options } from './no.js'; - no.js cannot be opened");
}

TEST_CASE("numbers are written as JavaScript writes them") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(100) == "100");
  CHECK(number_text(1e20) == "100000000000000000000");
  CHECK(number_text(1e21) == "1e+21");
  CHECK(number_text(123456.789) == "123456.789");
  CHECK(number_text(1e-6) == "0.000001");
  CHECK(number_text(1.5e-7) == "1.5e-7");
  CHECK(number_text(-12e30) == "-1.2e+31");
  CHECK(std::isnan(text_number("1e")));
  CHECK(std::isnan(text_number("12px")));
  CHECK(text_number("0b101") == 5);
  CHECK(text_number(".5") == 0.5);
}
