#include "delivery/sender.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "delivery/answers.hpp"
#include "delivery/backoff.hpp"
#include "delivery/pause.hpp"

namespace k6apm::delivery {
namespace {

using providers::Payload;
using providers::Verdict;

/// What is as old as this when it leaves may be too old when the receiver looks at it: our own margin for the
/// way there and for clocks that differ.
constexpr std::int64_t k_age_margin_s = 10;

/// How often one and the same server error comes back before the request is suspected; our own choice.
constexpr int k_suspicious_repeats = 3;

/// No answer, or that of a proxy which did not get the receiver's: the request may have been taken.
bool is_no_answer(long status) { return status == 0 || status == 408 || status == 502 || status == 504; }

/// An error of the receiver itself, and not of one that is away or overloaded.
bool may_be_a_fault(const Response& response) {
  return response.status >= 500 && !is_no_answer(response.status) && response.status != 503 &&
         !response.retry_after_s;
}

}  // namespace

std::int64_t system_time_ms() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

/// One payload on its way; its end lets a later slice go.
class Sender::InFlight {
 public:
  explicit InFlight(Sender& sender) : m_sender(sender) {}
  ~InFlight() {
    const std::scoped_lock lock(m_sender.m_mutex);
    --m_sender.m_in_flight;
    m_sender.m_changed.notify_all();
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  Sender& m_sender;
};

Sender::Sender(providers::Export& payloads, const providers::Provider& provider, providers::Endpoint endpoint,
               SendSettings settings, const std::atomic<bool>& interrupted, Progress progress)
    : m_export(payloads),
      m_provider(provider),
      m_endpoint(std::move(endpoint)),
      m_settings(std::move(settings)),
      m_interrupted(interrupted),
      m_progress(std::move(progress)) {
  if (m_export.untimely() > 0) m_account.untimely(m_export.untimely(), m_export.untimely_notice());
}

void Sender::work() {
  HttpClient client;
  while (std::optional<Payload> payload = take()) {
    const InFlight in_flight(*this);
    serve(client, *std::move(payload));
  }
}

/// The next payload that may leave, counted as in flight; nothing when the work is over.
std::optional<Payload> Sender::take() {
  std::unique_lock lock(m_mutex);
  while (m_end == End::none) {
    if (m_interrupted) {
      m_cut_short = true;
      break;
    }
    if (!m_waiting) {
      Payload payload;
      if (!m_export.next(payload)) break;
      m_waiting = std::move(payload);
    }
    if (m_in_flight == 0 || m_waiting->slice == m_slice) {
      m_slice = m_waiting->slice;
      ++m_in_flight;
      return std::exchange(m_waiting, std::nullopt);
    }
    m_changed.wait(lock);
  }
  if (m_end == End::stopped && m_waiting) m_export.refused(*std::exchange(m_waiting, std::nullopt));
  return std::nullopt;
}

/// Sends a payload, as a whole or in parts.
void Sender::serve(HttpClient& client, Payload payload) {
  Work work;
  work.parts.push_back(std::move(payload));
  while (std::optional<Payload> part = next_part(work.parts)) {
    if (too_large(*part) && divide(m_provider, *part, true, work.parts)) continue;
    send_part(client, *std::move(part), work);
  }
  leave(work.parts);
}

/// Sends a part until it is answered for good, divided or given up.
void Sender::send_part(HttpClient& client, Payload part, Work& work) {
  Attempts attempts(work.fault ? work.fault->left_s : retry_budget_s());
  while (true) {
    const std::optional<Answer> answer = exchange(client, part, attempts, work);
    if (work.fault) work.fault->left_s = attempts.left_s();
    if (!answer) return leave({std::move(part)});
    if (!answer->stuck) return settle(part, *answer, work.parts);
    work.suspected = true;
    if (find_fault(client, part, *answer, attempts, work)) return;
  }
}

/// Nothing where no part is left, or the work is over.
std::optional<Payload> Sender::next_part(Parts& parts) {
  const std::scoped_lock lock(m_mutex);
  if (parts.empty() || m_end != End::none || m_interrupted) return std::nullopt;
  return m_dividing.next(parts);
}

bool Sender::too_large(const Payload& part) {
  const std::scoped_lock lock(m_mutex);
  return m_dividing.too_large(part.body.size());
}

/// Sends one request until it is answered for good, or stuck. Nothing where it was given up, has become too
/// old, or the work is over.
std::optional<Sender::Answer> Sender::exchange(HttpClient& client, Payload& part, Attempts& attempts,
                                               const Work& work) {
  // What cannot be divided any more is refused for good: not for a fault that passes.
  const bool divisible = part.series > 1 || (m_provider.seeks_bad_points && part.points > 1);
  bool in_doubt = false;
  Answer before;
  int repeats = 0;
  while (true) {
    attempts.count();
    if (!prepare(part, attempts.again())) return std::nullopt;
    const Response response = post(client, part);
    Answer answer = understood(response, part);
    answer.in_doubt = in_doubt;
    const bool same = answer.status == before.status && answer.words == before.words;
    repeats = !may_be_a_fault(response) ? 0 : same ? repeats + 1 : 1;
    if (work.fault && work.fault->is(answer) && (divisible || repeats == k_suspicious_repeats)) {
      answer.verdict = Verdict::bad_part;
    }
    if (answer.verdict != Verdict::retry) return answer;
    in_doubt = in_doubt || (m_provider.refuses_doubles && is_no_answer(response.status));
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
  return client.send("POST", m_endpoint, part.body, timeout, m_interrupted);
}

/// One attempt. Nothing where the work is over, or the part has become too old.
std::optional<Sender::Answer> Sender::attempt_once(HttpClient& client, Payload& part) {
  if (m_interrupted || !prepare(part, false)) return std::nullopt;
  return understood(post(client, part), part);
}

/// Tries the halves of a request that is stuck, the left one first. False where nothing was learned and
/// nothing was taken: the whole is to be tried again.
bool Sender::find_fault(HttpClient& client, const Payload& part, const Answer& stuck,
                        const Attempts& attempts, Work& work) {
  Parts halves;
  if (!divide(m_provider, part, m_provider.seeks_bad_points, halves)) return false;
  Payload right = std::move(halves.front());
  Payload left = std::move(halves.back());
  const Fault fault{stuck.status, stuck.words, attempts.left_s()};
  const std::optional<Answer> first = attempt_once(client, left);
  if (!first) return false;
  if (!fault.is(*first)) {
    if (first->verdict == Verdict::retry) return false;
    if (first->verdict == Verdict::delivered) work.fault = fault;
    work.parts.push_back(std::move(right));
    settle(left, *first, work.parts);
    return true;
  }
  const std::optional<Answer> second = attempt_once(client, right);
  if (!second || second->verdict != Verdict::delivered) return false;
  work.fault = fault;
  settle(right, *second, work.parts);
  // Points of one series could only go back in time now.
  Answer bad = *first;
  bad.verdict = part.series > 1 ? Verdict::bad_part : Verdict::refused;
  settle(left, bad, work.parts);
  return true;
}

/// Before an attempt: cuts off what is too old by now and counts the rest as sent. False where there is none.
bool Sender::prepare(Payload& part, bool again) {
  const bool cut = cut_off_old(part);
  if (cut && part.points == 0) return false;
  const std::scoped_lock lock(m_mutex);
  if (again && !cut) {
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
  const std::scoped_lock lock(m_mutex);
  m_account.settle({.too_late = old.points, .max_age_s = *limits->max_age_s});
  m_export.refused(old);
  part = std::move(rest);
  if (m_progress) m_progress(m_account.so_far());
  return true;
}

Sender::Answer Sender::understood(const Response& response, const Payload& part) const {
  if (response.status == 0) return {.verdict = Verdict::retry, .words = response.error};
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
  const auto advice = m_settings.form != nullptr ? m_settings.form->advice : m_provider.advice;
  return advice == nullptr ? std::string() : advice(answer.status, answer.words, answer.in_doubt);
}

void Sender::settle(const Payload& part, const Answer& answer, Parts& parts) {
  if (answer.verdict == Verdict::delivered) return delivered(part, answer);
  if (answer.verdict == Verdict::partly) return taken_in_part(part, answer);
  const std::optional<bool> by_points = how_to_divide(part, answer);
  if (by_points && divide(m_provider, part, *by_points, parts)) return;
  refused(part, answer, parts);
}

/// Learns from an answer that took nothing: nothing where no part would be taken, else whether the points of
/// a series are to be divided.
std::optional<bool> Sender::how_to_divide(const Payload& part, const Answer& answer) {
  const bool too_large = answer.verdict == Verdict::too_large;
  const bool bad_part = answer.verdict == Verdict::bad_part;
  const bool bad_points = m_provider.seeks_bad_points && bad_part && part.series == 1;
  const std::scoped_lock lock(m_mutex);
  m_in_doubt = false;
  if (answer.in_doubt && !too_large) return std::nullopt;
  m_dividing.not_taken(part.body.size(), too_large, bad_points);
  if (!(too_large || bad_part) || m_dividing.hopeless()) return std::nullopt;
  return too_large || (bad_points && m_dividing.may_seek_points());
}

/// Waits before a request is sent again; false when it is not to be.
bool Sender::wait(double seconds) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::unique_lock lock(m_mutex);
  while (m_end == End::none && !m_interrupted && Clock::now() < end) {
    m_changed.wait_until(lock, std::min(end, Clock::now() + k_pause_step));
  }
  if (m_interrupted) m_cut_short = true;
  return !m_interrupted && m_end == End::none;
}

void Sender::delivered(const Payload& part, const Answer& answer) {
  const std::scoped_lock lock(m_mutex);
  m_in_doubt = false;
  m_dividing.taken(part.body.size());
  m_account.settle({.delivered = part.points, .complaint = answer.words});
  if (m_progress) m_progress(m_account.so_far());
}

/// Nobody knows which points the receiver left out.
void Sender::taken_in_part(const Payload& part, const Answer& answer) {
  const Settled settled{.delivered = answer.points_taken,
                        .refused = part.points - answer.points_taken,
                        .why = {.words = answer.words, .hint = advice_to(answer)}};
  const std::scoped_lock lock(m_mutex);
  m_in_doubt = false;
  m_dividing.taken(part.body.size());
  m_account.settle(settled);
  if (m_progress) m_progress(m_account.so_far());
}

/// For good. Where nothing is taken any more the rest of the payload is refused with it.
void Sender::refused(const Payload& part, const Answer& answer, Parts& parts) {
  const bool divisible = answer.verdict == Verdict::too_large || answer.verdict == Verdict::bad_part;
  const bool named = divisible && part.series == 1 && m_provider.first_series != nullptr;
  Refusal why{.words = answer.words,
              .hint = advice_to(answer),
              .series = named ? m_provider.first_series(part) : std::string()};
  const std::scoped_lock lock(m_mutex);
  why.ends_all = answer.verdict == Verdict::stop && m_end != End::unavailable;
  why.in_doubt = answer.in_doubt && !why.ends_all;
  if (why.ends_all) m_end = End::stopped;
  m_account.settle({.refused = part.points, .why = why});
  if (!why.in_doubt) m_export.refused(part);
  if (m_dividing.hopeless()) {
    for (const Payload& untried : parts) {
      m_account.settle(
          {.not_tried = untried.points, .tried = m_dividing.bound(), .in_a_row = m_dividing.any_taken()});
      m_export.refused(untried);
    }
    parts.clear();
  }
  m_changed.notify_all();
  if (m_progress) m_progress(m_account.so_far());
}

/// What is not sent any more is kept, or refused with everything else.
void Sender::leave(const Parts& parts) {
  const std::scoped_lock lock(m_mutex);
  if (m_end != End::stopped) return;
  for (const Payload& part : parts) {
    if (part.points > 0) m_export.refused(part);  // not what was cut off as a whole
  }
}

/// Seconds that a request may be tried again.
double Sender::retry_budget_s() {
  const std::scoped_lock lock(m_mutex);
  return m_in_doubt ? 0 : m_settings.retry_time_s;
}

void Sender::give_up(const std::string& why, std::string hint, bool lasting) {
  const std::scoped_lock lock(m_mutex);
  m_account.gave_up(why, std::move(hint));
  if ((m_in_doubt || lasting) && m_end == End::none) m_end = End::unavailable;
  m_in_doubt = true;
  m_changed.notify_all();
}

Outcome Sender::outcome() const { return m_account.closed(m_export.points(), m_cut_short); }

}  // namespace k6apm::delivery
