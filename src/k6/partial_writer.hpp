// Writes partial results (partial_result.proto).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "k6/run_state.hpp"

namespace k6apm::k6 {

/// What a partial result came to.
struct PartialWritten {
  std::uint64_t series = 0;
  std::uint64_t bytes = 0;  ///< as they are written
};

/// Gives the file to `write` piece by piece: the same bytes for the same inputs in the same order. `options`
/// are those that joining has to have, `version` is that of the program. Ends early, with a file that is of
/// no use, where `write` returns false or `interrupted` becomes true. The Partial of `state` is empty
/// afterwards. Throws Error(ExitStatus::input) where a name or tag is too long to be kept.
PartialWritten write_partial(RunState&& state, const std::vector<StateOption>& options,
                             const std::string& version, const std::function<bool(std::string_view)>& write,
                             const std::atomic<bool>& interrupted);

}  // namespace k6apm::k6
