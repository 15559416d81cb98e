// Which options a script exports, and what of them can be known without running it.
#include "reading.hpp"

using k6apm::apm::Origin;
using reading::contains;
using reading::error_of;
using reading::read;

namespace {

const std::string apm =
    "{ ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://h/w' }] } } }";

struct Row {
  std::string name;
  std::string script;
};

const std::vector<Row> with_block = {
    {"const", "export const options = " + apm + ";"},
    {"let", "export let options = " + apm},
    {"var, no semicolon", "export var options = " + apm + "\nexport default function () {}"},
    {"TypeScript type", "export const options: Options = " + apm + ";"},
    {"generic type", "export const options: Partial<Record<string, X>> = " + apm + ";"},
    {"object type", "export const options: { a: () => void; b: X } | Y = " + apm + ";"},
    {"as const", "export const options = " + apm + " as const;"},
    {"satisfies", "export const options = " + apm + " satisfies Options\nfoo()"},
    {"in brackets", "export const options = (" + apm + ");"},
    {"second declarator", "export const a = f(1, 2), options = " + apm + ", b = 3;"},
    {"export list", "const options = " + apm + ";\nexport { options };"},
    {"export list before", "export { a, options }; const a = 1; let options = " + apm},
    {"renamed", "const opts = " + apm + ";\nexport { opts as options };"},
    {"alias", "const base = " + apm + ";\nexport const options = base;"},
    {"module.exports.options", "module.exports.options = " + apm + ";"},
    {"exports.options", "exports.options = " + apm + ";"},
    {"exports['options']", "exports['options'] = " + apm + ";"},
    {"module.exports", "module.exports = { default() {}, options: " + apm + " };"},
    {"shorthand", "const options = " + apm + "; module.exports = { options };"},
    {"compiled",
     "Object.defineProperty(exports, '__esModule', { value: true });\n"
     "exports.default = exports.options = void 0;\nexports.options = " +
         apm + ";\nfunction f() {}"},
    {"Babel chain", "var options = exports.options = " + apm + ";"},
    {"hashbang and mark", "\xEF\xBB\xBF#!/usr/bin/k6\r\nexport const options = " + apm + ";\r\n"},
    {"comment before",
     "/* export const options = {} */ // export const options = {}\nexport const options = " + apm},
    {"comments inside", "export /* a */ const // b\n options = /* c */ " + apm + " /* d */;"},
    {"quoted before",
     "const s = 'export const options = {}', t = `export const options = {${ `}` }}`;"
     "export const options = " +
         apm},
    {"regular expression before",
     "const r = /[/'\"]`{/g; const q = a / b / c; if (x) /'/.test(y)\n"
     "export const options = " +
         apm},
    {"division after bracket",
     "const x = (a + b) / 2, y = c[0] / 3, z = `${a / b}` / 4; export const options = " + apm},
    {"block then regular expression", "function f() {} /'/.test(x);\nexport const options = " + apm},
    {"inner variable",
     "function f() { const options = {}; options.ext = 1; }\nexport const options = " + apm},
    {"parameter",
     "export const options = " + apm + ";\nfunction f(options) { options.ext = null; options = 1; }"},
    {"typed parameter",
     "export const options = " + apm + ";\nconst f = (options: Options) => { options.ext = 1 };"},
    {"arrow parameter",
     "export const options = " + apm + ";\nconst f = (a, options = {}) => { options.cloud = 1 };"},
    {"property of another", "export const options = " + apm + ";\nfoo.options.ext = 1; foo.options = 2;"},
    {"other keys set", "export const options = " + apm +
                           ";\noptions.vus = f(); options.thresholds['a'] = ['b'];"
                           "function g() { options.scenarios = {} }"},
    {"computed scenarios",
     "export const options = { scenarios: make(1, { a: [2] }), vus: __ENV.V || 3, f() { return 1 },"
     " get x() { return 2 }, async y() {}, shorthand, " +
         apm.substr(1)},
    {"assigned later",
     "export const options = {};\noptions.ext = { loadimpact: {} };\n"
     "options.ext.loadimpact.apm = [{ provider: 'prometheus', remoteWriteURL: 'http://h/w' }];"},
    {"declared then assigned", "export let options;\noptions = " + apm + ";"},
    {"assigned twice", "export let options = { ext: nothing() };\noptions = " + apm + ";"},
};

}  // namespace

TEST_CASE("scripts with a block") {
  for (const Row& row : with_block) {
    CAPTURE(row.name);
    std::string failure;
    try {
      const auto block = read(row.script);
      CHECK(block.origin == Origin::ext_loadimpact);
      REQUIRE(block.destinations.size() == 1);
      CHECK(block.destinations[0].remote_write_url == "http://h/w");
      CHECK(block.destinations[0].disabled.empty());
    } catch (const k6apm::Error& error) {
      failure = error.what();
    }
    CHECK(failure == "");
  }
}

TEST_CASE("scripts without a block") {
  const std::vector<Row> table = {
      {"empty", ""},
      {"no options", "export default function () {}"},
      {"commented out", "// export const options = " + apm + "\n/* export const options = " + apm + " */"},
      {"quoted", "const x = \"export const options = {}\";"},
      {"in a function", "function f() { const options = " + apm + " }"},
      {"no apm", "export const options = { vus: 1, ext: { loadimpact: { name: f() } } };"},
      {"ext is null", "export const options = { ext: null };"},
      {"undefined", "export let options;"},
      {"compiled without options",
       "Object.defineProperty(exports, '__esModule', { value: true });\nexports.default = f;"},
      {"CommonJS function", "module.exports = function () {};"},
      {"import of other names", "import { a as b } from 'x'; import * as c from './y.js';"},
  };
  for (const Row& row : table) {
    CAPTURE(row.name);
    const auto block = read(row.script);
    CHECK(block.origin == Origin::none);
    CHECK(block.destinations.empty());
    CHECK(block.json == "[]");
  }
  const auto unexported = read("const options = " + apm);
  CHECK(unexported.destinations.empty());
  CHECK(contains(reading::all_notices(unexported), "does not export them"));
}

TEST_CASE("what only running the script would tell is an error with the place and the way out") {
  // f and a come from elsewhere.
  const std::vector<std::pair<std::string, std::string>> table = {
      {"export const options = f();", "2:24 options depends on `f()`, which is not known"},
      {"export const options = {\n  ext: { loadimpact: { apm: f() } } };",
       "3:29 options.ext.loadimpact.apm depends on `f()`"},
      {"export const options = { ext: f('s3cret') };", "2:31 options.ext depends on `f('***')`"},
      {"export const options = { ext: { ...a } };", "2:36 options.ext.loadimpact depends on `a`"},
      {"export const options = { ext: {}, ...a };", "options.cloud depends on `a`"},
      {"export const options = { ...a, ext: {} };", "options.cloud depends on `a`"},
      {"export const options = { [a]: {}, vus: 1 };", "options.cloud depends on `a`"},
      {"export const options = { cloud: { apm: [], ...a } };", "options.cloud.apm depends on `a`"},
      {"export const options = { cloud: { apm: [1, { provider: a.b }] } };",
       "apm[1].provider depends on `a.b`"},
      {"export const options = { cloud: { apm: [{ token: 's3cret' + a }] } };",
       "apm[0].token depends on `a`"},
      {"export const options = { cloud: { apm: [{ token: f(a1b2c3d4e5f6a7b8) }] } };", "depends on `f(***)`"},
      {"export const options = { cloud: { apm: [{ provider: f(`s3cret${a}`) }] } };",
       "depends on `f(`***`)`"},
      {"export const options = {};\nif (a) options.ext = {};", "3:5 options.ext depends on `a`"},
      {"export const options = {};\nObject.assign(options, a);", "options.cloud depends on "},
      {"export const options = { cloud: { apm: [] } };\nf(options);", "options depends on `f(options)`"},
  };
  for (const auto& [script, wanted] : table) {
    CAPTURE(script);
    const std::string error = error_of("import f, { a } from 'k6/x/f';\n" + script);
    CAPTURE(error);
    CHECK(contains(error, wanted));
    CHECK(contains(error, "k6 inspect SCRIPT > options.json"));
    CHECK(!contains(error, "s3cret"));
  }
  CHECK(contains(error_of("export { options };"), "options is exported but not declared"));
  CHECK(contains(error_of("export { options } from './o.js';"), "1:1 "));
  CHECK(contains(error_of("export default options;"), "default export"));
}

TEST_CASE("other names for the options do no harm where the block is not changed through them") {
  const std::string options = "export const options = { cloud: { apm: [] }, thresholds: {} };\n";
  for (const std::string rest :
       {"const p = options;\np.vus = 3;", "const t = options.thresholds;\nt.checks = ['rate>0.9'];",
        "function f() { const c = options.cloud; return c.name; }", "const p = options;\nq = { p: 1 };"}) {
    CAPTURE(rest);
    CHECK(read(options + rest).origin == Origin::cloud);
  }
}

TEST_CASE("a literal behind a spread is known") {
  CHECK(read("export const options = { ...a, cloud: { ...b, apm: [] } };").origin == Origin::cloud);
}

TEST_CASE("syntax errors have their place") {
  const std::string deep = std::string(300, '[') + std::string(300, ']');
  const std::vector<std::pair<std::string, std::string>> table = {
      {"export const options = { a: 1,\n  ... };", "2:3 syntax error: a lone ..."},
      {"export const options = { a 1 };", "1:28 syntax error: expected a colon, found a number"},
      {"export const options = { a: 1 b: 2 };",
       "1:31 syntax error: expected a comma or a closing bracket, found a name"},
      {"export const options = { a: 'x' 'pass' };", "found a string"},
      {"export const options = { a: };", "1:29 syntax error: expected a value, found }"},
      {"export const options = { a: [1, 2 };", "1:35 syntax error: this bracket closes nothing"},
      {"export const options = { a: 1", "1:24 syntax error"},
      {"export const options = { a: 'x", "1:29 syntax error: this string is never closed"},
      {"export const options = { a: 'x\n' };", "1:29 syntax error: this string is never closed"},
      {"const a = `x${b", "1:11 syntax error: this template string is never closed"},
      {"/* x", "1:1 syntax error: this comment is never closed"},
      {"const a = /x", "1:11 syntax error: this regular expression is never closed"},
      {"f(\n1", "1:2 syntax error: this ( is never closed"},
      {"export const options = f(1", "never closed"},
      {"export const options = { a: '\\u12' };", "1:30 syntax error: broken escape"},
      {"export const options = { a: '\\u{110000}' };", "broken escape"},
      {"export const options = { a: 12abc };", "1:29 syntax error: malformed number"},
      {"export const options = { a: 010 };", "malformed number"},
      {"// \u00e9\u00e9\r\nexport const options = { '\u00e9\U0001F600': ) };", "2:32 syntax error"},
      {"export const options = { a: " + deep + " };", "nested deeper than 200 levels"},
      {"{\"a\": " + deep + "}", "nested deeper than 200 levels"},
  };
  for (const auto& [script, wanted] : table) {
    CAPTURE(script.substr(0, 100));
    const std::string error = error_of(script);
    CAPTURE(error);
    CHECK(contains(error, wanted));
    CHECK(!contains(error, "pass'"));
  }
}

TEST_CASE("literals say what they say in JavaScript") {
  const auto json_of = [](const std::string& value, const reading::Variables& variables = {}) {
    return read("export const options = { cloud: { apm: [" + value + "] } };", variables).json;
  };
  const std::vector<std::pair<std::string, std::string>> table = {
      {"'a\"b', \"c'd\", `e\r\nf`", R"(["a\"b","c'd","e\nf"])"},
      {"'\\x41\\u0042\\u{43}\\n\\0\\q\\\\'", R"(["ABC\n\u0000q\\"])"},
      {"'\\ud83d\\ude00', '\\ud83d'", "[\"\U0001F600\",\"\uFFFD\"]"},
      {"'a\\\nb'", R"(["ab"])"},
      {"1, -2, +3, .5, 1e3, 0x1F, 0b11, 0o17, 1_000, 5.", "[1,-2,3,0.5,1000,31,3,15,1000,5]"},
      {"true, false, null, !0, !1", "[true,false,null,true,false]"},
      {"{ a: 1, 'b': 2, \"c\": 3, 4: 5, ['d']: 6, }", R"([{"a":1,"b":2,"c":3,"4":5,"d":6}])"},
      {"{ a: 1, a: 2 }", R"([{"a":2}])"},
      {"{ a: undefined, b: void 0, c: __ENV.NO }, undefined, , 1", R"([{},null,null,1])"},
      {"__ENV.X, __ENV['Y'], __ENV[\"X\"]", R"(["x","y","x"])"},
      {"/* a */ 1 // b\n, 2", "[1,2]"},
      {"{ zeta: 1, alpha: 2, new: 3, $x: 4 }", R"([{"zeta":1,"alpha":2,"new":3,"$x":4}])"},
  };
  for (const auto& [value, json] : table) {
    CAPTURE(value);
    CHECK(json_of(value, {{"X", "x"}, {"Y", "y"}}) == json);
  }
}

TEST_CASE("large scripts take time in proportion") {
  std::string lines = "const data = [";
  for (int i = 0; i < 100000; ++i) lines += "{ a: /x[/]y/, b: `${1}`, c: 'd' / 2 },\n";
  CHECK(read(lines + "];\nexport const options = " + apm).destinations.size() == 1);
  CHECK(contains(error_of("export const options = { a: " + std::string(200000, '(') + " };"),
                 "closes nothing"));
  CHECK(contains(error_of(std::string(17UL << 20U, ' ')), "larger than 16 MiB"));
}
