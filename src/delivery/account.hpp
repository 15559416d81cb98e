// What became of the points of one destination, and what is to be said about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/outcome.hpp"
#include "delivery/settled.hpp"
#include "notice.hpp"

namespace k6apm::delivery {

/// Counts points and collects what receivers say; equal words are said once, with the sum of their points.
/// For one thread at a time.
class Account {
 public:
  /// Different refusals, and different complaints, that are told apart; a receiver that names the series in
  /// each would fill the screen.
  static constexpr std::size_t k_max_told_apart = 5;

  void sent(std::size_t bytes);  ///< a request, for the first time
  void sent_again() { ++m_outcome.retries; }

  void settle(const Settled& settled);
  /// Not sent, but kept: older than the `max_age_s` that the receiver takes.
  void held_back(std::uint64_t points, std::int64_t max_age_s);
  /// Every request would be refused in the same words; what is still open is kept.
  void stopped(Refusal why) { m_stopped = std::move(why); }
  /// Never offered: outside the times that the receiver takes. `notice` without text is not said.
  void untimely(std::uint64_t points, const Notice& notice);
  /// A request stayed without the answer that counts; its points are kept. `hint`: what a person can do; may
  /// be empty.
  void gave_up(const std::string& why, std::string hint = {});

  /// What was given up or held back is taken up once more: only what is so from now on counts.
  void begin_again();

  const Outcome& so_far() const { return m_outcome; }

  /// The end: of the points `offered` those that nothing is known of are kept, or refused where a refusal
  /// ended all. `cut_short`: by a signal.
  Outcome closed(std::uint64_t offered, bool cut_short) const;

 private:
  struct Saying {
    std::string words{};
    std::string hint{};
    std::uint64_t points = 0;
    bool in_doubt = false;
    std::string first_series{};      ///< of those that are named; empty where none is
    std::set<std::string> series{};  ///< all of them: each counts once, however often it is refused
  };
  struct Sayings {
    std::vector<Saying> told{};
    std::uint64_t others = 0;  ///< points in words beyond the first few
  };

  void refused(std::uint64_t points, Refusal why);
  static std::size_t add(Sayings& sayings, std::uint64_t points, const Refusal& why);
  static std::string subject(const Saying& refusal);
  void say_refusals(std::uint64_t unsent, Outcome& outcome) const;
  void say_untimely(std::vector<Notice>& notices) const;
  void say_complaints(std::vector<Notice>& notices) const;

  Outcome m_outcome{};
  std::string m_gave_up_hint{};
  Sayings m_refusals{};
  Sayings m_complaints{};
  std::optional<std::size_t> m_ended_by{};  ///< which of the refusals
  std::uint64_t m_not_tried = 0;
  std::size_t m_tried = 0;  ///< requests
  bool m_in_a_row = false;
  std::uint64_t m_too_late = 0;
  std::int64_t m_max_age_s = 0;
  Notice m_untimely{};
  std::optional<Refusal> m_stopped{};
};

}  // namespace k6apm::delivery
