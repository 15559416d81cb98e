// Asks k6 itself what the options of a script are: `k6 inspect`, which runs the script's init code.
// Source of flags and variables: k6 cmd/inspect.go and cmd/runtime_options.go, v0.25 to v2.2.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k6apm::apm {

/// NAME and VALUE; the later of equal names wins.
using Variables = std::vector<std::pair<std::string, std::string>>;

struct InspectSettings {
  Variables given{};  ///< variables that the script sees beside those of this process, and that win over them
  const std::atomic<bool>* interrupted = nullptr;  ///< may be null
  std::chrono::milliseconds time{30'000};          ///< how long k6 may take
};

/// The k6 that the PATH leads to; empty where there is none. Relative entries of the PATH are passed over:
/// what lies beside a script is not run.
std::string find_k6();

/// What `k6 inspect SCRIPT` prints for the file at `script`, which begins as JSON does. The variables are
/// handed over in k6's environment, never as arguments. Throws Error that says how k6 failed with the last
/// words of its own: ExitStatus::usage, or ExitStatus::interrupted. Values of `settings.given`, and of
/// variables of this process whose name tells a secret, are *** in it. Before threads start: it reads the
/// environment.
std::string ask_k6_inspect(const std::string& k6, const std::string& script, const InspectSettings& settings);

/// The last words of k6's standard error, on one line, without the secrets among `variables`, fit for a
/// message. `is_cut`: the start of `err` is missing.
std::string last_words(std::string_view err, bool is_cut, const Variables& given, const Variables& inherited);

}  // namespace k6apm::apm
