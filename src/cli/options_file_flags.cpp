#include "cli/options_file_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_options = "Options file";

}  // namespace

std::vector<Flag> options_file_flags() {
  return {
      {"-s,--script",
       "FILE",
       ValueKind::file,
       k_options,
       "where the options with the apm block are",
       "A k6 script (.js, .mjs, .cjs, .ts), a JSON file of options as for k6 --config, what k6 inspect "
       "prints, or the .tar that k6 archive writes (plain, gzip or zstd) or its metadata.json; told by the "
       "content, UTF-8 or UTF-16. k6apm reads the script, and the files that it imports, and never runs it; "
       "but see --inspect.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.script = v; }},
      {"--apm",
       "JSON",
       ValueKind::text,
       k_options,
       "an apm object or list given here",
       "Used instead of --script. @FILE reads it from a file. __ENV.NAME may stand for a value. What stands "
       "on a command line "
       "can be seen in the process list: keep secrets in a file or in the environment.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.apm = v; }},
      {"-e,--env",
       "KEY=VALUE",
       ValueKind::text,
       k_options,
       "__ENV.KEY in the script (repeatable)",
       "As in k6. It wins over the environment of the process, which is read too and is the better place for "
       "secrets.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.env.push_back(key_and_value(v)); }},
      {"--inspect",
       "WHEN",
       ValueKind::text,
       k_options,
       "ask k6 inspect for the options of a script",
       "auto asks it where the script cannot be read without running it and k6 is on the PATH, and says so; "
       "always asks it for every script; never does not. k6 inspect runs the script's init code. It gets "
       "the variables of -e in its environment, not as arguments, and 30 seconds.",
       "auto",
       {"auto", "always", "never"},
       false,
       [](Job& job, const std::string& v) { job.inspect = wish(v); },
       true},
      {"--thresholds",
       "",
       ValueKind::none,
       k_options,
       "judge the thresholds of the script, and end with 99",
       "Evaluates the thresholds of the options over the whole run, as k6 does at its end, by all points of "
       "the results, exported or not; --from and --to count. The report has each with its value. Where one "
       "is "
       "crossed the exit status is 99, unless something worse has happened.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.thresholds = true; },
       true},
      {"--check",
       "",
       ValueKind::none,
       k_options,
       "only read and check the options",
       "Nothing is sent, and no RESULT is needed. Names every destination and metric. With --json the report "
       "has the block as it was read, secrets as ***.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.check = true; }},
  };
}

}  // namespace k6apm::cli
