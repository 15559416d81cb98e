// Series as OpenMetrics text, in a file or on standard output.
#pragma once

#include <atomic>
#include <string>

#include "delivery/outcome.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Writes the OpenMetrics text of `series`, which has one, to `path`, as check_output_file() has it. A file
/// appears whole or not at all; a reader of standard output may go away early. Every point counts as
/// delivered, in no request. Where it cannot be written, or `interrupted` becomes true, all are kept, and the
/// outcome says why.
Outcome write_text_file(const providers::Export& series, const std::string& path,
                        const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
