// The inputs when they are read to their end: files of k6, and those that partial results hold.
#pragma once

#include <deque>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/gather.hpp"
#include "k6/reader.hpp"
#include "k6/run_state.hpp"

namespace k6apm::k6 {

/// In the order of the RESULTs, what partial results hold in their places. Throws Error where a partial
/// result cannot be taken: ExitStatus::input where it is damaged, ExitStatus::usage where it is of another
/// format or was made with other options. `lookup` tells the types that hold in the end.
std::vector<InputRead> inputs_read(const BlockReader& blocks, const std::deque<Reader>& readers,
                                   const GatherSettings& settings, const series::MetricLookup& lookup);

/// Throws Error(ExitStatus::usage) where two inputs have the same content, however they are held. Of those
/// that are RESULTs themselves BlockReader says it.
void refuse_held_twice(const std::vector<InputRead>& inputs);

}  // namespace k6apm::k6
