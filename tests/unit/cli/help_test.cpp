#include "cli/help.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/flags.hpp"

using namespace k6apm::cli;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A name as mdoc spells it: `Fl s`, `Fl \-script`.
std::string mdoc_name(const std::string& name) {
  std::string text = "Fl ";
  for (const char c : name.substr(1)) text += c == '-' ? "\\-" : std::string(1, c);
  return text;
}

}  // namespace

TEST_CASE("-h fits one screen of 80 columns and 48 lines") {
  const std::vector<std::string> lines = lines_of(short_help());
  CHECK(lines.size() <= 48);
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
}

TEST_CASE("usage and --help stay within 80 columns") {
  for (const std::string& text : {usage(), long_help()}) {
    for (const std::string& line : lines_of(text)) {
      CAPTURE(line);
      CHECK(line.size() <= 80);
      CHECK_FALSE(line.ends_with(' '));
    }
  }
}

TEST_CASE("every flag has a group and a brief that is a phrase, and names that are its own") {
  std::set<std::string> seen;
  for (const Flag& flag : flags()) {
    CAPTURE(flag.names);
    CHECK_FALSE(flag.group.empty());
    CHECK_FALSE(flag.brief.empty());
    CHECK_FALSE(flag.brief.ends_with('.'));
    CHECK((flag.value.empty() == (flag.kind == ValueKind::none)));
    CHECK(flag.details.ends_with('.'));
    for (const std::string& name : names_of(flag)) {
      CHECK(name.starts_with('-'));
      CHECK((name.starts_with("--") || name.size() == 2));
      CHECK(seen.insert(name).second);
    }
  }
}

TEST_CASE("flags of a group stand together") {
  std::set<std::string> done;
  std::string group;
  for (const Flag& flag : flags()) {
    if (flag.group == group) continue;
    CHECK(done.insert(flag.group).second);
    group = flag.group;
  }
}

TEST_CASE("every flag is in -h, --help, the man page and all completions") {
  for (const Flag& flag : flags()) {
    for (const std::string& name : names_of(flag)) {
      CAPTURE(name);
      CHECK(holds(short_help(), name));
      CHECK(holds(long_help(), name));
      CHECK(holds(man_options(), mdoc_name(name)));
      CHECK(holds(bash_completion(), name));
      CHECK(holds(zsh_completion(), name));
      CHECK(holds(fish_completion(),
                  name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1)));
    }
    CHECK(holds(short_help(), flag.brief) != flag.rare);
    for (const std::string& choice : flag.choices) CHECK(holds(bash_completion(), choice));
  }
}

TEST_CASE("lines of the man page never begin with a dot or quote that is text") {
  for (const std::string& line : lines_of(man_options())) {
    CAPTURE(line);
    CHECK_FALSE(line.empty());
    CHECK_FALSE(line.starts_with('\''));
    if (line.starts_with('.'))
      CHECK((line.starts_with(".It ") || line.starts_with(".Bl ") || line == ".El" ||
             line.starts_with(".Ss ")));
  }
}

TEST_CASE("a description is a sentence with the default at its end") {
  Flag flag{"-x,--example", "N", ValueKind::text, "Group", "an example", "It has details.", "5"};
  CHECK(description_of(flag) == "An example. It has details. Default: 5.");
  CHECK(names_of(flag) == std::vector<std::string>{"-x", "--example"});
  flag.names = "--example";
  flag.brief = "__ENV.KEY in the script";
  flag.details = "";
  flag.fallback = "";
  CHECK(description_of(flag) == "__ENV.KEY in the script.");
  CHECK(names_of(flag) == std::vector<std::string>{"--example"});
}

TEST_CASE("the version names every library") {
  const std::string text = version_text();
  CHECK(text.starts_with("k6apm " K6APM_VERSION "\n"));
  for (const char* const library : {"CLI11", "curl", "fmt", "ISA-L", "nlohmann/json", "protobuf", "simdjson",
                                    "snappy", "utf8proc", "xxHash", "zlib", "zstd"}) {
    CHECK(holds(text, library));
  }
}
