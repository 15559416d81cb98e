// Delivers the payloads of one destination over HTTP, in time order, with retries.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "delivery/account.hpp"
#include "delivery/backoff.hpp"
#include "delivery/dividing.hpp"
#include "delivery/http_client.hpp"
#include "delivery/outbox.hpp"
#include "delivery/outcome.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Unix milliseconds, by the system's clock.
std::int64_t system_time_ms();

struct SendSettings {
  double timeout_s = 30;        ///< of one attempt
  double retry_time_s = 300;    ///< from a request's first attempt to the beginning of its last
  std::size_t connections = 2;  ///< how many threads run work()
  bool send_old = false;        ///< also points that became too old for the receiver on the way
  std::function<std::int64_t()> now_ms = system_time_ms;  ///< the present; several threads may ask at once
  /// Where the payloads come from, if they stand on disk: what becomes of each is noted there.
  Outbox* outbox = nullptr;
  /// What the payloads are made in where it is not the provider's first form.
  const providers::NewerForm* form = nullptr;
};

/// Serves one destination. A request that used up its retries is given up. A receiver that refuses what comes
/// late (Provider::refuses_doubles) is sent nothing after it in this pass; of another the next request is
/// tried, once: it may have been the fault of that request alone. Where that fails too the destination is
/// unavailable. What was given up, and what was not sent for it, may be taken up again in a second pass, in
/// which the first is left behind where only later ones are taken. With an outbox nothing is lost by waiting:
/// none is left behind, and what is refused for the login, or would be dropped for its age, stays there.
///
/// `connections` threads run work() at once, each with its own HTTP connection. A payload of a later slice,
/// and a part of one that was divided, leaves only when every request of earlier slices is answered for good,
/// so that the receiver never sees a series go back in time. Where payloads tell their places, those of the
/// next slice go past what they share no series with, so that one request that takes long, or is tried again,
/// does not hold up the other connections; a few that may not go yet are held back meanwhile. What is too
/// large for the receiver, or refused for a part of it, is sent in parts, where the provider can divide it;
/// so is, once, what comes back three times with one and the same server error (see Fault). A request that is
/// refused after an attempt without an answer is not divided where the receiver may have taken it then and
/// refuses doubles: its points are in doubt. What the receiver would drop for its age is cut off before each
/// attempt. Members are safe from several threads; what is handed in must outlive the object and is used by
/// it alone.
class Sender {
 public:
  /// Told after every request how far the delivery is, one call at a time.
  using Progress = std::function<void(const Outcome& so_far)>;

  Sender(providers::Export& payloads, const providers::Provider& provider, providers::Endpoint endpoint,
         SendSettings settings, const std::atomic<bool>& interrupted, Progress progress = {});

  /// Takes and sends payloads until none is left, the destination is given up, or `interrupted` is set.
  /// Throws what Export::next throws; other threads go on. An outbox that cannot be read or written ends the
  /// delivery as a receiver that is away does.
  void work();

  /// Whether a second pass could send something: not after a refusal that holds for everything, an
  /// interruption, or what only a person can mend. To be called when all work() have returned.
  bool has_left() const;
  /// Begins the second pass, for which work() is called again: what is left is sent in time order, the first
  /// request of it once; only where that is answered the others are tried as in the first pass.
  void begin_again();

  /// How it ended; to be called when all work() have returned. Every point of the export is accounted for.
  Outcome outcome() const;

 private:
  enum class End { none, stopped, unavailable };

  /// What came back for good.
  struct Answer {
    providers::Verdict verdict = providers::Verdict::refused;
    long status = 0;        ///< 0 where there was none
    std::string words{};    ///< clean; empty where the receiver had nothing to say to what it took
    bool in_doubt = false;  ///< an earlier attempt stayed without an answer and may have been taken
    bool stuck = false;     ///< Verdict::retry, in the same words so often that the request may be at fault
    std::uint64_t points_taken = 0;  ///< Verdict::partly
    std::string hint{};              ///< where there was no answer: what can be done about it
  };

  /// A server error that is the fault of the request: the receiver takes one half and, in the same words, not
  /// the other. Older versions of Prometheus answer 500 to one bad series or sample (2.42: "too old sample").
  /// Where both halves come back it is an outage, and the whole is tried again as before.
  struct Fault {
    long status = 0;
    std::string words{};
    double left_s = 0;  ///< seconds for all parts together
    bool is(const Answer& answer) const { return answer.status == status && answer.words == words; }
  };

  /// One payload on its way, or what is left of it.
  struct Work {
    Parts parts{};
    std::optional<Fault> fault{};
    bool suspected = false;  ///< a fault was looked for: once is enough
  };

  /// What is known of a payload on its way.
  struct Flight {
    std::uint64_t slice = 0;
    providers::Places places{};
    bool part = false;
  };
  /// The payload, and its place in m_in_flight.
  struct Taken {
    providers::Payload payload;
    std::list<Flight>::iterator flight;
  };
  class InFlight;

  static Flight flight_of(const providers::Payload& payload);
  static bool may_pass(const Flight& next, const Flight& other);
  std::optional<Taken> take();
  std::optional<providers::Payload> take_off();
  std::optional<providers::Payload> next_payload();
  void serve(HttpClient& client, providers::Payload payload);
  void send_part(HttpClient& client, providers::Payload part, Work& work);
  std::optional<providers::Payload> next_part(Parts& parts);
  std::optional<Settled> hopeless();
  bool too_large(const providers::Payload& part);
  std::optional<Answer> exchange(HttpClient& client, providers::Payload& part, Attempts& attempts,
                                 const Work& work);
  std::optional<Answer> attempt(HttpClient& client, providers::Payload& part, Attempts& attempts,
                                const Work& work);
  std::optional<Answer> attempt_once(HttpClient& client, providers::Payload& part);
  Response post(HttpClient& client, const providers::Payload& part);
  void divided(const providers::Payload& whole, providers::Payload& left, providers::Payload& right);
  bool find_fault(HttpClient& client, providers::Payload& part, const Answer& stuck, const Attempts& attempts,
                  Work& work);
  bool prepare(providers::Payload& part);
  bool cut_off_old(providers::Payload& part);
  void hold_back(const providers::Payload& part, providers::Payload& old, providers::Payload& rest,
                 std::int64_t max_age_s);
  Answer answer_of(const Response& response, providers::Payload& part);
  Answer understood(const Response& response, const providers::Payload& part) const;
  std::string advice_to(const Answer& answer) const;
  void settle(const providers::Payload& part, const Answer& answer, Parts& parts);
  void write_down(const providers::Payload& part, const Settled& settled);
  bool divide(const providers::Payload& part, bool by_points, Parts& parts);
  std::optional<bool> how_to_divide(const providers::Payload& part, const Answer& answer);
  void delivered(const providers::Payload& part, const Answer& answer);
  void taken_in_part(const providers::Payload& part, const Answer& answer);
  void refused(const providers::Payload& part, const Answer& answer, Parts& parts);
  void refuse(const providers::Payload& part, const Settled& settled);
  void stopped(const providers::Payload& part, const Answer& answer);
  void leave(Parts parts);
  bool wait(double seconds);
  void give_up(const std::string& why, std::string hint, bool lasting);
  double retry_budget_s();

  providers::Export& m_export;
  const providers::Provider& m_provider;
  const providers::Endpoint m_endpoint;
  const SendSettings m_settings;
  const std::atomic<bool>& m_interrupted;
  const Progress m_progress;

  std::mutex m_mutex{};  ///< guards everything below, and m_export
  std::condition_variable m_changed{};
  std::list<providers::Payload> m_held{};  ///< made, but may not leave yet; in their order
  std::list<Flight> m_in_flight{};
  bool m_in_doubt = false;  ///< a request was given up, and none has been answered since
  bool m_lasting = false;   ///< for a reason that will not pass
  bool m_second_pass = false;
  bool m_on_trial = false;  ///< the next request that is given up does not end the second pass
  std::vector<providers::Payload> m_left{};  ///< given up in this pass
  std::size_t m_left_bytes = 0;
  std::deque<providers::Payload> m_again{};  ///< what the first pass left, to be sent next
  End m_end = End::none;
  bool m_cut_short = false;
  Dividing m_dividing{};
  Account m_account{};
};

}  // namespace k6apm::delivery
