#include "delivery/verification.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "delivery/answers.hpp"
#include "delivery/pause.hpp"
#include "text/printable.hpp"

namespace k6apm::delivery {
namespace {

using Clock = std::chrono::steady_clock;
using providers::Call;
using providers::Verdict;

/// Our own choice: soon for a receiver that is nearly there, few queries for one that is slow.
constexpr double k_first_wait_s = 0.5;
constexpr double k_max_wait_s = 15;

/// " for k6.vus", or nothing.
std::string subject(const Call& query) {
  return query.subject.empty() ? std::string() : " for " + text::printable(query.subject);
}

/// The rounds of one verification.
class Rounds {
 public:
  Rounds(providers::ReadBack& read_back, Judge judge, const SendSettings& settings,
         const std::atomic<bool>& interrupted)
      : m_read_back(read_back),
        m_caller(judge, {settings.timeout_s, settings.retry_time_s}, interrupted),
        m_interrupted(interrupted) {}

  /// Rounds until nothing is missing or the patience is used up; false where it ended early.
  bool run(double patience_s) {
    if (!round()) return false;
    const Clock::time_point begin = Clock::now();
    double wait_s = k_first_wait_s;
    while (m_read_back.missing() > 0) {
      const double left_s = patience_s - std::chrono::duration<double>(Clock::now() - begin).count();
      if (!(left_s > 0)) return true;
      if (!pause(std::min(wait_s, left_s), m_interrupted)) return false;
      if (!round()) return false;
      wait_s = std::min(k_max_wait_s, wait_s * 2);
    }
    return true;
  }

  const std::string& error() const { return m_error; }
  bool may_not_ask() const { return m_may_not_ask; }

 private:
  /// Asks once for everything that is missing.
  bool round() {
    m_read_back.begin();
    Call query;
    while (m_read_back.next(query)) {
      if (m_interrupted) return false;
      Reply reply = m_caller.ask(query);
      if (m_interrupted && !reply.error.empty()) return false;
      if (!understood(query, reply)) return false;
    }
    return true;
  }

  bool understood(const Call& query, const Reply& reply) {
    if (!reply.error.empty()) {
      m_error = fmt::format("the query{} was not answered: {}", subject(query), reply.error);
      return false;
    }
    if (reply.judgement->verdict != Verdict::delivered) {
      m_error = fmt::format("the query{} was refused: {}", subject(query), reply.judgement->words);
      m_may_not_ask = reply.judgement->verdict == Verdict::stop;
      return false;
    }
    try {
      m_read_back.take(reply.body);
    } catch (const std::runtime_error& fault) {
      m_error = fmt::format("the answer to the query{} cannot be read: {}", subject(query),
                            clean_words(fault.what(), query.endpoint.secrets));
      return false;
    }
    return true;
  }

  providers::ReadBack& m_read_back;
  Caller m_caller;
  const std::atomic<bool>& m_interrupted;
  std::string m_error{};
  bool m_may_not_ask = false;
};

/// Sends what is missing, on this thread.
Outcome send_again(providers::ReadBack& read_back, const providers::Provider& provider,
                   const providers::Endpoint& of_payloads, SendSettings settings,
                   const std::atomic<bool>& interrupted) {
  settings.connections = 1;
  const std::unique_ptr<providers::Export> missing = read_back.missing_points();
  Sender sender(*missing, provider, of_payloads, std::move(settings), interrupted);
  sender.work();
  return sender.outcome();
}

}  // namespace

Verification verify(providers::ReadBack& read_back, const providers::Provider& provider,
                    const providers::Endpoint& of_payloads, Judge judge_query, const SendSettings& settings,
                    double patience_s, const std::atomic<bool>& interrupted) {
  Verification found;
  const std::uint64_t all = read_back.missing();
  Rounds rounds(read_back, judge_query, settings, interrupted);
  const bool asked = rounds.run(patience_s);
  found.missing_at_first = read_back.missing();
  if (asked && found.missing_at_first > 0) {
    found.resend = send_again(read_back, provider, of_payloads, settings, interrupted);
    found.sent_again = found.resend.points_delivered;
    if (found.sent_again > 0) rounds.run(patience_s);
  }
  found.still_missing = read_back.missing();
  found.held = all - found.still_missing;
  found.error = rounds.error();
  found.may_not_ask = rounds.may_not_ask();
  found.interrupted = interrupted && found.still_missing > 0;
  return found;
}

}  // namespace k6apm::delivery
