#include "delivery/account.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "text/printable.hpp"

namespace k6apm::delivery {
namespace {

std::string points_text(std::uint64_t points) {
  return fmt::format("{} point{}", points, points == 1 ? "" : "s");
}

/// "1 h", "90 min", "20 s".
std::string duration_text(std::int64_t seconds) {
  if (seconds % 3600 == 0) return fmt::format("{} h", seconds / 3600);
  if (seconds % 60 == 0) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} s", seconds);
}

void say(std::vector<Notice>& notices, std::string text, const std::string& hint = {}) {
  notices.push_back({Severity::warning, {}, std::move(text), hint});
}

}  // namespace

void Account::sent(std::size_t bytes) {
  ++m_outcome.requests;
  m_outcome.bytes += bytes;
}

/// Returns which of `sayings.told` it became; their number where it is beyond the first few.
std::size_t Account::add(Sayings& sayings, std::uint64_t points, const Refusal& why) {
  auto known = std::find_if(sayings.told.begin(), sayings.told.end(), [&why](const Saying& saying) {
    return saying.words == why.words && saying.in_doubt == why.in_doubt &&
           saying.first_series.empty() == why.series.empty();
  });
  if (known == sayings.told.end()) {
    if (!why.ends_all && sayings.told.size() >= k_max_told_apart) {
      sayings.others += points;
      return sayings.told.size();
    }
    known = sayings.told.insert(known, {why.words, why.hint, 0, why.in_doubt, why.series, {}});
  }
  known->points += points;
  if (!why.series.empty()) known->series.insert(why.series);
  return static_cast<std::size_t>(known - sayings.told.begin());
}

void Account::settle(const Settled& settled) {
  m_outcome.points_delivered += settled.delivered;
  if (!settled.complaint.empty()) add(m_complaints, settled.delivered, {.words = settled.complaint});
  if (!settled.why.words.empty()) refused(settled.refused, settled.why);
  m_outcome.points_refused += settled.not_tried + settled.too_late;
  if (settled.not_tried > 0) {
    m_not_tried += settled.not_tried;
    m_tried = settled.tried;
    m_in_a_row = settled.in_a_row;
  }
  if (settled.too_late > 0) {
    m_too_late += settled.too_late;
    m_max_age_s = settled.max_age_s;
  }
}

void Account::refused(std::uint64_t points, Refusal why) {
  m_outcome.points_refused += points;
  if (why.in_doubt) m_outcome.points_in_doubt += points;
  if (why.in_doubt && why.ends_all) {
    // What is in doubt is said by itself, and what is not sent for it without a doubt.
    add(m_refusals, points, {.words = why.words, .hint = why.hint, .series = why.series, .in_doubt = true});
    points = 0;
    why.in_doubt = false;
  }
  const std::size_t index = add(m_refusals, points, why);
  if (why.ends_all && !m_ended_by) m_ended_by = index;
}

void Account::held_back(std::uint64_t points, std::int64_t max_age_s) {
  m_outcome.points_held_back += points;
  m_max_age_s = max_age_s;
}

void Account::begin_again() {
  m_outcome.unavailable = false;
  m_outcome.points_held_back = 0;
}

void Account::untimely(std::uint64_t points, const Notice& notice) {
  m_outcome.points_refused += points;
  m_untimely = notice;
}

void Account::gave_up(const std::string& why, std::string hint) {
  m_outcome.unavailable = true;
  if (!m_outcome.error.empty()) return;
  m_outcome.error = why;
  m_gave_up_hint = std::move(hint);
}

/// " of k6.vus{a:b} and 3 other series", or nothing.
std::string Account::subject(const Saying& refusal) {
  if (refusal.first_series.empty()) return {};
  const std::string name = text::printable(refusal.first_series);
  const std::size_t others = refusal.series.size() - 1;
  if (others == 0) return " of " + name;
  return fmt::format(" of {} and {} other series", name, others);
}

void Account::say_refusals(std::uint64_t unsent, Outcome& outcome) const {
  for (std::size_t i = 0; i < m_refusals.told.size(); ++i) {
    const Saying& refusal = m_refusals.told[i];
    const bool all = i == m_ended_by && unsent > 0;
    if (refusal.points == 0 && !all) continue;
    const std::string what =
        refusal.points == 0 ? "every request" : points_text(refusal.points) + subject(refusal);
    say(refusal.in_doubt ? outcome.doubts : outcome.notices,
        fmt::format("the receiver refused {}{}: {}{}", what,
                    refusal.in_doubt ? " that it may have taken before, without an answer" : "",
                    refusal.words, all ? fmt::format(", so {} more were not sent", unsent) : ""),
        refusal.hint);
  }
  if (m_refusals.others > 0) {
    say(outcome.notices,
        fmt::format("the receiver refused {} in other words", points_text(m_refusals.others)));
  }
  if (m_not_tried > 0) {
    say(outcome.notices, fmt::format("the receiver took nothing of {}{} requests{}, so {} {} not sent",
                                     m_in_a_row ? "" : "the first ", m_tried, m_in_a_row ? " in a row" : "",
                                     points_text(m_not_tried), m_not_tried == 1 ? "was" : "were"));
  }
}

void Account::say_untimely(std::vector<Notice>& notices) const {
  if (m_too_late > 0) {
    const bool one = m_too_late == 1;
    say(notices,
        fmt::format("{} {} too old by the time {} could be sent: the receiver takes points of the last "
                    "{} and drops older ones in silence",
                    points_text(m_too_late), one ? "was" : "were", one ? "it" : "they",
                    duration_text(m_max_age_s)));
  }
  if (m_outcome.points_held_back > 0) {
    const bool one = m_outcome.points_held_back == 1;
    say(notices,
        fmt::format(
            "{} {} kept and not sent: {} too old by now, for the receiver takes points of the last {} and "
            "drops older ones in silence",
            points_text(m_outcome.points_held_back), one ? "is" : "are", one ? "it is" : "they are",
            duration_text(m_max_age_s)),
        "--datadog-historical sends old points for metrics with historical ingestion");
  }
  if (!m_untimely.text.empty()) notices.push_back(m_untimely);
}

void Account::say_complaints(std::vector<Notice>& notices) const {
  for (const Saying& complaint : m_complaints.told) {
    say(notices, fmt::format("the receiver accepted {} and complained: {}", points_text(complaint.points),
                             complaint.words));
  }
  if (m_complaints.others > 0) {
    say(notices, fmt::format("the receiver accepted {} and complained in other words",
                             points_text(m_complaints.others)));
  }
}

Outcome Account::closed(std::uint64_t offered, bool cut_short) const {
  Outcome outcome = m_outcome;
  const std::uint64_t rest = offered - outcome.points_delivered - outcome.points_refused;
  outcome.stopped = m_ended_by || m_stopped;
  outcome.interrupted = cut_short && rest > 0;
  (m_ended_by ? outcome.points_refused : outcome.points_kept) += rest;
  say_refusals(m_ended_by ? rest : 0, outcome);
  if (m_stopped) {
    say(outcome.notices,
        fmt::format("the receiver takes no request: {}; {} {} kept", m_stopped->words,
                    points_text(outcome.points_kept), outcome.points_kept == 1 ? "is" : "are"),
        m_stopped->hint);
  }
  if (outcome.unavailable) {
    outcome.about_kept = outcome.notices.size();
    say(outcome.notices,
        fmt::format("{} could not be delivered: {}", points_text(outcome.points_kept), m_outcome.error),
        m_gave_up_hint);
  }
  say_untimely(outcome.notices);
  if (!outcome.notices.empty()) {
    outcome.error = outcome.notices.front().text;
  } else {
    outcome.error = outcome.doubts.empty() ? std::string() : outcome.doubts.front().text;
  }
  if (rest == 0 && !m_outcome.error.empty()) {
    outcome.notices.push_back(
        {Severity::note,
         {},
         fmt::format("some requests were sent again at the end, after: {}", m_outcome.error)});
  }
  say_complaints(outcome.notices);  // no error: what they are about was delivered
  return outcome;
}

}  // namespace k6apm::delivery
