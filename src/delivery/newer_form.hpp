// Which form of requests a receiver takes.
#pragma once

#include <atomic>

#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Asks the receiver, in one attempt of at most `timeout_s`, whether it takes requests in this form. An
/// answer that does not say so, an error and no answer are a no. Throws std::bad_alloc only.
bool takes_newer_form(const providers::NewerForm& form, const providers::Call& question, double timeout_s,
                      const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
