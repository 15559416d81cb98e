// Reads the apm block out of what people have: a k6 script, a JSON options file, the output of `k6 inspect`,
// a k6 archive or an apm list given by hand. Never runs the script; k6 may be asked what it makes of it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "apm/destination.hpp"
#include "apm/k6_inspect.hpp"
#include "evaluation/files.hpp"

namespace k6apm::apm {

using evaluation::Environment;

/// When `k6 inspect` is asked about a script: where it cannot be read and k6 is on the PATH, in any case, or
/// not at all. JSON and archives hold what k6 made of the script already.
enum class Inspect { automatic, always, never };

/// Where k6's own Prometheus output sends to.
inline constexpr std::string_view k_server_url_variable = "K6_PROMETHEUS_RW_SERVER_URL";

struct ReadSettings {
  Environment env{};
  Inspect inspect = Inspect::never;
  Variables given{};  ///< of -e, for k6: `env` knows them too
  const std::atomic<bool>* interrupted = nullptr;
};

/// Reads the file at `path`, the block in it and the thresholds beside; what it is, is told by its content.
/// Only what is needed for the block is a reason to ask k6 or to fail. Throws Error with
/// ExitStatus::usage where the file cannot be read or the block cannot be known without running the script
/// (file, line, column, the expression, advice to use `k6 inspect` or how that failed), with
/// ExitStatus::interrupted where settings.interrupted was set meanwhile. What is wrong inside the block
/// disables that place only and becomes a notice.
ApmBlock read_options_file(const std::string& path, const ReadSettings& settings);

/// The same for text that was read already; `name` stands in messages and is where the script stands that
/// imports `files`. Script or JSON is told by the content.
ApmBlock read_options_text(const std::string& text, const std::string& name, const Environment& env,
                           const evaluation::Files& files);

/// Files on the disk, in any of the encodings of options files.
evaluation::Files local_files();

/// Reads `--apm`: a JSON object or list, or `@FILE`; `__ENV.NAME` may stand for a value, so that no secret
/// has to. Origin::given.
ApmBlock read_apm_argument(std::string_view argument, const Environment& env);

/// The block where nobody gives one: a Prometheus destination with the default metrics, and all else of the
/// environment. Origin::environment.
ApmBlock read_environment(const Environment& env);

/// Adds to every Datadog destination that is in use what Datadog's own k6 dashboard asks for beside the
/// default metrics, as defaults: an entry with the same target wins, and a run that lacks them is no warning.
void add_dashboard_metrics(ApmBlock& block);

}  // namespace k6apm::apm
