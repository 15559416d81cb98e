// The man page's OPTIONS and the completions, generated from the table of flags.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "cli/flags.hpp"
#include "cli/help.hpp"

namespace k6apm::cli {
namespace {

/// Text for mdoc: backslashes and leading dots are escaped, dashes are minus signs.
std::string mdoc(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result.starts_with('.') ? "\\&" + result : result;
}

/// Each sentence begins a line, as mdoc wants it; lines are folded.
std::string mdoc_sentences(std::string_view text) {
  constexpr std::size_t k_columns = 78;
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string word = mdoc(text.substr(0, space));
    if (column > 0) result += column + 1 + word.size() > k_columns ? '\n' : ' ';
    if (!result.empty() && result.back() == '\n') column = 0;
    result += word;
    column += 1 + word.size();
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.ends_with('.') && !text.empty()) {
      result += '\n';
      column = 0;
    }
  }
  return result + '\n';
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

/// `[` and `]` and quotes mean something in zsh's specifications.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') result += '\\';
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return result;
}

std::string zsh_values(const Flag& flag) {
  if (!flag.choices.empty()) return fmt::format(":{}:({})", zsh_text(flag.value), joined(flag.choices, " "));
  if (flag.kind == ValueKind::file) return fmt::format(":{}:_files", zsh_text(flag.value));
  if (flag.kind == ValueKind::directory) return fmt::format(":{}:_files -/", zsh_text(flag.value));
  return fmt::format(":{}: ", zsh_text(flag.value));
}

bool repeats(const Flag& flag) { return flag.brief.find("(repeatable)") != std::string::npos; }

}  // namespace

std::string man_options() {
  std::string text;
  std::string_view group;
  for (const Flag& flag : flags()) {
    const std::vector<std::string> names = names_of(flag);
    if (flag.details.empty())
      throw std::logic_error(fmt::format("{} has no long description: Flag::details", names.back()));
    if (flag.group != group) {
      text += fmt::format("{}.Ss {}\n.Bl -tag -width Ds\n", group.empty() ? "" : ".El\n", flag.group);
      group = flag.group;
    }
    text += ".It";
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += fmt::format("{} Fl {}", i == 0 ? "" : " ,", mdoc(names[i].substr(1)));
      if (!flag.value.empty()) text += " Ar " + mdoc(flag.value);
    }
    text += '\n' + mdoc_sentences(description_of(flag));
  }
  return text + ".El\n";
}

std::string bash_completion() {
  std::vector<std::string> all;
  std::string cases;
  for (const Flag& flag : flags()) {
    const std::vector<std::string> names = names_of(flag);
    all.insert(all.end(), names.begin(), names.end());
    std::string reply;
    if (!flag.choices.empty())
      reply = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", joined(flag.choices, " "));
    if (flag.choices.empty() && flag.kind == ValueKind::file)
      reply = "COMPREPLY=($(compgen -f -- \"$word\"))";
    if (flag.kind == ValueKind::directory) reply = "COMPREPLY=($(compgen -d -- \"$word\"))";
    if (flag.kind == ValueKind::text && flag.choices.empty()) reply = "COMPREPLY=()";
    if (!reply.empty()) cases += fmt::format("    {}) {}; return ;;\n", joined(names, "|"), reply);
  }
  return fmt::format(
      "# bash completion for k6apm; generated from the table of flags\n"
      "_k6apm() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  case $previous in\n{}  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W '{}' -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _k6apm k6apm\n",
      cases, joined(all, " "));
}

std::string zsh_completion() {
  std::string text =
      "#compdef k6apm\n# zsh completion for k6apm; generated from the table of flags\n_arguments -S \\\n";
  for (const Flag& flag : flags()) {
    const std::vector<std::string> names = names_of(flag);
    const std::string names_text =
        names.size() == 1
            ? fmt::format("'{}{}", repeats(flag) ? "*" : "", names.front())
            : fmt::format("{}{{{}}}'", repeats(flag) ? "'*'" : fmt::format("'({})'", joined(names, " ")),
                          joined(names, ","));
    text += fmt::format("  {}[{}]{}' \\\n", names_text, zsh_text(flag.brief),
                        flag.value.empty() ? "" : zsh_values(flag));
  }
  return text + "  '*:RESULT:_files'\n";
}

std::string fish_completion() {
  std::string text = "# fish completion for k6apm; generated from the table of flags\n";
  for (const Flag& flag : flags()) {
    text += "complete -c k6apm";
    for (const std::string& name : names_of(flag)) {
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!flag.value.empty()) text += flag.kind == ValueKind::text ? " -x" : " -r";
    if (!flag.choices.empty()) text += fmt::format(" -a '{}'", joined(flag.choices, " "));
    std::string brief;
    for (const char c : flag.brief) brief += c == '\'' ? std::string("\\'") : std::string(1, c);
    text += fmt::format(" -d '{}'\n", brief);
  }
  return text;
}

}  // namespace k6apm::cli
