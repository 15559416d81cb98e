#include "delivery/sender.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "delivery/answers.hpp"
#include "delivery/backoff.hpp"

namespace k6apm::delivery {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using providers::Verdict;

/// How often a pause looks at the interrupt flag, which no condition variable can watch.
constexpr std::chrono::milliseconds k_pause_step{50};

/// Different refusals that are told apart; a receiver that names the series in each would fill the screen.
constexpr std::size_t k_max_refusals = 5;

std::string points_text(std::uint64_t points) {
  return fmt::format("{} point{}", points, points == 1 ? "" : "s");
}

double elapsed_s(Clock::time_point since) { return Seconds(Clock::now() - since).count(); }

}  // namespace

/// One request on its way; its end lets a later slice go.
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

Sender::Sender(providers::Export& payloads, providers::Endpoint endpoint, Judge judge,
               const SendSettings& settings, const std::atomic<bool>& interrupted, Progress progress)
    : m_export(payloads),
      m_endpoint(std::move(endpoint)),
      m_judge(judge),
      m_settings(settings),
      m_interrupted(interrupted),
      m_progress(std::move(progress)) {}

void Sender::work() {
  HttpClient client;
  while (const std::optional<providers::Payload> payload = take()) {
    const InFlight in_flight(*this);
    serve(client, *payload);
  }
}

/// The next payload that may leave, counted as in flight; nothing when the work is over.
std::optional<providers::Payload> Sender::take() {
  std::unique_lock lock(m_mutex);
  while (m_end == End::none) {
    if (m_interrupted) {
      m_cut_short = true;
      break;
    }
    if (!m_waiting) {
      providers::Payload payload;
      if (!m_export.next(payload)) break;
      m_waiting = std::move(payload);
    }
    if (m_in_flight == 0 || m_waiting->slice == m_slice) {
      m_slice = m_waiting->slice;
      ++m_in_flight;
      ++m_outcome.requests;
      m_outcome.bytes += m_waiting->body.size();
      return std::exchange(m_waiting, std::nullopt);
    }
    m_changed.wait(lock);
  }
  return std::nullopt;
}

void Sender::serve(HttpClient& client, const providers::Payload& payload) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  Backoff backoff(retry_budget_s(), [] { return std::uniform_real_distribution<double>(0, 1)(random); });
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(Seconds(m_settings.timeout_s));
  const Clock::time_point begin = Clock::now();
  for (std::size_t attempts = 1;; ++attempts) {
    const Response response = client.post(m_endpoint, payload.body, timeout, m_interrupted);
    const providers::Judgement judgement =
        response.status == 0 ? providers::Judgement{} : m_judge(response.status, response.body);
    const Verdict verdict = judgement.verdict;
    if (verdict == Verdict::delivered) return delivered(payload);
    const std::string words = response.status == 0
                                  ? response.error
                                  : receiver_words(response.status, judgement.words, m_endpoint.secrets);
    if (verdict != Verdict::retry) {
      return refused(payload, words, refusal_hint(response.status, words, attempts > 1),
                     verdict == Verdict::stop);
    }
    if (response.lasting) return give_up(words, true);
    const std::optional<double> wait_s =
        m_interrupted ? 0 : backoff.next(elapsed_s(begin), response.retry_after_s);
    if (!wait_s) {
      return give_up(fmt::format("{} (after {} attempt{} in {:.0f} s)", words, attempts,
                                 attempts == 1 ? "" : "s", elapsed_s(begin)),
                     false);
    }
    if (!pause(*wait_s)) return;
  }
}

/// Waits before a request is sent again; false when it is not to be.
bool Sender::pause(double seconds) {
  const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
  std::unique_lock lock(m_mutex);
  while (m_end == End::none && !m_interrupted && Clock::now() < end) {
    m_changed.wait_until(lock, std::min(end, Clock::now() + k_pause_step));
  }
  if (m_interrupted) m_cut_short = true;
  if (m_interrupted || m_end != End::none) return false;
  ++m_outcome.retries;
  return true;
}

void Sender::delivered(const providers::Payload& payload) {
  const std::scoped_lock lock(m_mutex);
  m_outcome.points_delivered += payload.points;
  m_in_doubt = false;
  if (m_progress) m_progress(m_outcome);
}

void Sender::refused(const providers::Payload& payload, const std::string& words, std::string hint,
                     bool for_all) {
  const std::scoped_lock lock(m_mutex);
  m_outcome.points_refused += payload.points;
  m_in_doubt = false;
  auto known = std::find_if(m_refusals.begin(), m_refusals.end(),
                            [&words](const Refusal& refusal) { return refusal.words == words; });
  if (known == m_refusals.end() && (for_all || m_refusals.size() < k_max_refusals)) {
    known = m_refusals.insert(m_refusals.end(), {words, std::move(hint), 0, 0});
  }
  (known == m_refusals.end() ? m_other_refusals : known->points) += payload.points;
  if (for_all && m_end == End::none) {
    m_end = End::stopped;
    m_stopped_by = static_cast<std::size_t>(known - m_refusals.begin());
  }
  m_changed.notify_all();
  if (m_progress) m_progress(m_outcome);
}

/// Seconds that a request may be tried again.
double Sender::retry_budget_s() {
  const std::scoped_lock lock(m_mutex);
  return m_in_doubt ? 0 : m_settings.retry_time_s;
}

void Sender::give_up(const std::string& why, bool lasting) {
  const std::scoped_lock lock(m_mutex);
  m_outcome.unavailable = true;
  if ((m_in_doubt || lasting) && m_end == End::none) m_end = End::unavailable;
  m_in_doubt = true;
  if (m_outcome.error.empty()) m_outcome.error = why;
  m_changed.notify_all();
}

Outcome Sender::outcome() const {
  Outcome outcome = m_outcome;
  std::vector<Refusal> refusals = m_refusals;
  const std::uint64_t rest = m_export.points() - outcome.points_delivered - outcome.points_refused;
  outcome.stopped = m_end == End::stopped;
  outcome.interrupted = m_cut_short && rest > 0;
  if (outcome.stopped) {
    outcome.points_refused += rest;  // they would be refused in the same words
    refusals.at(m_stopped_by).unsent = rest;
  } else {
    outcome.points_kept = rest;
  }
  const auto say = [&outcome](std::string text, const std::string& hint) {
    outcome.notices.push_back({Severity::warning, {}, std::move(text), hint});
  };
  for (const Refusal& refusal : refusals) {
    const std::string unsent =
        refusal.unsent == 0 ? "" : fmt::format(", so {} more were not sent", refusal.unsent);
    say(fmt::format("the receiver refused {}: {}{}", points_text(refusal.points), refusal.words, unsent),
        refusal.hint);
  }
  if (m_other_refusals > 0)
    say(fmt::format("the receiver refused {} in other words", points_text(m_other_refusals)), {});
  if (outcome.unavailable) {
    say(fmt::format("{} could not be delivered: {}", points_text(outcome.points_kept), m_outcome.error), {});
  }
  outcome.error = outcome.notices.empty() ? std::string() : outcome.notices.front().text;
  return outcome;
}

}  // namespace k6apm::delivery
