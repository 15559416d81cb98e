#include "apm/k6_inspect.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "apm/block.hpp"
#include "apm/child_process.hpp"
#include "apm/secret.hpp"
#include "error.hpp"
#include "script/source.hpp"

namespace k6apm::apm {

namespace {

constexpr std::size_t max_out = std::size_t{16} * 1024 * 1024;  ///< bytes of JSON: the largest options file
constexpr std::size_t max_err = std::size_t{64} * 1024;         ///< bytes of messages
constexpr std::size_t max_words = 300;                          ///< characters of k6's message that are shown
/// A value of fewer bytes is masked only where the name of its variable tells a secret: `1` and `dev` are
/// none.
constexpr std::size_t shortest_secret = 4;

/// This process's own variables.
Variables inherited_variables() {
  Variables all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

/// k6's environment: `__ENV` of the script, and what makes k6 print only JSON on standard output.
std::vector<std::string> environment_of_k6(const Variables& inherited, const Variables& given) {
  // Older versions know only the flag of the first; logs go where messages are looked for, in k6's own
  // format.
  static const Variables ours = {
      {"K6_INCLUDE_SYSTEM_ENV_VARS", "true"}, {"K6_LOG_OUTPUT", "stderr"}, {"NO_COLOR", "1"}};
  std::vector<std::string> environment;
  std::vector<std::string> names = {"K6_LOG_FORMAT"};
  for (const Variables* part : {&ours, &given, &inherited}) {
    for (auto variable = part->rbegin(); variable != part->rend(); ++variable) {
      if (std::find(names.begin(), names.end(), variable->first) != names.end()) continue;
      names.push_back(variable->first);
      environment.push_back(variable->first + '=' + variable->second);
    }
  }
  return environment;
}

bool tells_secret(std::string_view name) {
  return is_secret_key(name) || name.find("KEY") != std::string_view::npos ||
         name.find("key") != std::string_view::npos;
}

/// The values that no message may show, the longest first: one may hold another.
std::vector<std::string> secrets_of(const Variables& given, const Variables& inherited) {
  std::vector<std::string> secrets;
  for (const auto& [name, value] : given) {
    if (value.size() >= shortest_secret || (!value.empty() && tells_secret(name))) secrets.push_back(value);
  }
  for (const auto& [name, value] : inherited) {
    if (!value.empty() && tells_secret(name)) secrets.push_back(value);
  }
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return secrets;
}

std::string without(std::string_view text, const std::vector<std::string>& secrets) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto is_here = [&](const std::string& secret) { return text.substr(at, secret.size()) == secret; };
    const auto found = std::find_if(secrets.begin(), secrets.end(), is_here);
    if (found == secrets.end()) {
      out.push_back(text[at++]);
    } else {
      out += "***";
      at += found->size();
    }
  }
  return out;
}

/// Words that hold :// with logins and queries masked.
std::string with_masked_urls(std::string_view text) {
  static constexpr std::string_view blanks = " \t\r\n";
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const std::size_t colon = word.find("://");
    const std::size_t scheme =
        colon == std::string_view::npos ? 0 : word.find_last_of("\"'`(<=[{", colon) + 1;
    out += text.substr(0, begin);
    out += word.substr(0, scheme);
    out += colon == std::string_view::npos ? std::string(word) : masked_url(std::string(word.substr(scheme)));
    text.remove_prefix(end);
  }
  return out;
}

/// The value of msg="..." in a line as k6's logger writes it, else the line.
std::string message_in(std::string_view line) {
  static constexpr std::string_view key = " msg=\"";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::string(line);
  std::string out;
  for (std::size_t i = at + key.size(); i < line.size() && line[i] != '"'; ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      out.push_back(line[i]);
      continue;
    }
    ++i;
    out.push_back(line[i] == 'n' ? '\n' : line[i] == 't' ? '\t' : line[i]);
  }
  return out;
}

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  return text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
}

/// How it ended, where it did not end well; empty where it did.
std::string failure_of(const ChildResult& result, const InspectSettings& settings) {
  switch (result.end) {
    case ChildResult::End::exited:
      if (result.code != 0) return fmt::format("ended with status {}", result.code);
      break;
    case ChildResult::End::killed:
      return fmt::format("was ended by signal {}", result.code);
    case ChildResult::End::not_started:
      return fmt::format("cannot be started: {}", std::strerror(result.code));
    case ChildResult::End::timed_out:
      return fmt::format("took longer than {} s and was ended",
                         std::chrono::duration<double>(settings.time).count());
    case ChildResult::End::too_much_output:
      return fmt::format("printed more than {} MiB and was ended", max_out / 1024 / 1024);
    case ChildResult::End::interrupted:
      throw Error(ExitStatus::interrupted, "interrupted while k6 inspect ran: nothing was sent");
  }
  const std::size_t first = result.out.find_first_not_of(" \t\r\n");
  return first != std::string::npos && result.out[first] == '{' ? "" : "printed no JSON object";
}

}  // namespace

std::string last_words(std::string_view err, bool is_cut, const Variables& given,
                       const Variables& inherited) {
  // A secret of which the first half is missing would not be found.
  if (is_cut) err.remove_prefix(std::min(err.find('\n'), err.size()));
  const std::vector<std::string> secrets = secrets_of(given, inherited);
  const std::string message = without(message_in(last_line(without(err, secrets))), secrets);
  const std::string first_line = message.substr(0, message.find('\n'));
  return script::cleaned(with_masked_urls(first_line), max_words);
}

std::string find_k6() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): before threads start
  std::string_view rest = path == nullptr ? std::string_view() : std::string_view(path);
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string_view directory = rest.substr(0, colon);
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    if (directory.empty() || directory.front() != '/') continue;
    std::string candidate = std::string(directory) + "/k6";
    struct stat status {};
    if (::stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return {};
}

std::string ask_k6_inspect(const std::string& k6, const std::string& script,
                           const InspectSettings& settings) {
  const Variables inherited = inherited_variables();
  ChildCommand command;
  command.program = k6;
  // An absolute path is never a flag, nor `-`, nor the address of a module.
  std::error_code ignored;
  const std::string path = std::filesystem::absolute(script, ignored).string();
  command.arguments = {"k6", "inspect", "--include-system-env-vars", path};
  command.environment = environment_of_k6(inherited, settings.given);
  ChildLimits limits;
  limits.time = settings.time;
  limits.out_bytes = max_out;
  limits.err_bytes = max_err;
  ChildResult result = run_child(command, limits, settings.interrupted);
  std::string failure = failure_of(result, settings);
  if (failure.empty()) return std::move(result.out);
  // Of a k6 that ended well, or was stopped for what it printed, the last message is not the reason.
  const bool has_reason = result.end != ChildResult::End::too_much_output &&
                          (result.end != ChildResult::End::exited || result.code != 0);
  const std::string words =
      !has_reason ? "" : last_words(result.err, result.err_is_cut, settings.given, inherited);
  if (!words.empty()) failure += ": " + words;
  throw Error(ExitStatus::usage, "k6 inspect " + failure, {}, Location{script, 0, 0});
}

}  // namespace k6apm::apm
