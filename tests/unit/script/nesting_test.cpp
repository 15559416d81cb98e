// Texts that nest deep or are long: a tree that is too deep never comes out, and time is in proportion.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dump.hpp"

namespace {

std::string times(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

struct Nest {
  std::string open;
  std::string middle;
  std::string close;
};

// Each around itself.
const std::vector<Nest> nests = {
    {"(", "a", ")"},
    {"[", "a", "]"},
    {"({ a: ", "b", "})"},
    {"f(", "a", ")"},
    {"`${", "a", "}`"},
    {"f`${", "a", "}`"},
    {"!", "a", ""},
    {"new ", "A", ""},
    {"await ", "a", ""},
    {"a => ", "b", ""},
    {"(a = ", "b", ") => c"},
    {"a ** ", "b", ""},
    {"a = ", "b", ""},
    {"a ? b : ", "c", ""},
    {"a ? ", "b", " : c"},
    {"a || b && c | d ^ e & f == g < h << i + j * k ** (", "l", ")"},
    {"a[", "b", "]"},
    {"a + (", "b", ")"},
    {"<T>", "a", ""},
    {"{", "a", "}"},
    {"if (a) ", "b", ""},
    {"if (a) b; else ", "c", ""},
    {"for (;;) ", "a", ""},
    {"a: ", "b", ""},
    {"switch (a) { default: ", "b", "}"},
    {"try {", "a", "} finally {}"},
    {"class A extends (", "B", ") {}"},
    {"function () {", "", "}"},
    {"x = function () {", "", "}"},
    {"@(", "a", ") class A {}"},
    {"f<", "T", ">()"},
    {"let [", "a", "] = b"},
};

// Chains that nest without brackets.
const std::vector<std::string> links = {".a",      "[a]",  "()",   "?.a", "+ a",
                                        "- a * b", "|| a", "?? a", ", a", "!"};

}  // namespace

TEST_CASE("deep nesting is an error or a tree, never a crash") {
  for (const Nest& nest : nests) {
    CAPTURE(nest.open);
    for (const std::size_t depth : {std::size_t{20}, std::size_t{190}, std::size_t{5000}}) {
      std::string text = times(nest.open, depth) + nest.middle + times(nest.close, depth);
      const k6apm::script::Source source(text, "script.js");
      k6apm::script::Script script(source);
      CHECK(script.statements().size() >= 1);
      text.insert(0, "x = ");
      const k6apm::script::Source assigned(text, "script.js");
      k6apm::script::Script other(assigned);
      CHECK(other.statements().size() >= 1);
    }
  }
  CHECK(dump::file(times("[", 190) + times("]", 190)).find("syntax error") == std::string::npos);
  CHECK(dump::file(times("[", 5000) + times("]", 5000)).find("nested deeper than 200 levels") !=
        std::string::npos);
}

TEST_CASE("chains have a limit too") {
  for (const std::string& link : links) {
    CAPTURE(link);
    CHECK(dump::file("a" + times(link, 300)).find("syntax error") == std::string::npos);
    const std::string longer = dump::file("a" + times(link, 5000));
    const bool is_flat = link == ", a" || link == "!";
    CHECK((longer.find("nested deeper than 200 levels") != std::string::npos) != is_flat);
  }
  CHECK(dump::file("if (a) b;" + times(" else if (c) d;", 300)).find("syntax error") == std::string::npos);
  CHECK(dump::file("if (a) b;" + times(" else if (c) d;", 500)).find("nested deeper") != std::string::npos);
}

TEST_CASE("long lists do not nest") {
  for (const std::string text : {"a, ", "{ a: 1 }, ", "a => b, ", "`${a}`, ", "f(a), ", "a.b ? c : d, "}) {
    CAPTURE(text);
    CHECK(dump::expression("[" + times(text, 2000) + "]").size() > 2000);
  }
  CHECK(dump::file("x = {" + times("a() {}, get b() { return 1 }, c, d: [e], ...f, [g]: 1,", 1000) + "}")
            .find("syntax error") == std::string::npos);
  CHECK(dump::file("let {" + times("a, b: [c] = 1,", 1000) + "} = f").find("syntax error") ==
        std::string::npos);
  CHECK(dump::file("function f(" + times("a, { b } = 1,", 1000) + ") {}").find("syntax error") ==
        std::string::npos);
  CHECK(dump::file("enum A {" + times("a = 1, b,", 1000) + "}").find("syntax error") == std::string::npos);
}

TEST_CASE("what looks like many lists of types takes time in proportion") {
  for (const std::string& text :
       {"f(" + times("a<b,", 300000) + "c)", "f(" + times("a<b,", 200000) + "c" + times(">", 200000) + ")",
        "f(" + times("(a):b<c<d>>=>e,", 50000) + "0)", times("a<(", 100000) + "b" + times(")", 100000),
        "switch (a) {" + times("case (b): c;", 50000) + "}", times("a b\n", 100000)}) {
    const k6apm::script::Source source(text, "script.js");
    k6apm::script::Script script(source);
    CHECK(script.statements().size() >= 1);
  }
}
