// Reads back what a receiver holds after the first pass, and sends again what is missing.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "delivery/calls.hpp"
#include "delivery/outcome.hpp"
#include "delivery/sender.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// What was found. held + still_missing = points asked for; where there is an error, what was not asked for
/// counts as missing.
struct Verification {
  std::uint64_t held = 0;              ///< points that the receiver showed
  std::uint64_t missing_at_first = 0;  ///< before anything was sent again
  std::uint64_t sent_again = 0;        ///< of those, acknowledged once more
  std::uint64_t still_missing = 0;
  /// Why it ended early: a query was refused or not answered, or the answer cannot be read. Nothing is sent
  /// again then, unless it was before. Empty where all was asked.
  std::string error{};
  bool may_not_ask = false;  ///< the error is one of the login: no query would be answered
  bool interrupted = false;  ///< by a signal, so that not everything was asked that is missing
  Outcome resend{};          ///< of what was sent again
};

/// Asks for everything in rounds. Receivers show points late: while some are missing it waits, 0.5 s at first
/// and then twice as long up to 15 s, and asks for those again, for `patience_s` after the first round. What
/// is missing then is sent again, once, by `provider` to `of_payloads`, and asked for as before.
/// `judge_query` understands the answers to queries. Runs on the caller's thread. Throws what
/// ReadBack::begin, next and missing_points throw.
Verification verify(providers::ReadBack& read_back, const providers::Provider& provider,
                    const providers::Endpoint& of_payloads, Judge judge_query, const SendSettings& settings,
                    double patience_s, const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
