#!/usr/bin/env python3
"""Options files of every kind, each with the block that has to be read from it or the error. options/GROUP/NAME.EXT is
the options file, options/GROUP/NAME.expect beside it says in lines `key: value` what

    k6apm --check --json -s NAME.EXT

in the directory GROUP must give; what it imports or opens lies in directories of GROUP:

    env: KEY=VALUE      in the environment of the process (repeatable)
    arg: TEXT           one more argument (repeatable)
    needs: PROVIDER     the status holds for a program that delivers to this provider; one that does not may end with 1 or 2
    status: 0           the exit status; several where all are right
    origin: cloud       options.origin of the report
    apm: [...]          options.apm of the report, JSON, which may go on on the next lines
    message: TEXT       stands in standard error (repeatable)
    never: TEXT         stands in no output of any case (repeatable)

The group soundness holds what differential tests against a JavaScript engine found: a value that comes out is the one that
the engine sees whatever the unknown functions of these scripts do, and where it depends on them there is an error.

What is too large or too odd for a file is made in a temporary directory: see HOSTILE. The program has to end by itself
within the time and the memory, with the block or with an error.

    options_test.py [NAME...]     runs only the cases whose GROUP/NAME contains one of these
"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import unittest

import harness

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "options")
FEWEST_CASES = 120
TIME_LIMIT_S = 300 if harness.QUICK else 10  # far more than is needed, for busy machines
MEMORY_LIMIT = 1 << 30
KEY = re.compile(r"(env|arg|needs|status|origin|apm|message|never): ?(.*)", re.DOTALL)
REPEATED = ("env", "arg", "message", "never")


class Output:
    """What a run gave."""

    def __init__(self, done, seconds):
        self.status, self.seconds = done.returncode, seconds
        self.out, self.err = done.stdout, done.stderr
        self.messages = done.stderr.decode("utf-8", "backslashreplace")

    def options(self):
        """`options` of the report; empty where there is none."""
        try:
            return json.loads(self.out).get("options") or {}
        except ValueError:
            return {}

    def __str__(self):
        shown = self.options().get("apm")
        return (f"status {self.status}, after {self.seconds:.1f} s\norigin {self.options().get('origin')}\n"
                f"apm {json.dumps(shown, ensure_ascii=False)[:3000]}\n--- stderr\n{self.messages[:3000]}")


def limit_memory():
    """In the child: an allocation beyond the limit fails."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(file, directory, path, extra=(), env=None, limited=False):
    """Runs the program on an options file; no k6 is on its PATH."""
    start = time.monotonic()
    done = subprocess.run([harness.program(), "--check", "--json", "-s", file, *extra], cwd=directory,
                          env=harness.environment(dict(env or {}, PATH=path)), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIME_LIMIT_S, check=False,
                          preexec_fn=limit_memory if limited and not harness.QUICK else None)
    return Output(done, time.monotonic() - start)


def same(a, b):
    """Equal JSON values; true is not 1, 1 is 1.0."""
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return float(a) == float(b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return type(a) is type(b) and a == b


class Case:
    """An options file and what is expected of it."""

    def __init__(self, group, name):
        self.name, self.directory = f"{group}/{name}", os.path.join(CASES, group)
        files = [entry for entry in os.listdir(self.directory)
                 if entry.startswith(name + ".") and not entry.endswith(".expect")]
        if len(files) != 1:
            raise AssertionError(f"{self.name}: one options file belongs to it, not {files}")
        self.file = files[0]
        with open(os.path.join(self.directory, name + ".expect"), encoding="utf-8", newline="\n") as file:
            self.text = file.read()
        self.expected = {key: [] for key in REPEATED}
        last = None
        for line in self.text.rstrip("\n").split("\n"):
            match = KEY.fullmatch(line)
            if match is None:
                if last != "apm":
                    raise AssertionError(f"{self.name}: what is {line!r}?")
                self.expected["apm"] += "\n" + line
                continue
            last, value = match.groups()
            if last in REPEATED:
                self.expected[last].append(value)
            else:
                self.expected[last] = value
        self.statuses = [int(status) for status in self.expected["status"].split()]

    def run(self, path):
        """Runs the program on it."""
        env = dict(pair.split("=", 1) for pair in self.expected["env"])
        return check(self.file, self.directory, path, self.expected["arg"], env)

    def differences(self, output, delivers):
        """What is not as expected."""
        found = []
        statuses = self.statuses
        if "needs" in self.expected and not delivers(self.expected["needs"]):
            statuses = statuses + [1, 2]
        if output.status not in statuses:
            found.append("the status")
        if "origin" in self.expected and output.options().get("origin") != self.expected["origin"]:
            found.append("the origin")
        if "apm" in self.expected and not same(output.options().get("apm"), json.loads(self.expected["apm"])):
            found.append("the block")
        found += [f"no message {text!r}" for text in self.expected["message"] if text not in output.messages]
        return found


def all_cases():
    """Every case there is, in order."""
    return [Case(group, entry[:-len(".expect")])
            for group in sorted(os.listdir(CASES)) if os.path.isdir(os.path.join(CASES, group))
            for entry in sorted(os.listdir(os.path.join(CASES, group))) if entry.endswith(".expect")]


# The files of HOSTILE. BLOCK is a plain block, which what stands around it does not touch.
DESTINATION = "{provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks']}"
APM = [{"provider": "prometheus", "remoteWriteURL": "https://prom.example.com/api/v1/write", "metrics": ["checks"]}]
BLOCK = "export const options = {ext: {loadimpact: {apm: [" + DESTINATION + "]}}};\n"
HOSTILE_SECRET = "s3cr3t-hostile"
DEEP = 10000
LONG = 100000


def beside(text):
    """Beside the block."""
    return f"const x = {text};\n{BLOCK}export default function () {{}}\n"


def inside(text):
    """A part of the block."""
    return BLOCK.replace("metrics: ['checks']", f"metrics: ['checks'], x: {text}")


def before(statements, apm="list"):
    """Statements that make the block."""
    return f"{statements}\nexport const options = {{ext: {{loadimpact: {{apm: {apm}}}}}}};\n"


def nested(opening, closing, middle="1", depth=DEEP):
    """`middle` within many brackets."""
    return opening * depth + middle + closing * depth


def if_chain(depth):
    """if ... else if ... else if ..."""
    return "let x;\n" + "else ".join(f"if (__ENV.X === '{i}') x = {i};\n" for i in range(depth)) + BLOCK


# How it may end: "block": the block; "error": an error; "either": the block or an error, but no other block;
# "syntax error": an error that says so.
NESTED = {
    "arrays": ("[", "]"), "objects": ("{a: ", "}"), "parentheses": ("(", ")"), "templates": ("`${", "}`"), "calls": ("f(", ")"),
    "arrow-functions": ("(() => ", ")()"), "functions": ("(function () { return ", " })()"), "not": ("!", ""), "minus": ("- ", ""),
    "typeof": ("typeof ", ""), "new": ("new ", ""), "spread": ("[...", "]"), "index": ("a[", "]"), "conditional": ("x ? ", " : 0"),
    "conditional-else": ("x ? 0 : ", ""), "arrows": ("a => ", ""), "power": ("2 ** ", ""), "assignments": ("a = ", ""),
    "optional-calls": ("f?.(", ")"), "classes": ("class { x = ", " }"), "void": ("void ", ""), "await": ("async () => await ", ""),
}
CHAINS = {
    "plus": "1" + " + 1" * LONG, "text": "'a'" + " + 'b'" * LONG, "or": "0" + " || 0" * LONG, "comma": "(0" + ", 0" * LONG + ")",
    "members": "a" + ".b" * LONG, "optional-members": "a" + "?.b" * LONG, "calls": "a" + "()" * LONG, "indices": "a" + "[0]" * LONG,
    "templates": "a" + "``" * LONG, "nullish": "null" + " ?? null" * LONG, "nots": "!" * LONG + "1", "list": "[" + "1," * LONG + "]",
    "keys": "{" + "".join(f"k{i}: {i}, " for i in range(LONG)) + "}", "ternaries": "0 ? 1 : " * LONG + "2",
    "methods": "'a'" + ".trim()" * LONG, "as": "a" + " as any" * LONG, "string": "'" + "x" * (LONG * 10) + "'", "digits": "9" * (LONG * 10),
}
UNTERMINATED = {
    "string": "'abc", "double-quoted": '"abc\n"', "template": "`abc", "substitution": "`a${1", "comment": "1 /* abc", "regex": "/abc",
    "class-of-regex": "/[abc/", "bracket": "[1, 2", "brace": "{a: 1", "parenthesis": "(1", "escape": "'\\", "unicode-escape": "'\\u{12", "hex": "'\\x4",
}
ENDLESS = {
    "doubled-string": "let s = 'ab';\nfor (let i = 0; i < 100; i++) s += s;\nconst list = [{provider: s}];",
    "doubled-by-repeat": "const list = [{provider: 'ab'.repeat(1e9).repeat(1e9)}];",
    "doubled-by-pad": "const list = [{provider: 'ab'.padStart(2 ** 40)}];",
    "doubled-by-join": "const list = [{provider: new Array(4e9 - 1e9).join('abcdef')}];",
    "doubled-by-replace": "let s = 'aa';\nfor (let i = 0; i < 60; i++) s = s.replace(/a/g, 'aa');\nconst list = [{provider: s}];",
    "doubled-by-template": "let s = 'ab';\nfor (let i = 0; i < 100; i++) s = `${s}${s}`;\nconst list = [{provider: s}];",
    "pushed-forever": "const list = [];\nwhile (true) list.push(list);",
    "pushed-objects-forever": "const list = [];\nfor (let i = 0; ; i++) list.push({provider: 'p' + i, list: [...list]});",
    "loop-forever": "let n = 0;\nfor (;;) n++;\nconst list = [n];",
    "empty-loop-forever": "while (true);\nconst list = [];",
    "recursion": "function f(n) { return [f(n + 1)]; }\nconst list = f(0);",
    "mutual-recursion": "const f = (n) => g(n), g = (n) => f(n);\nconst list = f(0);",
    "recursive-getter": "const o = {get list() { return this.list; }};\nconst list = o.list;",
    "recursive-to-string": "const o = {toString() { return `${this}`; }};\nconst list = [`${o}`];",
    "exponential-spread": "let list = [1];\nfor (let i = 0; i < 100; i++) list = [...list, ...list];",
    "exponential-concat": "let list = [1];\nfor (let i = 0; i < 100; i++) list = list.concat(list);",
    "exponential-flat": "let list = [1];\nfor (let i = 0; i < 100; i++) list = [list, list].flat();",
    "exponential-sharing": "let list = [1];\nfor (let i = 0; i < 100; i++) list = [list, list];",
    "exponential-stringify": "let o = [1];\nfor (let i = 0; i < 100; i++) o = [o, o];\nconst list = [JSON.stringify(o)];",
    "exponential-recursion": "const f = (n) => (n ? f(n - 1).concat(f(n - 1)) : [1]);\nconst list = f(100);",
    "cyclic-list": "const list = [];\nlist.push(list);",
    "cyclic-object": f"const d = {DESTINATION};\nd.self = d;\nconst list = [d];",
    "cyclic-stringify": "const o = {};\no.o = o;\nconst list = [JSON.stringify(o)];",
    "cyclic-flat": "const o = [];\no.push(o);\nconst list = o.flat(Infinity);",
    "huge-array": "const list = new Array(4294967295).fill({provider: 'prometheus'});",
    "huge-index": "const list = [];\nlist[4294967294] = {provider: 'prometheus'};",
    "huge-array-from": "const list = Array.from({length: 2 ** 50}, (_, i) => ({provider: i}));",
    "huge-length": "const list = [];\nlist.length = 4294967295;",
    "growing-while-iterated": "const list = [1];\nfor (const x of list) list.push(x);",
    "generator": "function* g() { while (true) yield 1; }\nconst list = [...g()];",
    "huge-split": "let s = 'a,';\nfor (let i = 0; i < 40; i++) s += s;\nconst list = s.split(',');",
    "nested-loops": "let n = 0;\nfor (let i = 0; i < 1e9; i++) for (let j = 0; j < 1e9; j++) n += j;\nconst list = [n];",
    "sort-that-never-agrees": "const list = Array.from({length: 3000}, (_, i) => i).sort(() => 1).sort((a, b) => { while (true); });",
}


def hostile_scripts():
    """(name, how it may end, {name of a file: its text or bytes}); the first file is the options file."""
    for name, (opening, closing) in NESTED.items():
        yield f"nested-{name}-beside", "either", {"s.js": beside(nested(opening, closing))}
        yield f"nested-{name}-inside", "any", {"s.js": inside(nested(opening, closing))}
        # Brackets that are never closed are an error; an operator without operand is beside the options.
        ending = "error" if re.search(r"[(\[{`](?!\))", opening) else "either"
        yield f"nested-{name}-cut-off", ending, {"s.js": BLOCK + "const x = " + nested(opening, "", "")}
    yield "nested-types", "either", {"s.ts": f"type X = {nested('Array<', '>', 'string')};\n{BLOCK}"}
    yield "nested-destructuring", "either", {"s.js": f"const {nested('[', ']', 'x')} = [];\n{BLOCK}"}
    yield "nested-statements", "either", {"s.js": nested("{", "}", ";") + "\n" + BLOCK}
    yield "nested-ifs", "either", {"s.js": "if (1) " * DEEP + ";\n" + BLOCK}
    yield "nested-loops-beside", "either", {"s.js": "for (const x of []) " * DEEP + ";\n" + BLOCK}
    yield "nested-labels", "either", {"s.js": "".join(f"l{i}: " for i in range(DEEP)) + ";\n" + BLOCK}
    yield "nested-json", "error", {"s.json": '{"ext": ' + nested("[", "]", depth=LONG) + ', "cloud": {"apm": 1}}'}
    yield "nested-json-cut-off", "error", {"s.json": nested('{"a":', "", "", LONG)}
    yield "nested-json-parse", "any", {"s.js": before("const list = JSON.parse('['.repeat(100000) + ']'.repeat(100000));")}
    yield "nested-data", "any", {"s.js": before("let list = [];\nfor (let i = 0; i < 100000; i++) list = [list];")}
    yield "nested-data-as-text", "any", {"s.js": before("let o = [];\nfor (let i = 0; i < 100000; i++) o = [o];\nconst list = [`${o}`];")}
    yield "else-if-chain", "either", {"s.js": if_chain(DEEP)}
    yield "many-declarations", "either", {"s.js": "".join(f"const a{i} = {i};\n" for i in range(LONG)) + BLOCK}
    yield "chain-of-constants", "any", {"s.js": "const a0 = 5;\n" + "".join(f"const a{i + 1} = a{i};\n" for i in range(LONG)) + inside(f"a{LONG}")}
    yield "chain-of-functions", "any", {"s.js": "const f0 = () => 5;\n" + "".join(f"const f{i + 1} = () => f{i}();\n" for i in range(DEEP))
                                        + inside(f"f{DEEP}()")}
    yield "many-cases", "either", {"s.js": "switch (__ENV.X) {\n" + "".join(f"case '{i}': break;\n" for i in range(DEEP)) + "}\n" + BLOCK}
    for name, text in CHAINS.items():
        yield f"chain-{name}-beside", "either", {"s.ts" if name == "as" else "s.js": beside(text)}
        yield f"chain-{name}-inside", "any", {"s.ts" if name == "as" else "s.js": inside(text)}
    for name, text in UNTERMINATED.items():
        yield f"unterminated-{name}-behind", "syntax error", {"s.js": f"{BLOCK}const x = {text}"}
        yield f"unterminated-{name}-inside", "syntax error", {"s.js": inside(text)}
    yield "unterminated-json-string", "syntax error", {"s.json": '{"ext": "abc'}
    for name, text in ENDLESS.items():
        yield f"endless-{name}", "error", {"s.js": before(text)}
        yield f"endless-{name}-in-thresholds", "either", {"s.js": f"{text}\n" + BLOCK.replace("]}}};", "]}}, thresholds: {a: list}};")}
    yield "slow-regex", "any", {"s.js": before("const list = [{provider: /^(a+)+$/.test('a'.repeat(60) + 'b')}];")}
    yield "slow-regex-replace", "any", {"s.js": before("const list = [{provider: ('a'.repeat(50) + 'b').replace(/(a*)*c/g, '')}];")}
    burning = "(() => { for (let i = 0; i < 15000; i++); throw 1; })();\n"
    yield "errors-that-take-long", "either", {"s.js": burning * 3000 + BLOCK}
    yield "endless-beside", "either", {"s.js": beside("(() => { while (true); })()")}
    yield "endless-beside-behind", "either", {"s.js": BLOCK + "let s = 'ab';\nwhile (true) s += s;\n"}
    yield "import-itself", "block", {"s.js": "import { options as me } from './s.js';\n" + BLOCK}
    yield "import-itself-needed", "error", {"s.js": "export { options } from './s.js';\n"}
    yield "import-itself-star", "error", {"s.js": "export * from './s.js';\n"}
    yield "import-cycle-harmless", "block", {"s.js": "import { apm } from './a.js';\nexport const options = {ext: {loadimpact: {apm}}};\n",
                                             "a.js": f"import {{ b }} from './b.js';\nexport const apm = [{DESTINATION}];\nexport const f = () => b;\n",
                                             "b.js": "import { apm } from './a.js';\nexport const b = () => apm;\n"}
    yield "import-cycle-of-constants", "error", {"s.js": before("import { a as list } from './a.js';"), "a.js": "import { b } from './b.js';\nexport const a = b;\n",
                                                 "b.js": "import { a } from './a.js';\nexport const b = a;\n"}
    yield "import-chain", "any", {"s.js": before("import { x as list } from './m0.js';"), "m2000.js": f"export const x = [{DESTINATION}];\n",
                                  **{f"m{i}.js": f"export {{ x }} from './m{i + 1}.js';\n" for i in range(2000)}}
    yield "import-fan", "any", {"s.js": before("import { x as list } from './m0.js';"), "m60.js": f"export const x = [{DESTINATION}];\n",
                                **{f"m{i}.js": f"export * from './m{i + 1}.js';\nexport * from './m{i + 1}';\n" for i in range(60)}}
    yield "require-itself", "error", {"s.js": "exports.options = require('./s.js').options.ext;\n"}
    for path in ("/dev/zero", "/dev/stdin", "/dev/null", ".", "/proc/self/mem", "./pipe", "./loop", "a\\0b", "x" * 5000, ""):
        name = re.sub(r"[^a-z]+", "-", path[:20]).strip("-") or ("here" if path else "nothing")
        yield f"open-{name}", "error", {"s.js": before(f"const list = JSON.parse(open('{path}'));")}
        yield f"open-{name}-beside", "either", {"s.js": beside(f"open('{path}')")}
        yield f"import-{name}", "error", {"s.js": before(f"import {{ list }} from '{path}';")}
    yield "bytes-outside", "either", {"s.js": b"const x = 1; \xff\xfe\xc3 ;\n" + BLOCK.encode()}
    yield "bytes-in-a-comment", "block", {"s.js": b"// caf\xe9 \xff\n/* \xc3 */\n" + BLOCK.encode()}
    yield "bytes-in-a-string", "any", {"s.js": inside("'@'").encode().replace(b"@", b"caf\xe9 \xf0\x9f \xed\xa0\x80")}
    yield "bytes-in-a-key", "any", {"s.js": inside("1, '@': 2").encode().replace(b"@", b"\xff")}
    yield "bytes-only", "any", {"s.js": bytes(range(256)) * 100}
    yield "bytes-in-json", "any", {"s.json": b'{"ext": {"loadimpact": {"apm": [{"provider": "\xff\xc3("}]}}}'}
    yield "nul-in-a-string", "any", {"s.js": inside("'a\0b'")}
    yield "nul-outside", "either", {"s.js": "\0" + BLOCK + "\0\0"}
    yield "nul-only", "any", {"s.js": b"\0" * 1000000}
    yield "utf-16-odd", "any", {"s.js": ("\ufeff" + BLOCK).encode("utf-16-le") + b"x"}
    yield "utf-16-surrogates", "any", {"s.js": ("\ufeff" + inside("'@'")).encode("utf-16-le").replace("@".encode("utf-16-le"), b"\x00\xd8\x00\xd8\x00\xdc\x00\xdc")}
    yield "utf-16-mark-only", "any", {"s.js": b"\xff\xfe"}
    yield "lone-surrogate", "any", {"s.js": inside("'\\ud800 ' + '\\udc00'.repeat(3)")}
    yield "prototype", "any", {"s.js": before(f"const o = JSON.parse('{{\"__proto__\": {{\"list\": [1]}}}}');\nconst list = o.list || [{DESTINATION}];")}
    yield "prototype-of-everything", "any", {"s.js": before(f"Object.prototype.metrics = ['vus'];\nArray.prototype.map = () => [];\nconst list = [{DESTINATION}].map((x) => x);")}
    yield "unknown-with-secret", "error", {"s.js": before(f"import {{ f }} from 'k6/x/f';\nconst list = f('{HOSTILE_SECRET}', "
                                                          + nested("[", "]", f"'{HOSTILE_SECRET}'", 50) + ");")}
    yield "archive-of-nothing", "error", {"s.tar": b"\0" * 10240}
    yield "archive-that-lies-about-its-size", "error", {"s.tar": b"metadata.json".ljust(100, b"\0") + b"0000644\0" * 3 + b"77777777777\0"
                                                                 + b"00000000000\0" + b" " * 8 + b"0" + b"\0" * 355}
    yield "gzip-of-nothing", "error", {"s.tar.gz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03"}


def large_scripts():
    """The same for files that are large; each is made only when its turn comes."""
    rows = b'{"id": 1, "name": "somebody", "a": 1},\n' * (20 * 1000 * 1000 // 39)
    yield "large-script", "either", lambda: {"s.js": BLOCK.encode() + b"const data = [\n" + rows * 5 + b"];\n"}
    yield "large-comment", "either", lambda: {"s.js": b"/*" + b"x" * 100 * 1000 * 1000 + b"*/\n" + BLOCK.encode()}
    yield "large-json", "either", lambda: {"s.json": b'{"data": [' + rows + b'1], "ext": {"loadimpact": {"apm": '
                                           + json.dumps(APM).encode() + b"}}}"}
    yield "large-string", "either", lambda: {"s.js": b"const x = '" + b"x" * 20 * 1000 * 1000 + b"';\n" + BLOCK.encode()}
    yield "large-line-with-an-error", "error", lambda: {"s.js": b"const x = '" + b"x" * 20 * 1000 * 1000 + b"'; const list = f(x);" + before("").encode()}
    yield "large-file-opened", "either", lambda: {"s.js": beside("JSON.parse(open('./data.json'))"), "data.json": b"[" + rows + b"1]"}
    yield "large-block", "any", lambda: {"s.js": before("const list = [" + (DESTINATION + ", ") * LONG + "];")}


class Options(unittest.TestCase):
    """One test per kind of case; each case is a subtest. The last one looks at what the others left."""
    names = []
    outputs = {}  # {name of the case: Output}

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="k6apm-options-")
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = scratch.name
        cls.path = os.path.join(scratch.name, "bin")
        os.mkdir(cls.path)
        cls.providers = {}

    def wanted(self, name, number):
        """Whether the case was asked for. A program with sanitizers is given one in four: the fuzz target, which
        has them too, reads every file as its corpus."""
        if self.names:
            return any(part in name for part in self.names)
        return not harness.QUICK or number % 4 == 0

    def delivers(self, provider):
        """Whether the program delivers to this provider at all."""
        if provider not in self.providers:
            file = os.path.join(self.scratch, "probe.json")
            with open(file, "w", encoding="utf-8") as probe:
                json.dump({"ext": {"loadimpact": {"apm": [{"provider": provider, "apiKey": "k", "appKey": "k"}]}}}, probe)
            self.providers[provider] = check(file, self.scratch, self.path).status == 0
        return self.providers[provider]

    def test_files(self):
        cases = all_cases()
        self.assertGreaterEqual(len(cases), FEWEST_CASES)
        ran = 0
        for number, case in enumerate(cases):
            if not self.wanted(case.name, number):
                continue
            ran += 1
            with self.subTest(case.name):
                output = self.outputs[case.name] = case.run(self.path)
                found = case.differences(output, self.delivers)
                if found:
                    self.fail(f"{case.name}: {', '.join(found)}\n{os.path.join(case.directory, case.file)}\n--- expected\n{case.text}--- came\n{output}")
        print(f"{ran} options files")

    def run_hostile(self, name, ending, files):
        """Runs one case of HOSTILE."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as directory:
            for file, content in files.items():
                with open(os.path.join(directory, file), "wb") as out:
                    out.write(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
            os.mkfifo(os.path.join(directory, "pipe"))
            os.symlink("loop", os.path.join(directory, "loop"))
            output = self.outputs[name] = check(next(iter(files)), directory, self.path, limited=True)
        self.assertIn(output.status, (0, 1, 2), output)
        block = output.options().get("apm")
        right = output.status == 0 and same(block, APM)
        failed = output.status == 2 and "k6apm: error: " in output.messages and not block
        fine = {"any": right or failed or bool(block), "block": right, "error": failed, "either": right or failed,
                "syntax error": failed and "syntax error" in output.messages}[ending]
        if not fine:
            self.fail(f"{name}: wanted is {ending}\n{output}")

    def test_hostile(self):
        ran = 0
        for number, (name, ending, files) in enumerate([*hostile_scripts(), *large_scripts()]):
            name = "hostile/" + name
            if not self.wanted(name, number):
                continue
            ran += 1
            with self.subTest(name):
                try:
                    self.run_hostile(name, ending, files() if callable(files) else files)
                except subprocess.TimeoutExpired:
                    self.fail(f"{name}: does not end within {TIME_LIMIT_S} s")
        print(f"{ran} hostile files")

    def test_every_form_of_a_script_has_the_same_block(self):
        # The script, what `k6 inspect` printed of it, and the archives that k6 made of it.
        for script, others in (("scripts/shop.js", ("inspect/v0.33.0-shop-inspect.json", "inspect/v2.2.0-shop-inspect.json",
                                                    "inspect/v2.2.0-shop-inspect-execreq.json", "archive/v0.33.0-shop.tar",
                                                    "archive/v2.2.0-shop.tar")),
                               ("scripts/cloudopt.js", ("inspect/v2.2.0-cloudopt-inspect.json",))):
            blocks = {}
            for form in (script, *others):
                output = check(form, os.path.join(os.path.dirname(os.path.dirname(CASES)), "testdata"), self.path)
                report = json.loads(output.out)
                blocks[form] = report["options"]["origin"], report["options"]["apm"]
            self.assertGreater(len(blocks[script][1]), 0)
            for form in others:
                with self.subTest(form):
                    self.assertTrue(same(blocks[script][1], blocks[form][1]), blocks)
                    self.assertEqual(blocks[script][0], blocks[form][0])

    def test_no_secret_comes_out(self):
        # Whatever a case must not show, no other case may show either. Tests run in the order of their names.
        secrets = {text for case in all_cases() for text in case.expected["never"]} | {HOSTILE_SECRET}
        self.assertTrue(all(len(secret) >= 10 for secret in secrets), secrets)
        for name, output in self.outputs.items():
            for secret in secrets:
                with self.subTest(name):
                    self.assertFalse(secret.encode() in output.out, f"{name}: {secret} in standard output\n{output}")
                    self.assertFalse(secret.encode() in output.err, f"{name}: {secret} in standard error\n{output}")


def main():
    """Runs the tests, or the cases that are named."""
    Options.names = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    unittest.main(argv=[sys.argv[0], *(arg for arg in sys.argv[1:] if arg.startswith("-"))])


if __name__ == "__main__":
    main()
