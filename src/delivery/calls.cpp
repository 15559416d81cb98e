#include "delivery/calls.hpp"

#include <chrono>
#include <utility>

#include "delivery/answers.hpp"
#include "delivery/backoff.hpp"
#include "delivery/pause.hpp"

namespace k6apm::delivery {
namespace {

using providers::Call;
using providers::Judgement;
using providers::Verdict;

}  // namespace

Caller::Attempt Caller::attempt(const Call& call) {
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(m_settings.timeout_s));
  Response response =
      m_client.send(call.method, call.endpoint, call.body, timeout, m_interrupted, k_max_answer_bytes);
  Attempt attempt{{}, response.retry_after_s, response.lasting};
  if (response.status == 0) {
    attempt.reply.error = response.error;
    return attempt;
  }
  Judgement judgement = m_judge(response.status, response.body);
  if (judgement.verdict == Verdict::delivered && !response.whole) {
    attempt.lasting = response.body.size() == k_max_answer_bytes;
    attempt.reply.error = attempt.lasting ? "the answer is too long" : "the answer broke off";
    return attempt;
  }
  const bool silent = judgement.verdict == Verdict::delivered && judgement.words.empty();
  if (!silent) {
    judgement.words = receiver_words(response.status, judgement.words, call.endpoint.secrets);
  }
  if (judgement.verdict == Verdict::retry) attempt.reply.error = judgement.words;
  if (judgement.verdict == Verdict::delivered) attempt.reply.body = std::move(response.body);
  attempt.reply.judgement = std::move(judgement);
  return attempt;
}

Reply Caller::ask_once(const Call& call) { return attempt(call).reply; }

Reply Caller::ask(const Call& call) {
  Attempts attempts(m_settings.retry_time_s);
  while (true) {
    attempts.count();
    Attempt last = attempt(call);
    if (last.reply.error.empty() || last.lasting || m_interrupted) return last.reply;
    const std::optional<double> wait_s = attempts.wait_s(last.retry_after_s);
    if (wait_s && pause(*wait_s, m_interrupted)) continue;
    last.reply.error = attempts.sum_up(last.reply.error);
    return last.reply;
  }
}

CallsOutcome send_calls(const std::vector<Call>& calls, Judge judge, const CallSettings& settings,
                        const std::atomic<bool>& interrupted) {
  CallsOutcome outcome;
  Caller caller(judge, settings, interrupted);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    Reply reply = caller.ask(calls[i]);
    const bool answered = reply.error.empty();
    if (answered) outcome.answered.push_back({calls[i], *std::move(reply.judgement)});
    if (answered && outcome.answered.back().judgement.verdict != Verdict::stop) continue;
    if (!answered) {
      outcome.error = std::move(reply.error);
      outcome.error_subject = calls[i].subject;
      outcome.interrupted = interrupted;
    }
    outcome.unsent = calls.size() - i - 1;
    break;
  }
  return outcome;
}

std::optional<Judgement> ask_once(const Call& call, Judge judge, double timeout_s,
                                  const std::atomic<bool>& interrupted) {
  return Caller(judge, {timeout_s, 0}, interrupted).ask_once(call).judgement;
}

}  // namespace k6apm::delivery
