// The one file, or stream, that a flag names for what is written instead of sent.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace k6apm::delivery {

/// Throws Error(usage) where `path`, given with `flag`, cannot become the file: it is there already and
/// `force` is not set, or is a directory, or its directory cannot be written. A pipe or device is there
/// already, and is taken. `-` is standard output.
void check_output_file(const std::string& path, bool force, std::string_view flag);

/// Takes a piece of the content; false where nobody reads any more.
using Write = std::function<bool(std::string_view piece)>;

/// Gives the content to `write`; false where it gave up before the end.
using Fill = std::function<bool(const Write& write)>;

/// Writes what `fill` gives to `path`, as check_output_file() has it. A file appears whole or, where `fill`
/// gives up, not at all; a reader of standard output may go away early. Throws as fail_to_write().
void write_output_file(const std::string& path, const Fill& fill);

}  // namespace k6apm::delivery
