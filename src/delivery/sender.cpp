#include "delivery/sender.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "delivery/backoff.hpp"
#include "delivery/pause.hpp"
#include "error.hpp"

namespace k6apm::delivery {
namespace {

using providers::Payload;
using providers::Verdict;

/// Bytes of requests that are kept for the second pass, our own bound: then the destination is given up, and
/// what it has not been sent is made later.
constexpr std::size_t k_max_left_bytes = std::size_t{64} * 1024 * 1024;

/// Payloads that wait for one on its way while later ones pass, our own bound: of some 100 KB each as a rule.
constexpr std::size_t k_max_held = 8;

}  // namespace

std::int64_t system_time_ms() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

/// One payload on its way; its end lets a later one go.
class Sender::InFlight {
 public:
  InFlight(Sender& sender, std::list<Flight>::iterator flight) : m_sender(sender), m_flight(flight) {}
  ~InFlight() {
    const std::scoped_lock lock(m_sender.m_mutex);
    m_sender.m_in_flight.erase(m_flight);
    m_sender.m_changed.notify_all();
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  Sender& m_sender;
  std::list<Flight>::iterator m_flight;
};

Sender::Sender(providers::Export& payloads, const providers::Provider& provider, providers::Endpoint endpoint,
               SendSettings settings, const std::atomic<bool>& interrupted, Progress progress)
    : m_export(payloads),
      m_provider(provider),
      m_endpoint(std::move(endpoint)),
      m_settings(std::move(settings)),
      m_interrupted(interrupted),
      m_progress(std::move(progress)) {
  if (m_settings.outbox != nullptr) m_account = m_settings.outbox->account();
  if (m_export.untimely() > 0) m_account.untimely(m_export.untimely(), m_export.untimely_notice());
}

void Sender::work() {
  HttpClient client;
  const auto guarded = [this](auto step) {
    try {
      step();
    } catch (const Error& failure) {
      if (m_settings.outbox == nullptr) throw;
      give_up(failure.notice().text, failure.notice().hint, true);
    }
  };
  while (true) {
    std::optional<Taken> taken;
    guarded([&] { taken = take(); });
    if (!taken) return;
    // Ends last: nothing later leaves where something went wrong.
    const InFlight in_flight(*this, taken->flight);
    guarded([&] { serve(client, std::move(taken->payload)); });
  }
}

/// The next payload that may leave, counted as in flight; nothing when the work is over.
std::optional<Sender::Taken> Sender::take() {
  std::unique_lock lock(m_mutex);
  while (m_end == End::none) {
    if (m_interrupted) {
      m_cut_short = true;
      break;
    }
    if (std::optional<Payload> next = take_off()) {
      m_in_flight.push_back(flight_of(*next));
      return Taken{*std::move(next), std::prev(m_in_flight.end())};
    }
    if (m_held.empty()) break;
    m_changed.wait(lock);
  }
  if (m_end == End::stopped) {
    for (const Payload& held : std::exchange(m_held, {})) m_export.refused(held);
  }
  return std::nullopt;
}

/// The first payload that may leave. Those before it are held back.
std::optional<Payload> Sender::take_off() {
  for (auto next = m_held.begin();; ++next) {
    if (next == m_held.end()) {
      const bool passable = m_held.empty() || m_held.back().places.known();
      std::optional<Payload> made;
      if (passable && m_held.size() < k_max_held) made = next_payload();
      if (!made) return std::nullopt;
      next = m_held.insert(m_held.end(), *std::move(made));
    }
    const auto lets_pass = [&next](const Flight& other) { return may_pass(flight_of(*next), other); };
    const bool leaves =
        std::all_of(m_in_flight.begin(), m_in_flight.end(), lets_pass) &&
        std::all_of(m_held.begin(), next, [&](const Payload& held) { return lets_pass(flight_of(held)); });
    if (!leaves) continue;
    std::optional<Payload> off = std::move(*next);
    m_held.erase(next);
    return off;
  }
}

Sender::Flight Sender::flight_of(const Payload& payload) {
  return {payload.slice, payload.places, payload.part};
}

/// Whether `next` may be answered before `other`, which is not of a later slice: they share no series, and
/// are at most one slice apart.
bool Sender::may_pass(const Flight& next, const Flight& other) {
  if (next.part || other.part) return false;
  if (next.slice == other.slice) return true;
  return next.slice == other.slice + 1 && !next.places.meet(other.places);
}

/// What the first pass has left goes first. Nothing where there is none left.
std::optional<Payload> Sender::next_payload() {
  if (!m_again.empty()) {
    std::optional<Payload> left = std::move(m_again.front());
    m_again.pop_front();
    return left;
  }
  std::optional<Payload> made(std::in_place);
  if (!m_export.next(*made)) made.reset();
  return made;
}

/// Sends a payload, as a whole or in parts.
void Sender::serve(HttpClient& client, Payload payload) {
  Work work;
  work.parts.push_back(std::move(payload));
  while (std::optional<Payload> part = next_part(work.parts)) {
    if (too_large(*part) && divide(*part, true, work.parts)) continue;
    send_part(client, *std::move(part), work);
  }
  leave(std::move(work.parts));
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

/// Where so much was refused that no further part is worth a try: what to say of each. Else nothing.
std::optional<Settled> Sender::hopeless() {
  const std::scoped_lock lock(m_mutex);
  if (!m_dividing.hopeless()) return std::nullopt;
  return Settled{.tried = m_dividing.bound(), .in_a_row = m_dividing.any_taken()};
}

bool Sender::too_large(const Payload& part) {
  const std::scoped_lock lock(m_mutex);
  return m_dividing.too_large(part.body.size());
}

void Sender::settle(const Payload& part, const Answer& answer, Parts& parts) {
  if (answer.verdict == Verdict::delivered) return delivered(part, answer);
  if (answer.verdict == Verdict::partly) return taken_in_part(part, answer);
  const std::optional<bool> by_points = how_to_divide(part, answer);
  if (by_points && divide(part, *by_points, parts)) return;
  if (answer.verdict == Verdict::stop && m_settings.outbox != nullptr) return stopped(part, answer);
  refused(part, answer, parts);
}

/// Before it counts: the program may end between the two.
void Sender::write_down(const Payload& part, const Settled& settled) {
  if (m_settings.outbox != nullptr) m_settings.outbox->settle(part, settled);
}

/// As the function of this name; the halves are written down, too.
bool Sender::divide(const Payload& part, bool by_points, Parts& parts) {
  if (!delivery::divide(m_provider, part, by_points, parts)) return false;
  divided(part, parts.back(), parts[parts.size() - 2]);
  return true;
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
  const Settled settled{.delivered = part.points, .complaint = answer.words};
  write_down(part, settled);
  const std::scoped_lock lock(m_mutex);
  m_in_doubt = false;
  m_dividing.taken(part.body.size());
  m_account.settle(settled);
  if (m_progress) m_progress(m_account.so_far());
}

/// Nobody knows which points the receiver left out.
void Sender::taken_in_part(const Payload& part, const Answer& answer) {
  const Settled settled{.delivered = answer.points_taken,
                        .refused = part.points - answer.points_taken,
                        .why = {.words = answer.words, .hint = advice_to(answer)}};
  write_down(part, settled);
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
  why.in_doubt = answer.in_doubt;
  {
    const std::scoped_lock lock(m_mutex);
    why.ends_all = answer.verdict == Verdict::stop && m_end != End::unavailable;
    if (why.ends_all) m_end = End::stopped;
  }
  refuse(part, {.refused = part.points, .why = why});
  std::optional<Settled> not_tried = hopeless();
  if (!not_tried) return;
  for (const Payload& untried : parts) {
    not_tried->not_tried = untried.points;
    refuse(untried, *not_tried);
  }
  parts.clear();
}

void Sender::refuse(const Payload& part, const Settled& settled) {
  write_down(part, settled);
  const std::scoped_lock lock(m_mutex);
  m_account.settle(settled);
  if (!settled.why.in_doubt) m_export.refused(part);
  m_changed.notify_all();
  if (m_progress) m_progress(m_account.so_far());
}

/// The request stays in the outbox: it may be taken with another login.
void Sender::stopped(const Payload& part, const Answer& answer) {
  if (!part.attempted) m_settings.outbox->comes_back(part);
  const std::scoped_lock lock(m_mutex);
  if (m_end == End::unavailable) return;
  m_end = End::stopped;
  m_account.stopped({.words = answer.words, .hint = advice_to(answer)});
  m_changed.notify_all();
}

/// What is not sent any more in this pass: refused with everything else, or left for the second one.
void Sender::leave(Parts parts) {
  if (m_settings.outbox != nullptr) return;  // which keeps them
  const std::scoped_lock lock(m_mutex);
  std::erase_if(parts, [](const Payload& part) { return part.points == 0; });  // cut off as a whole
  if (m_end == End::stopped) {
    for (const Payload& part : parts) m_export.refused(part);
    return;
  }
  for (; !parts.empty(); parts.pop_back()) {
    m_left_bytes += parts.back().body.size();
    m_left.push_back(std::move(parts.back()));
  }
  if (m_left_bytes > k_max_left_bytes && m_end == End::none) m_end = End::unavailable;
}

/// Seconds that a request may be tried again.
double Sender::retry_budget_s() {
  const std::scoped_lock lock(m_mutex);
  return m_in_doubt ? 0 : m_settings.retry_time_s;
}

void Sender::give_up(const std::string& why, std::string hint, bool lasting) {
  const std::scoped_lock lock(m_mutex);
  m_account.gave_up(why, std::move(hint));
  m_lasting = m_lasting || lasting;
  // Where later requests would make the receiver refuse this one. Without an outbox they are sent in the
  // second pass: else all would be lost for the one.
  const bool keeps_order = m_provider.refuses_doubles && (m_settings.outbox != nullptr || !m_second_pass);
  const bool next_is_tried = !m_in_doubt || std::exchange(m_on_trial, false);
  if ((lasting || keeps_order || !next_is_tried) && m_end == End::none) m_end = End::unavailable;
  m_in_doubt = true;
  m_changed.notify_all();
}

bool Sender::has_left() const {
  const Outcome& so_far = m_account.so_far();
  const bool kept =
      so_far.points_delivered + so_far.points_refused + so_far.points_held_back < m_export.points();
  return (kept || !m_left.empty()) && m_end != End::stopped && !m_lasting && !m_interrupted;
}

void Sender::begin_again() {
  if (m_settings.outbox != nullptr) {
    m_settings.outbox->begin_again();
    m_held.clear();
  }
  std::move(m_held.begin(), m_held.end(), std::back_inserter(m_left));
  m_held.clear();
  std::stable_sort(m_left.begin(), m_left.end(),
                   [](const Payload& a, const Payload& b) { return a.slice < b.slice; });
  m_again.assign(std::make_move_iterator(m_left.begin()), std::make_move_iterator(m_left.end()));
  m_left.clear();
  m_left_bytes = 0;
  m_end = End::none;
  m_second_pass = true;
  m_in_doubt = true;
  m_on_trial = m_provider.refuses_doubles && m_settings.outbox == nullptr;
  m_account.begin_again();
}

Outcome Sender::outcome() const { return m_account.closed(m_export.points(), m_cut_short); }

}  // namespace k6apm::delivery
