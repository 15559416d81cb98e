// A signal that asks the run to end.
#pragma once

#include <atomic>

#include "error.hpp"

namespace k6apm {

/// Set by a signal handler, watched by every stage.
struct Interruption {
  std::atomic<bool> set{false};
  std::atomic<bool> by_terminate{false};  ///< SIGTERM; else SIGINT

  /// The status of a run that would end with `otherwise`.
  ExitStatus status(ExitStatus otherwise) const {
    if (!set.load()) return otherwise;
    return by_terminate.load() ? ExitStatus::terminated : ExitStatus::interrupted;
  }
};

}  // namespace k6apm
