// Reads the apm block out of what people have: a k6 script, a JSON options file, the output of `k6 inspect`,
// a k6 archive or an apm list given by hand. Never runs the script; k6 may be asked what it makes of it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "apm/destination.hpp"
#include "apm/k6_inspect.hpp"

namespace k6apm::apm {

/// Looks up `__ENV.NAME`: nothing where the variable is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// When `k6 inspect` is asked about a script: where it cannot be read and k6 is on the PATH, in any case, or
/// not at all. JSON and archives hold what k6 made of the script already.
enum class Inspect { automatic, always, never };

struct ReadSettings {
  Environment env{};
  Inspect inspect = Inspect::never;
  Variables given{};  ///< of -e, for k6: `env` knows them too
  const std::atomic<bool>* interrupted = nullptr;
};

/// Reads the file at `path` and the block in it; what it is, is told by its content. Throws Error with
/// ExitStatus::usage where the file cannot be read or the block cannot be known without running the script
/// (file, line, column, the expression, advice to use `k6 inspect` or how that failed), with
/// ExitStatus::interrupted where settings.interrupted was set meanwhile. What is wrong inside the block
/// disables that place only and becomes a notice.
ApmBlock read_options_file(const std::string& path, const ReadSettings& settings);

/// The same for text that was read already; `name` stands in messages. Script or JSON is told by the content.
ApmBlock read_options_text(std::string_view text, const std::string& name, const Environment& env);

/// Reads `--apm`: a JSON object or list, or `@FILE`; `__ENV.NAME` may stand for a value, so that no secret
/// has to. Origin::given.
ApmBlock read_apm_argument(std::string_view argument, const Environment& env);

}  // namespace k6apm::apm
