// TypeScript becomes the tree of the JavaScript in it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dump.hpp"

using dump::check;

TEST_CASE("annotations") {
  const std::vector<std::string> types = {
      "string",
      "A.B.C<D, E>[]",
      "Partial<Record<string, X>>",
      "Array<Array<Array<number>>>",
      "{ a: () => void; b: X } | Y",
      "\n  | 'a'\n  | \"b\"\n  | 3 | -1",
      "A & { b?: string }",
      "(a: number, b?: string, ...c: any[]) => Promise<void>",
      "<T extends A = B>(a: T) => T",
      "new (a: number) => X",
      "abstract new () => X",
      "keyof typeof options",
      "readonly string[]",
      "[a: string, b?: number, ...c: X[]]",
      "T extends (infer U)[] ? U : T extends X ? 1 : 2",
      "{ readonly [K in keyof T]?: T[K] }",
      "`a${string}b`",
      "typeof import('x')",
      "import('x').Y<Z>",
      "unique symbol",
      "null | undefined | void | true | this",
      "T['a'][number]",
      "(A | B)[]",
  };
  for (const std::string& type : types) {
    check({
        {"const a: " + type + " = 1", "(const (= a 1))"},
        {"let a: " + type + "\nb", "(let a) b"},
        {"let a: " + type + ", b = 1", "(let a (= b 1))"},
        {"function f(a: " + type + ", b?: " + type + " = 1): " + type + " { return a }",
         "declare (function f (a (= b 1)) {(return a)})"},
        {"a = b as " + type, "(= a b)"},
        {"f(a as " + type + ", b satisfies " + type + ")", "(call f a b)"},
        {"f< " + type + ">(a)", "(call f a)"},
        {"a = (b: " + type + "): " + type + " => c", "(= a (=> (b) c))"},
        {"type A<T> = " + type + "\nb", "; b"},
        {"type A = " + type + "; b", "; b"},
    });
  }
}

TEST_CASE("declarations and parameters") {
  check({
      {"let a!: string, b: number = 1", "(let a (= b 1))"},
      {"const { a, b }: X = c, [d]: Y = e", "(const (= {a:a b:b} c) (= [d] e))"},
      {"let a: Array<string>= []", "(let (= a []))"},
      {"let a: A<B<C>>= d", "(let (= a d))"},
      {"function f(this: X, a: Y) {}", "declare (function f (a) {})"},
      {"function f(a: any): a is string {}", "declare (function f (a) {})"},
      {"function f(a): asserts a is string {}", "declare (function f (a) {})"},
      {"function f(a): asserts a {}", "declare (function f (a) {})"},
      {"function f(): { a: number } {}", "declare (function f () {})"},
      {"function f<T extends { a: string }, const U = X>(a: T) {}", "declare (function f (a) {})"},
      {"f(function (private a: string, @dec() readonly b?: X) {})", "(call f (function (a b) {}))"},
      {"function f({ a, b }: { a: string; b: number } = {}, ...c: any[]) {}",
       "declare (function f ((= {a:a b:b} {}) ...c) {})"},
      {"try { a } catch (e: any) { b }", "(try {a} e {b} -)"},
      {"for (const a: string of b) c", "(for-of const a b c)"},
      {"a = { f<T>(b: T): T { return b }, async g(): Promise<void> {} }",
       "(= a {f:(function (b) {(return b)}) g:(async function () {})})"},
  });
}

TEST_CASE("assertions, casts and type arguments") {
  check({
      {"a = b as const", "(= a b)"},
      {"a = { b: [1] as const, c: d as any as X } satisfies Y", "(= a {b:[1] c:d})"},
      {"a = b as X || c", "(= a (|| b c))"},
      {"a = b + c as number < d", "(= a (< (+ b c) d))"},
      {"a = b!.c!()![0]! + d!", "(= a (+ ([] (call (. b c)) 0) d))"},
      {"a! = 1", "(= a 1)"},
      {"(a as any).b = 1", "(= (. a b) 1)"},
      {"a = <X>b", "(= a b)"},
      {"a = <X<Y>>(b)", "(= a b)"},
      {"a = <any>b.c + 1", "(= a (+ (. b c) 1))"},
      {"a = <T>(b: T) => b", "(= a (=> (b) b))"},
      {"a = <T,>(b) => b", "(= a (=> (b) b))"},
      {"a = async <T>(b: T): Promise<T> => b", "(= a (async => (b) b))"},
      {"f<A, B<C>>(a)", "(call f a)"},
      {"new X<Y>(a)", "(new X a)"},
      {"new X<Y>", "(new X)"},
      {"f<A>`b`", "<f<A>`b`>"},
      {"a.b<C>(d).e<F>()", "(call (. (call (. a b) d) e))"},
      {"a?.b<C>(d)", "(chain (call (?.. a b) d))"},
      {"a?.<C>(d)", "(chain (?.call a d))"},
      {"new Map<string, () => void>([])", "(new Map [])"},
      {"a = f<X>; b", "(= a f) b"},
      {"a! / b! / c", "(/ (/ a b) c)"},
  });
}

TEST_CASE("comparisons are no type arguments") {
  check({
      {"a < b", "(< a b)"},
      {"a < b > c", "(> (< a b) c)"},
      {"if (a < b || c > (d)) e", "(if (|| (< a b) (> c d)) e -)"},
      {"a < b && c > (d)", "(&& (< a b) (> c d))"},
      {"a < 1 + 2 > (b)", "(> (< a (+ 1 2)) b)"},
      {"f(a < b, c > d)", "(call f (< a b) (> c d))"},
      {"a < b ? c : d > (e)", "(? (< a b) c (> d e))"},
      {"for (let i = 0; i < n; i++) a", "(for (let (= i 0)) (< i n) (_++ i) a)"},
      {"a << b >> (c)", "(>> (<< a b) c)"},
  });
}

TEST_CASE("arrow functions with a type behind them") {
  check({
      {"a = (b): string => c", "(= a (=> (b) c))"},
      {"a = (): Promise<void> => {}", "(= a (=> () {}))"},
      {"a = (b: X, c?: Y) => d", "(= a (=> (b c) d))"},
      {"a = (b): b is string => c", "(= a (=> (b) c))"},
      {"a = async ({ b }: X): Y => b", "(= a (async => ({b:b}) b))"},
      {"a = b ? (c) : d", "(= a (? b c d))"},
      {"a = b ? (c, d) : e => f", "(= a (? b (, c d) (=> (e) f)))"},
      {"a = b ? (c: X): Y => d : e", "(= a (? b (=> (c) d) e))"},
      {"a = b ? (): Y => d : e", "(= a (? b (=> () d) e))"},
      {"switch (a) { case (b): c => d }", "(switch a (b: (=> (c) d)))"},
      {"a = (b): (c) => d => e", "(= a (=> (b) e))"},
  });
}

TEST_CASE("statements of TypeScript") {
  check({
      {"interface A<T> extends B<T>, C { a: string; b(): void }\nd", "; d"},
      {"declare const a: string; declare function f(): void; declare let b; c", "; ; ; c"},
      {"declare class A {} declare enum B { C } declare namespace D {} declare module 'e' {} declare global "
       "{}",
       "; ; ; ; ;"},
      {"declare module 'e'; declare abstract class F {} declare type G = H", "; ; ;"},
      {"namespace A.B { a b c }\nmodule C {}", "(declare class A) (declare class C)"},
      {"enum A { B, C = 5, 'D-E', F = B | C, }", "(enum A B (= C 5) D-E (= F (| B C)))"},
      {"const enum A { ['B'] = 'c' }", "(enum A (= B 'c'))"},
      {"abstract class A<T> extends B<T> implements C, D<E> { abstract x(): void }", "(declare class A)"},
      {"@dec class A {}\n@dec({ a: 1 }) export class B {}", "(declare class A) (export (declare class B))"},
      {"a = class implements B {}", "(= a (class))"},
      {"function f(a: string): void;\nfunction f(a: number): void\nfunction f(a: any) {}",
       "; ; declare (function f (a) {})"},
      {"import type A from 'b'; import type { C } from 'd'; import type * as E from 'f'", "; ; ;"},
      {"import { type A, type B as C, d } from 'e'", "(import 'e' d=d)"},
      {"import a = require('b'); import c = d.e", "(const (= a (call require 'b'))) (const (= c (. d e)))"},
      {"export import a = require('b')", "(export (const (= a (call require 'b'))))"},
      {"export type A = B; export type { C }; export type { D } from 'e'; export type * from 'f'", "; ; ; ;"},
      {"export { type A, b }", "(export-names b=b)"},
      {"export interface A {} export declare const b: C; export as namespace D", "; ; ;"},
      {"export enum A { B } export const enum C { D }", "(export (enum A B)) (export (enum C D))"},
      {"export abstract class A {} export namespace B {}",
       "(export (declare class A)) (export (declare class B))"},
      {"export default interface A {} export default abstract class B {}",
       "; (export-default (declare class B))"},
      {"export = { a }", "(export= {a:a})"},
  });
}
