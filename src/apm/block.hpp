// From the options of a test to its apm block, the destinations in it and the thresholds beside it.
#pragma once

#include "apm/destination.hpp"
#include "evaluation/files.hpp"
#include "script/source.hpp"
#include "script/value.hpp"

namespace k6apm::apm {

using script::Array;
using script::cleaned;
using script::find;
using script::Found;
using script::Member;
using script::Null;
using script::Object;
using script::Source;
using script::type_name;
using script::Undefined;
using script::Unknown;
using script::Value;

/// What to do where the options depend on what only k6 knows.
inline constexpr auto* k_ask_k6_advice =
    "run `k6 inspect SCRIPT > options.json` and pass that with -s options.json";

/// The Error that `what` depends on `value`, which is Unknown: "WHAT depends on `expression`, which is not
/// known without running the script".
Error not_readable(const Value& value, std::string_view what);

/// The apm value inside the options: of `cloud` where that is present, as k6 does, else of `ext.loadimpact`.
/// `block.origin` and notices are filled in; the result is null where there is no block. Throws Error where
/// it is not known without running the script.
const Value* find_block(const Value& options, ApmBlock& block);

/// Reads the destinations of an apm value into `block`; where it is silent `env` counts. Throws Error where a
/// part of it is not known without running the script; what is wrong otherwise disables that place only and
/// becomes a notice.
void read_block(const Value& apm, ApmBlock& block, const evaluation::Environment& env);

/// The thresholds inside the options, which need not be known: what is not, or is of another form, is passed
/// over and noticed. A text in place of the list, which k6 refuses, is taken for a list of one.
void read_thresholds(const Value& options, ApmBlock& block);

/// What the options say for k6 cloud, into `block.cloud`; they need not be known. A value that is not known,
/// or of another type, is left out and noticed.
void read_cloud_options(const Value& options, ApmBlock& block);

/// One object of the list; `index` is its position.
Destination read_destination(const Value& value, std::size_t index, const evaluation::Environment& env,
                             std::vector<Notice>& notices);

/// Fills `destination.entries` from its list of metrics (null where there is none) and the defaults.
void read_entries(const Value* metrics, Destination& destination, std::vector<Notice>& notices);

/// The value as JSON on one line, keys in their order, secrets as ***, URLs masked.
std::string masked_json(const Value& value);

/// Whether the value of such a key is shown as ***.
bool is_secret_key(std::string_view key);

}  // namespace k6apm::apm
