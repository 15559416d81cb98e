// How one request is attempted: again and again, with what is too old cut off, and in halves where it may be
// at fault.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "delivery/answers.hpp"
#include "delivery/backoff.hpp"
#include "delivery/sender.hpp"

namespace k6apm::delivery {
namespace {

using providers::Payload;
using providers::Verdict;

/// What is as old as this when it leaves may be too old when the receiver looks at it: our own margin for the
/// way there and for clocks that differ.
constexpr std::int64_t k_age_margin_s = 10;

/// How often one and the same server error comes back before the request is suspected; our own choice.
constexpr int k_suspicious_repeats = 3;

/// The answer of a proxy which did not get the receiver's.
bool is_of_a_proxy(long status) { return status == 408 || status == 502 || status == 504; }

/// Nobody knows whether the request was taken: also where an answer that says so broke off.
bool may_be_taken(const Response& response) {
  const bool success = response.status >= 200 && response.status < 300;
  return response.sent_unanswered || is_of_a_proxy(response.status) || success;
}

/// An error of the receiver itself, and not of one that is away or overloaded.
bool may_be_a_fault(const Response& response) {
  return response.status >= 500 && !is_of_a_proxy(response.status) && response.status != 503 &&
         !response.retry_after_s;
}

}  // namespace

/// Sends one request until it is answered for good, or stuck. Nothing where it was given up, has become too
/// old, or the work is over; then the part says whether it may have been taken all the same.
std::optional<Sender::Answer> Sender::exchange(HttpClient& client, Payload& part, Attempts& attempts,
                                               const Work& work) {
  std::optional<Answer> answer = attempt(client, part, attempts, work);
  if (!answer && !part.attempted && part.request != 0) m_settings.outbox->comes_back(part);
  return answer;
}

/// The attempts of an exchange.
std::optional<Sender::Answer> Sender::attempt(HttpClient& client, Payload& part, Attempts& attempts,
                                              const Work& work) {
  // What cannot be divided any more is refused for good: not for a fault that passes.
  const bool divisible = part.series > 1 || (m_provider.seeks_bad_points && part.points > 1);
  Answer before;
  int repeats = 0;
  while (true) {
    attempts.count();
    if (!prepare(part)) return std::nullopt;
    const Response response = post(client, part);
    Answer answer = answer_of(response, part);
    const bool same = answer.status == before.status && answer.words == before.words;
    repeats = !may_be_a_fault(response) ? 0 : same ? repeats + 1 : 1;
    if (work.fault && work.fault->is(answer) && (divisible || repeats == k_suspicious_repeats)) {
      answer.verdict = Verdict::bad_part;
    }
    if (answer.verdict != Verdict::retry) return answer;
    answer.stuck = m_provider.seeks_bad_points && repeats == k_suspicious_repeats && !work.suspected;
    if (answer.stuck) return answer;
    if (response.lasting) {
      give_up(answer.words, advice_to(answer), true);
      return std::nullopt;
    }
    const std::optional<double> wait_s = m_interrupted ? 0 : attempts.wait_s(response.retry_after_s);
    if (!wait_s) give_up(attempts.sum_up(answer.words), advice_to(answer), false);
    if (!wait_s || !wait(*wait_s)) return std::nullopt;
    before = std::move(answer);
  }
}

Response Sender::post(HttpClient& client, const Payload& part) {
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(m_settings.timeout_s));
  if (m_provider.headers_of == nullptr)
    return client.send("POST", m_endpoint, part.body, timeout, m_interrupted);
  return client.send("POST", providers::endpoint_for(m_provider, m_endpoint, part), part.body, timeout,
                     m_interrupted);
}

/// One attempt. Nothing where the work is over, or the part has become too old.
std::optional<Sender::Answer> Sender::attempt_once(HttpClient& client, Payload& part) {
  if (m_interrupted || !prepare(part)) return std::nullopt;
  return answer_of(post(client, part), part);
}

/// What came back, in the light of what was before: from now on the part says whether it may have been taken.
Sender::Answer Sender::answer_of(const Response& response, Payload& part) {
  Answer answer = understood(response, part);
  if (response.sent_twice) {
    part.attempted = true;
    const std::scoped_lock lock(m_mutex);
    m_account.sent_again();
  }
  // A receiver that takes doubles has not taken before what it refuses now, unless nobody is let in any more.
  answer.in_doubt = part.attempted && (m_provider.refuses_doubles || answer.verdict == Verdict::stop);
  if (answer.verdict == Verdict::retry) part.attempted = part.attempted || may_be_taken(response);
  return answer;
}

/// Tries the halves of a request that is stuck, the left one first. False where nothing was learned and
/// nothing was taken: the whole is to be tried again.
bool Sender::find_fault(HttpClient& client, Payload& part, const Answer& stuck, const Attempts& attempts,
                        Work& work) {
  Parts halves;
  if (!delivery::divide(m_provider, part, m_provider.seeks_bad_points, halves)) return false;
  Payload right = std::move(halves.front());
  Payload left = std::move(halves.back());
  const Fault fault{stuck.status, stuck.words, attempts.left_s()};
  const std::optional<Answer> first = attempt_once(client, left);
  part.attempted = part.attempted || left.attempted;
  if (!first) return false;
  if (!fault.is(*first)) {
    if (first->verdict == Verdict::retry) return false;
    if (first->verdict == Verdict::delivered) work.fault = fault;
    divided(part, left, right);
    work.parts.push_back(std::move(right));
    settle(left, *first, work.parts);
    return true;
  }
  const std::optional<Answer> second = attempt_once(client, right);
  part.attempted = part.attempted || right.attempted;
  if (!second || second->verdict != Verdict::delivered) return false;
  work.fault = fault;
  divided(part, left, right);
  settle(right, *second, work.parts);
  // Points of one series could only go back in time now.
  Answer bad = *first;
  bad.verdict = part.series > 1 ? Verdict::bad_part : Verdict::refused;
  settle(left, bad, work.parts);
  return true;
}

/// From now on they are requests of their own.
void Sender::divided(const Payload& whole, Payload& left, Payload& right) {
  const std::array<Payload*, 2> halves{&left, &right};
  if (m_settings.outbox != nullptr) m_settings.outbox->divide(whole, halves);
}

/// Before an attempt: cuts off what is too old by now and counts the rest as sent. False where there is none.
bool Sender::prepare(Payload& part) {
  const bool cut = cut_off_old(part);
  if (cut && part.points == 0) return false;
  bool sent_before = part.sent;
  // A half that is tried for a fault has no number yet.
  if (part.request != 0) sent_before = !m_settings.outbox->leaves(part);
  part.sent = true;
  const std::scoped_lock lock(m_mutex);
  if (sent_before) {
    m_account.sent_again();
  } else {
    m_account.sent(part.body.size());
  }
  return true;
}

/// Returns whether the part is another one now.
bool Sender::cut_off_old(Payload& part) {
  const providers::TimeLimits* limits = m_provider.time_limits;
  if (limits == nullptr || !limits->max_age_s || m_provider.cut == nullptr || m_settings.send_old) {
    return false;
  }
  const std::int64_t oldest_ms = m_settings.now_ms() - (*limits->max_age_s - k_age_margin_s) * 1000;
  if (part.first_ms >= oldest_ms) return false;
  auto [old, rest] = m_provider.cut(part, oldest_ms);
  if (m_settings.outbox != nullptr) {
    hold_back(part, old, rest, *limits->max_age_s);
    part = std::move(rest);
    return true;
  }
  const std::scoped_lock lock(m_mutex);
  m_account.settle({.too_late = old.points, .max_age_s = *limits->max_age_s});
  m_export.refused(old);
  part = std::move(rest);
  if (m_progress) m_progress(m_account.so_far());
  return true;
}

/// What is too old stays in the outbox: it may be sent when somebody asks for it.
void Sender::hold_back(const Payload& part, Payload& old, Payload& rest, std::int64_t max_age_s) {
  if (rest.points > 0) divided(part, old, rest);
  const std::scoped_lock lock(m_mutex);
  m_account.held_back(old.points, max_age_s);
  if (m_progress) m_progress(m_account.so_far());
}

Sender::Answer Sender::understood(const Response& response, const Payload& part) const {
  if (response.status == 0)
    return {.verdict = Verdict::retry, .words = response.error, .hint = response.hint};
  providers::Judgement judgement = m_provider.judge(response.status, response.body);
  if (m_settings.form != nullptr) {
    const bool all_headers = response.headers.size() == m_endpoint.answer_headers.size();
    if (!response.whole && response.body.empty() && !all_headers)
      return {.verdict = Verdict::retry, .status = response.status, .words = "the answer broke off"};
    judgement = m_settings.form->judge(std::move(judgement), response.headers, part);
  }
  const bool silent = judgement.verdict == Verdict::delivered && judgement.words.empty();
  return {
      .verdict = judgement.verdict,
      .status = response.status,
      .words = silent ? std::string() : receiver_words(response.status, judgement.words, m_endpoint.secrets),
      .points_taken = judgement.points_taken};
}

/// What a person can do about a refusal; may be empty.
std::string Sender::advice_to(const Answer& answer) const {
  if (!answer.hint.empty()) return answer.hint;
  const auto advice = m_settings.form != nullptr ? m_settings.form->advice : m_provider.advice;
  return advice == nullptr ? std::string() : advice(answer.status, answer.words, answer.in_doubt);
}

}  // namespace k6apm::delivery
