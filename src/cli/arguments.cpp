#include "cli/arguments.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "apm/options.hpp"
#include "cli/environment.hpp"
#include "cli/flags.hpp"
#include "error.hpp"
#include "text/nearest.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_see_help = "see k6apm -h";

[[noreturn]] void refuse(const std::string& text, const std::string& hint = k_see_help) {
  throw Error(ExitStatus::usage, text, hint);
}

std::string long_name(const Flag& flag) { return names_of(flag).back(); }

/// What stands behind a wrong word: the one that was probably meant, else where they all are.
std::string hint_for(const std::string& meant) {
  return meant.empty() ? k_see_help : text::did_you_mean(meant);
}

/// The flag that was probably meant by `word`: nearly its name, one dash too few, or the beginning of one.
std::string meant_flag(const std::string& word) {
  std::vector<std::string> names;
  for (const Flag& flag : flags()) names.push_back(long_name(flag));
  if (word.starts_with("-") && !word.starts_with("--") &&
      std::find(names.begin(), names.end(), '-' + word) != names.end())
    return '-' + word;
  std::string near = text::nearest(word, {names.begin(), names.end()});
  if (!near.empty()) return near;
  const auto begins = [&word](const std::string& name) { return name.starts_with(word); };
  return std::count_if(names.begin(), names.end(), begins) == 1
             ? *std::find_if(names.begin(), names.end(), begins)
             : std::string();
}

[[noreturn]] void refuse_unknown(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));  // behind it may stand a secret
  refuse(fmt::format("unknown flag {}", name), hint_for(meant_flag(name)));
}

/// What CLI11 would let pass: it takes -script for -s with the value "cript", and --dry-run=no for no
/// --dry-run.
void refuse_misread(const std::vector<std::string>& arguments) {
  for (const std::string& word : arguments) {
    if (word == "--") return;
    const std::string name = '-' + word.substr(0, word.find('='));
    const bool is_long = std::any_of(flags().begin(), flags().end(),
                                     [&name](const Flag& flag) { return long_name(flag) == name; });
    if (is_long && name.size() > 4) refuse_unknown(word);
    const std::string before = word.substr(0, word.find('='));
    const bool is_switch = std::any_of(flags().begin(), flags().end(), [&before](const Flag& flag) {
      return flag.value.empty() && long_name(flag) == before;
    });
    if (is_switch && before.size() < word.size())
      refuse(fmt::format("{} takes no value", before), "give it alone, or leave it out");
  }
}

/// What is given twice can hardly be meant, where the one would silently take the place of the other.
void check_given_once(const Job& job) {
  for (const char* name : {"--script", "--apm", "--output", "--openmetrics", "--partial", "--spool"}) {
    const auto is_it = [name](const auto& given) { return given.first == name; };
    if (std::count_if(job.given.begin(), job.given.end(), is_it) > 1)
      refuse(fmt::format("{} is given twice: choose one", name));
  }
}

/// A value that is wrong: of `flag`, or what stands behind = in it.
std::string hint_for_value(const Flag& flag, const std::string& value) {
  static const std::vector<std::string> types = {"counter", "gauge", "rate", "trend"};
  const std::vector<std::string>& choices = long_name(flag) == "--metric-type" ? types : flag.choices;
  return hint_for(text::nearest(value.substr(value.find('=') + 1), {choices.begin(), choices.end()}));
}

/// `text` is of CLI11: "--apm: 1 required TEXT missing".
[[noreturn]] void refuse_without_value(const std::string& text) {
  const std::string name = text.substr(0, text.find(':'));
  const auto flag = std::find_if(flags().begin(), flags().end(),
                                 [&name](const Flag& one) { return long_name(one) == name; });
  const bool takes_one = flag != flags().end() && !flag->value.empty();
  refuse(takes_one ? fmt::format("{} needs a value: {} {}", name, name, flag->value)
                   : fmt::format("{} takes no value", name));
}

/// Names that are none, and words that stand first where k6 is meant, or a command of another kind.
void check_results(const Job& job) {
  if (job.results.empty()) return;
  if (std::find(job.results.begin(), job.results.end(), "") != job.results.end())
    refuse("the name of a RESULT is empty", "a variable of the shell may not be set");
  const std::string& word = job.results.front();
  if (access(word.c_str(), F_OK) == 0) return;
  if (word == "help" || word == "version")
    refuse(fmt::format("k6apm has no command {}", word), fmt::format("k6apm --{} tells it", word));
  for (const char* verb : {"run", "cloud", "archive", "inspect", "login", "push", "replay", "export"}) {
    if (word != verb) continue;
    refuse(fmt::format("k6apm has no command {}: it delivers the results of a run that is over", word),
           "k6 run --out json=results.json script.js, and then k6apm results.json -s script.js");
  }
}

void add_flag(CLI::App& app, const Flag& flag, Job& job) {
  const auto set = [&flag, &job](const std::string& value) {
    try {
      flag.set(job, value);
      job.given.emplace_back(long_name(flag), value);
    } catch (const std::invalid_argument& wrong) {
      refuse(fmt::format("{}: {}", long_name(flag), wrong.what()), hint_for_value(flag, value));
    }
  };
  if (flag.value.empty()) {
    app.add_flag_callback(flag.names, [set] { set(""); });
    return;
  }
  CLI::Option* option = app.add_option_function<std::vector<std::string>>(
      flag.names, [set](const std::vector<std::string>& values) {
        for (const std::string& value : values) set(value);
      });
  // Without this CLI11 would let the first value draw in every word that follows.
  option->allow_extra_args(flag.several)->take_all()->type_size(1)->expected(1, flag.several ? 1 << 20 : 1);
}

bool is_offset(const std::optional<TimeArgument>& time) { return time && time->base == TimeBase::run_start; }

/// What a partial result cannot be made with.
void check_partial(const Job& job) {
  if (!job.partial) return;
  const auto* const other = job.dry_run       ? "--dry-run"
                            : job.output      ? "--output"
                            : job.openmetrics ? "--openmetrics"
                            : job.preview     ? "--preview"
                            : job.spool       ? "--spool"
                            : job.verify      ? "--verify"
                                              : nullptr;
  if (other != nullptr)
    refuse(fmt::format("--partial delivers nothing, so {} is for when it is joined: choose one", other));
  if (job.start_at || job.end_at) {
    refuse(fmt::format(
               "{} moves the whole run, and a partial result is a part of it whose windows stay as they are",
               job.start_at ? "--start-at" : "--end-at"),
           "leave it out; a run that has to be moved is joined from what k6 wrote");
  }
  if (is_offset(job.from) || is_offset(job.to)) {
    refuse(fmt::format("{} is an offset from the start of the whole run, which a part of it does not tell",
                       is_offset(job.from) ? "--from" : "--to"),
           "give a time, such as 2026-11-20T07:27:26Z, the same for every part");
  }
  if (*job.partial == "-" && job.json)
    refuse("--partial - and --json both need standard output", "name a file: --partial FILE");
}

/// What does something else with the requests, or does not make them.
void check_preview(const Job& job) {
  if (!job.preview) return;
  const auto* const other = job.output        ? "--output"
                            : job.openmetrics ? "--openmetrics"
                            : job.spool       ? "--spool"
                            : job.verify      ? "--verify"
                            : job.check       ? "--check"
                                              : nullptr;
  if (other != nullptr) refuse(fmt::format("{} and --preview are both given: choose one", other));
  if (*job.preview == "-" && (job.json || job.dry_run)) {
    refuse(fmt::format("--preview - and {} both need standard output", job.json ? "--json" : "--dry-run"),
           "name a file: --preview FILE");
  }
}

/// At most one of them.
void check_ways_out(const Job& job) {
  if (job.dry_run && job.output) refuse("--dry-run and --output are both given: choose one");
  if (job.spool && (job.dry_run || job.output || job.openmetrics)) {
    refuse(fmt::format("--spool is for sending, and {} sends nothing: choose one", job.dry_run ? "--dry-run"
                                                                                   : job.output
                                                                                       ? "--output"
                                                                                       : "--openmetrics"));
  }
  if (!job.openmetrics) return;
  if (job.dry_run) refuse("--dry-run and --openmetrics are both given: choose one");
  if (job.output) refuse("--output and --openmetrics are both given: choose one");
  if (job.native_histograms)
    refuse("--openmetrics cannot hold what --native-histograms makes: leave out one of them");
  if (*job.openmetrics == "-" && job.json) {
    refuse("--openmetrics - and --json both need standard output", "name a file: --openmetrics FILE");
  }
}

/// What cannot be asked for together, and what is missing.
void check(const Job& job) {
  if (!job.decode.empty()) {
    if (!job.results.empty() || job.check || job.dry_run || job.output || job.openmetrics || job.preview ||
        job.json || job.spool || job.partial)
      refuse("--decode stands alone: name only the files to print");
    return;
  }
  check_given_once(job);
  check_results(job);
  if (job.script && job.apm)
    refuse("--script and --apm are both given: one place for the apm block is enough");
  check_partial(job);
  check_preview(job);
  check_ways_out(job);
  if (job.key_file && !job.cert_file && !variable(job, "K6_PROMETHEUS_RW_CLIENT_CERTIFICATE")) {
    refuse("--key is given without --cert: it is the key of a certificate");
  }
  if (job.thresholds && job.apm && !job.cloud) {
    refuse("--thresholds needs the options of the test, and --apm is the apm block alone",
           "name the k6 script with -s; its apm block is used");
  }
  const bool takes_up = job.spool && job.results.empty();  // a run that the spool knows
  const bool of_cloud = std::any_of(job.given.begin(), job.given.end(), [](const auto& flag) {
    return flag.first == "--run-status" || flag.first == "--no-archive-upload";
  });
  if (of_cloud && !job.cloud)
    refuse("--run-status and --no-archive-upload are for --cloud, which is not given");
  if (!takes_up && !job.script && !job.apm && !job.cloud &&
      variable(job, apm::k_server_url_variable).value_or("").empty()) {
    refuse("nothing says where to deliver to: name the k6 script with -s, or give the apm block with --apm",
           R"(for example: k6apm results.json -s script.js)");
  }
  if (job.results.empty() && !job.check && !takes_up)
    refuse("no RESULT is given: name a file that k6 wrote with --out json=FILE or csv=FILE, or -");
  if (job.from && job.to && job.from->base == job.to->base && job.from->ns >= job.to->ns) {
    refuse("--from is not before --to: no point could lie between them");
  }
  if (job.start_at && job.end_at) {
    refuse("--start-at and --end-at are both given: the run keeps its length, so choose one");
  }
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& arguments) {
  Arguments result;
  if (arguments.empty()) {
    result.request = Request::usage;
    return result;
  }
  refuse_misread(arguments);
  CLI::App app;
  app.set_help_flag();
  for (const Flag& flag : flags()) {
    if (flag.set != nullptr) add_flag(app, flag, result.job);
  }
  app.add_flag_callback("-h", [&result] { result.request = Request::short_help; });
  app.add_flag_callback("--help", [&result] { result.request = Request::long_help; });
  app.add_flag_callback("-V,--version", [&result] { result.request = Request::version; });
  app.add_option("RESULT", result.job.results);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> unknown = app.remaining();
    refuse_unknown(unknown.empty() ? "" : unknown.front());
  } catch (const CLI::ArgumentMismatch& wrong) {
    refuse_without_value(wrong.what());
  } catch (const CLI::ParseError&) {
    refuse("the command line cannot be understood");
  }
  if (result.request == Request::job) check(result.job);
  return result;
}

}  // namespace k6apm::cli
