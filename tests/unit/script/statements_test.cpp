// What statements become, and what is read of a file with errors in it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dump.hpp"

using dump::check;
using dump::Table;

TEST_CASE("statements") {
  check({
      {"#!/usr/bin/k6\n'use strict'; ;", "'use strict' ;"},
      {"var a, b = 1; let c = 2, [d] = e; const { f, g: h = 1 } = i",
       "(var a (= b 1)) (let (= c 2) (= [d] e)) (const (= {f:f g:(= h 1)} i))"},
      {"if (a) b; else if (c) d; else { e }", "(if a b (if c d {e}))"},
      {"if (a) if (b) c; else d", "(if a (if b c d) -)"},
      {"for (;;) {}", "(for - - - {})"},
      {"for (let i = 0, n = a.length; i < n; i++) f(i)",
       "(for (let (= i 0) (= n (. a length))) (< i n) (_++ i) (call f i))"},
      {"for (i = ('a' in b); ; ) ;", "(for (= i (in 'a' b)) - - ;)"},
      {"for (const [k, v] of Object.entries(a)) b", "(for-of const [k v] (call (. Object entries) a) b)"},
      {"for (var k in a, b) c", "(for-in var k (, a b) c)"},
      {"for (a.b of c) d", "(for-of (. a b) c d)"},
      {"for ({ a } of b) c", "(for-of {a:a} b c)"},
      {"for (let of of of) ;",
       "!1:16 syntax error: expected a closing bracket, found a name!<for (let of of of) ;>"},
      {"for await (const a of b()) c", "(for-of const a <b()> c)"},
      {"while (a) b; do c; while (d) e", "(while a b) (do c d) e"},
      {"do { a } while (b)\nc", "(do {a} b) c"},
      {"switch (a) { case 1: case (b): c; break; default: d }", "(switch a (1: ) (b: c (break)) (-: d))"},
      {"try { a } catch { b }", "(try {a} - {b} -)"},
      {"try { a } catch ({ message }) { b } finally { c }", "(try {a} {message:message} {b} {c})"},
      {"a: for (;;) { continue a; break a }", "(a: (for - - - {(continue a) (break a)}))"},
      {"throw new Error('x')", "(throw (new Error 'x'))"},
      {"debugger", ";"},
      {"with (a) { b }", "<with (a) { b }>"},
      {"{ a; { b } }", "{a {b}}"},
      {"function f(a) { return a } f()", "declare (function f (a) {(return a)}) (call f)"},
      {"async function f() { await g() }", "declare (async function f () {<await g()>})"},
      {"class A extends B {} class C { static { x } }", "(declare class A) (declare class C)"},
      {"await f(); const a = await (b)", "<await f()> (const (= a (call await b)))"},
  });
}

TEST_CASE("semicolons that were left out") {
  check({
      {"a\nb", "a b"},
      {"a\n++b", "a (++ b)"},
      {"a\n(b)", "(call a b)"},
      {"a\n[b]", "([] a b)"},
      {"a\n/b/g", "(/ (/ a b) g)"},
      {"let a\nlet b = 1\nvar c", "(let a) (let (= b 1)) (var c)"},
      {"function f() { return\n1 }", "declare (function f () {(return -) 1})"},
      {"for (;;) { break\na }", "(for - - - {(break) a})"},
      {"async\nfunction f() {}", "async declare (function f () {})"},
      {"a = b\nfunction f() {}", "(= a b) declare (function f () {})"},
      {"const a = () => {}\n(b)", "(const (= a (=> () {}))) b"},
      {"var a = 1 /* \n */ var b", "(var (= a 1)) (var b)"},
      {"a\n`b`", "<a\n`b`>"},
      {"type\n= 5", "(= type 5)"},
      {"let\na", "(let a)"},
      {"if (a) b\nelse c", "(if a b c)"},
  });
}

TEST_CASE("words that are names where they begin nothing else") {
  check({
      {"type = 5; type.x; type(a)", "(= type 5) (. type x) (call type a)"},
      {"let = 1; let.a", "(= let 1) (. let a)"},
      {"async = 1; async(a); async.b", "(= async 1) (call async a) (. async b)"},
      {"declare(a); declare.b = 1; namespace(x); module.exports = {}",
       "(call declare a) (= (. declare b) 1) (call namespace x) (= (. module exports) {})"},
      {"interface = 1; abstract.b; enumerate(a)", "(= interface 1) (. abstract b) (call enumerate a)"},
      {"var of, get, set, as, from, static_, type, declare", "(var of get set as from static_ type declare)"},
      {"as = satisfies", "(= as satisfies)"},
  });
}

TEST_CASE("modules") {
  check({
      {"import 'a'", "(import 'a')"},
      {"import a from 'b'", "(import 'b' default=a)"},
      {"import * as a from 'b';", "(import 'b' *=a)"},
      {"import a, { b, c as d, default as e, 'f-g' as h, } from 'i'",
       "(import 'i' default=a b=b c=d default=e f-g=h)"},
      {"import a, * as b from 'c' with { type: 'json' }", "(import 'c' default=a *=b)"},
      {"import type from 'a'; import { type } from 'b'; import { type as as } from 'c'",
       "(import 'a' default=type) (import 'b' type=type) (import 'c' type=as)"},
      {"import.meta.x; import('a')", "(. <import.meta> x) <import('a')>"},
      {"export const a = 1", "(export (const (= a 1)))"},
      {"export function f() {}", "(export declare (function f () {}))"},
      {"export class A {}", "(export (declare class A))"},
      {"export async function f() {}", "(export declare (async function f () {}))"},
      {"export { a, b as c, d as default }", "(export-names a=a b=c d=default)"},
      {"export { default, a as 'x' } from 'b'", "(export-names default=default a=x 'b')"},
      {"export * from 'a'; export * as b from 'c'", "(export-all 'a') (export-all b 'c')"},
      {"export default { a }", "(export-default {a:a})"},
      {"export default function () {} a", "(export-default declare (function () {})) a"},
      {"export default async function f() {}", "(export-default declare (async function f () {}))"},
      {"export default class {}", "(export-default (declare class))"},
      {"export default async () => 1", "(export-default (async => () 1))"},
  });
}

TEST_CASE("what cannot be read is one statement, and reading goes on behind it") {
  check({
      {"a b\nconst c = 1",
       "!1:3 syntax error: expected the end of the statement, found a name!<a b> (const (= c 1))"},
      {"a b; c", "!1:3 syntax error: expected the end of the statement, found a name!<a b;> c"},
      {"const a =\nexport const b = 1",
       "!2:1 syntax error: expected a value, found a name!<const a => (export (const (= b 1)))"},
      {"if (a) { b c }\nd\nlet e",
       "!1:12 syntax error: expected the end of the statement, found a name!<if (a) { b c }\nd> (let e)"},
      {"const a = { b: 1\n c: 2 };\nexport const d = 3;",
       "!2:2 syntax error: expected a comma or a closing bracket, found a name!<const a = { b: 1\n c: 2 };> "
       "(export (const (= d 3)))"},
      {"let a = `${b c}` + 1; d", "!1:14 syntax error: expected }, found a name!<let a = `${b c}` + 1;> d"},
      {"@", "!1:2 syntax error: expected a value, found the end of the file!<@>"},
      {"else a", "!1:1 syntax error: expected a value, found a name!<else a>"},
      {"a = 1 2\n  .if(3)\nvar b",
       "!1:7 syntax error: expected the end of the statement, found a number!<a = 1 2\n  .if(3)> (var b)"},
  });
}

TEST_CASE("syntax errors have their place") {
  const std::string deep = "a = " + std::string(300, '[') + std::string(300, ']');
  const Table table = {
      {"a = { b: 1,\n  ... };", "2:3 syntax error: a lone ... is no part of an object or list"},
      {"a = [..., 1]", "1:6 syntax error: a lone ..."},
      {"a = { b 1 }", "1:9 syntax error: expected a colon, found a number"},
      {"a = { b: 1 c: 2 }", "1:12 syntax error: expected a comma or a closing bracket, found a name"},
      {"a = { b: 'x' 'pass' }", "1:14 syntax error: expected a comma or a closing bracket, found a string"},
      {"a = { b: }", "1:10 syntax error: expected a value, found }"},
      {"a = [1, 2 }", "1:11 syntax error: this bracket closes nothing"},
      {"a = 1 }", "1:7 syntax error: this bracket closes nothing"},
      {"a = { b: 1", "1:5 syntax error: this { is never closed"},
      {"f(\n[1", "2:1 syntax error: this [ is never closed"},
      {"`a${b", "1:1 syntax error: this template string is never closed"},
      {"`a${b}c${`d`", "1:1 syntax error: this template string is never closed"},
      {"`a${b}c", "1:1 syntax error: this template string is never closed"},
      {"`a${(}`", "1:6 syntax error: this bracket closes nothing"},
      {"a = 'x", "1:5 syntax error: this string is never closed"},
      {"/* x", "1:1 syntax error: this comment is never closed"},
      {"a = 12abc", "1:5 syntax error: malformed number"},
      {"a = '\\u12'", "1:6 syntax error: broken escape"},
      {"f() = 1", "1:1 syntax error: nothing can be assigned to this"},
      {"a?.b = 1", "1:1 syntax error: nothing can be assigned to this"},
      {"-a ** b", "1:1 syntax error: -a ** b"},
      {"const a;", "1:8 syntax error: expected =, found ;"},
      {"a = function () ;", "1:17 syntax error: expected {, found ;"},
      {"try { a }", "1:10 syntax error: expected catch or finally, found the end of the file"},
      {"export 1", "1:8 syntax error: expected what is exported, found a number"},
      {"import { if } from 'a'", "1:13 syntax error: expected as, found }"},
      {"let a = ( )", "1:11 syntax error: expected a value, found )"},
      {deep, "1:203 syntax error: nested deeper than 200 levels"},
  };
  for (const auto& row : table) {
    const auto& text = row.first;
    const auto& wanted = row.second;
    CAPTURE(text.substr(0, 100));
    std::string error = dump::error_of(text);
    if (error.rfind("no error: !", 0) == 0) error = error.substr(std::string("no error: !").size());
    CAPTURE(error);
    CHECK(error.rfind(wanted, 0) == 0);
    CHECK(error.find("pass'!") == std::string::npos);
  }
}

TEST_CASE("a syntax error in a function matters where it is called") {
  const k6apm::script::Source source("function f() { a b }\nconst g = () => { return { ... } }", "script.js");
  k6apm::script::Script script(source);
  const auto& statements = script.statements();
  REQUIRE(statements.size() == 2);
  const auto& f = *std::get<k6apm::script::FunctionDeclaration>(statements[0]->node).function;
  CHECK_THROWS_AS(script.body(f), k6apm::Error);
  CHECK_THROWS_AS(script.body(f), k6apm::Error);
  CHECK(&script.statements() == &statements);
}

TEST_CASE("a body is parsed once") {
  const k6apm::script::Source source("function f() { return 1 }", "script.js");
  k6apm::script::Script script(source);
  const auto& f = *std::get<k6apm::script::FunctionDeclaration>(script.statements().at(0)->node).function;
  CHECK(&script.body(f) == &script.body(f));
  CHECK(source.text().substr(f.body.begin, f.body.end - f.body.begin) == "{ return 1 }");
}
