// What makes the order: a wrong key is told, and the form of requests chosen, before the first point; old
// points need their metric enabled, a receiver knows nothing of a metric before its first point, and only
// what was sent can be read back.
#include "sending.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "delivery/calls.hpp"
#include "delivery/newer_form.hpp"
#include "delivery/sender.hpp"
#include "delivery/verification.hpp"
#include "error.hpp"
#include "parallel.hpp"
#include "providers/datadog_endpoint.hpp"
#include "test_run.hpp"

namespace k6apm {
namespace {

/// How long a receiver may take to show what it took, at most; our own choice.
constexpr double k_patience_s = 60;

/// Calls that were refused in other words are told apart up to here.
constexpr std::size_t k_max_told_apart = 5;

/// Serves one destination from the first question to the last, on one thread but for the payloads.
class Sending {
 public:
  Sending(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted, Route& route)
      : m_job(job),
        m_console(console),
        m_interrupted(interrupted),
        m_route(route),
        m_provider(*route.provider),
        m_destination(*route.destination),
        m_place(m_destination.place() + ": ") {}

  /// Everything, as far as the first pass brings it; what is left is for the second.
  void first_pass();
  bool has_left() const { return m_has_left; }
  void second_pass();

 private:
  void end();
  bool is_welcome();
  void end_run();
  void enable_old_points();
  void close_outbox();
  void show_progress(const delivery::Outcome& so_far);
  void send_payloads();
  void take_outcome();
  void describe_metrics();
  void verify();
  void count_resend(const delivery::Outcome& resend);
  void count_verified(const delivery::Verification& found, const providers::ReadBack& read_back);
  void settle_doubts(const delivery::Verification& found);
  void forget_kept();
  void report_calls(const delivery::CallsOutcome& outcome, std::string_view done, std::string_view not_done);
  void warn(const std::string& text, std::string hint = {}) { say(Severity::warning, text, std::move(hint)); }
  void say(Severity severity, const std::string& text, std::string hint = {});

  delivery::CallSettings call_settings() const { return {m_job.timeout_s, m_job.retry_time_s}; }
  std::size_t connections() const { return m_route.run ? m_route.run->push_concurrency : m_job.connections; }
  delivery::SendSettings send_settings() const {
    delivery::SendSettings settings;
    settings.timeout_s = timeout_s(m_job, m_destination);
    settings.retry_time_s = m_job.retry_time_s;
    settings.connections = connections();
    settings.send_old = m_job.datadog_historical && providers::takes_historical(m_destination);
    settings.form = m_route.form;
    settings.outbox = m_route.outbox.get();
    return settings;
  }

  const cli::Job& m_job;
  cli::Console& m_console;
  const std::atomic<bool>& m_interrupted;
  Route& m_route;
  const providers::Provider& m_provider;
  const apm::Destination& m_destination;
  const std::string m_place;                   ///< `apm[0]: `, before every message
  std::optional<delivery::Sender> m_sender{};  ///< nothing where nobody was welcome
  bool m_is_welcome = true;
  bool m_has_left = false;          ///< for the second pass
  bool m_is_unended = false;        ///< the receiver does not know that its test run is over
  bool m_may_verify_later = false;  ///< something could not be read back, or does not show yet
  std::chrono::steady_clock::time_point m_began{};  ///< the first pass
  delivery::Outcome m_outcome{};
};

void Sending::first_pass() {
  const bool anything = m_route.series->points() > m_route.series->untimely();
  m_is_welcome = !anything || is_welcome();
  if (!m_is_welcome && !m_route.outbox) return end();
  // What is in an outbox has its form.
  if (m_is_welcome && anything && !m_route.outbox) choose_form(m_job, m_console, m_interrupted, m_route);
  if (m_is_welcome && anything) enable_old_points();
  m_began = std::chrono::steady_clock::now();
  m_sender.emplace(*m_route.series, m_provider, endpoint_of(m_route), send_settings(), m_interrupted,
                   [this](const delivery::Outcome& so_far) { show_progress(so_far); });
  if (!m_is_welcome) return end();
  send_payloads();
  m_has_left = m_sender->has_left();
  if (!m_has_left) end();
}

void Sending::second_pass() {
  m_console.detail(m_place + "what was not acknowledged is sent again");
  m_sender->begin_again();
  send_payloads();
  end();
}

/// What comes after the payloads, and the report.
void Sending::end() {
  if (m_sender) take_outcome();
  m_outcome.stopped = m_outcome.stopped || (!m_is_welcome && m_provider.life == nullptr);
  if (m_provider.life != nullptr) end_run();
  // After a refusal of the login nothing is asked or sent any more.
  if (!m_outcome.stopped && !m_interrupted) {
    if (m_outcome.points_delivered > 0) describe_metrics();
    if (!m_interrupted && m_outcome.points_delivered + m_outcome.points_in_doubt > 0) verify();
  }
  if (m_route.outbox) close_outbox();
  m_outcome.notices.insert(m_outcome.notices.end(), m_outcome.doubts.begin(), m_outcome.doubts.end());
  m_route.report.status = cli::delivery_status(m_outcome);
  m_route.report.outcome = std::move(m_outcome);
}

/// Ends it where nothing is left that a later run could do.
void Sending::close_outbox() {
  if (m_outcome.points_kept > 0) {
    say(Severity::note,
        fmt::format("{} {} kept in {}", cli::plural(m_outcome.points_kept, "point", "points"),
                    m_outcome.points_kept == 1 ? "is" : "are", *m_job.spool),
        m_outcome.stopped ? "" : "the same command sends what is left there");
  } else if (m_outcome.doubts.empty() && !m_interrupted && !m_may_verify_later && !m_is_unended) {
    try {
      m_route.outbox->end(m_outcome);
    } catch (const Error& failure) {  // everything is settled: the same command ends it later
      say(Severity::note, failure.notice().text, failure.notice().hint);
    }
  }
}

void Sending::show_progress(const delivery::Outcome& so_far) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_began;
  m_console.progress(
      cli::sending_progress(m_destination.place(), so_far, m_route.report.points, passed.count()),
      m_destination.index);
}

void Sending::send_payloads() {
  run_parallel(connections(), [this](std::size_t) { m_sender->work(); });
}

void Sending::say(Severity severity, const std::string& text, std::string hint) {
  m_outcome.notices.push_back({severity, {}, m_place + text, std::move(hint)});
}

/// Asks before the first payload, where the provider knows how; false where no payload would be taken.
bool Sending::is_welcome() {
  if (m_provider.life != nullptr) return begin_test_run(m_job, m_console, m_interrupted, m_route, m_outcome);
  if (m_provider.probe == nullptr) return true;
  const providers::Call call = m_provider.probe(m_destination, k_user_agent);
  const auto judgement = delivery::ask_once(call, m_provider.judge_probe, m_job.timeout_s, m_interrupted);
  if (!judgement || judgement->verdict != providers::Verdict::stop) return true;
  warn(fmt::format("{} does not take the key: {}; nothing was sent", call.subject, judgement->words),
       m_provider.advice(403, judgement->words, false));
  m_outcome.error = m_outcome.notices.back().text;
  m_outcome.stopped = true;
  m_outcome.points_refused = m_route.series->points();  // an outbox keeps them
  return false;
}

/// Where something is left in an outbox the run goes on another time.
void Sending::end_run() {
  const bool goes_on = m_route.outbox && (m_outcome.points_kept > 0 || m_interrupted);
  if (!goes_on && !end_test_run(m_job, m_console, m_interrupted, m_route, m_outcome)) m_is_unended = true;
  m_route.report.is_failed = m_outcome.stopped && m_destination.cloud.stop_on_error;
}

void Sending::enable_old_points() {
  if (!m_job.datadog_historical) return;
  const std::vector<providers::Call> calls =
      m_route.series->enabling_calls(m_destination, k_user_agent, false);
  if (calls.empty()) return;
  report_calls(delivery::send_calls(calls, m_provider.judge_call, call_settings(), m_interrupted),
               "historical ingestion is enabled for", "historical ingestion could not be enabled for");
}

/// The sender's account, with the place before each message.
void Sending::take_outcome() {
  std::vector<Notice> notices = std::move(m_outcome.notices);
  m_outcome = m_sender->outcome();
  for (Notice& notice : m_outcome.notices) notice.text.insert(0, m_place);
  for (Notice& doubt : m_outcome.doubts) doubt.text.insert(0, m_place);
  if (!m_outcome.error.empty()) m_outcome.error.insert(0, m_place);
  if (m_outcome.about_kept) *m_outcome.about_kept += notices.size();
  notices.insert(notices.end(), m_outcome.notices.begin(), m_outcome.notices.end());
  m_outcome.notices = std::move(notices);
}

void Sending::describe_metrics() {
  if (!m_job.datadog_metadata) return;
  const std::vector<providers::Call> calls = m_route.series->describing_calls(m_destination, k_user_agent);
  if (calls.empty()) return;
  report_calls(delivery::send_calls(calls, m_provider.judge_call, call_settings(), m_interrupted),
               "the receiver took the metadata of", "the receiver did not take the metadata of");
}

void Sending::verify() {
  // Where the receiver stopped taking anything, it is not worth asking it for the rest.
  if (!m_job.verify || m_outcome.stopped || m_interrupted) return;
  const auto read_back = m_route.series->read_back(m_destination, k_user_agent);
  if (!read_back) return;
  const double patience_s = std::min(k_patience_s, m_job.retry_time_s);
  // What is missing is sent in the provider's first form, which every receiver takes.
  delivery::SendSettings settings = send_settings();
  settings.form = nullptr;
  settings.outbox = nullptr;
  const delivery::Verification found =
      delivery::verify(*read_back, m_provider, m_provider.endpoint(m_destination, k_user_agent),
                       m_provider.judge_call, settings, patience_s, m_interrupted);
  count_resend(found.resend);
  if (!found.error.empty()) {
    m_may_verify_later = true;
    warn(fmt::format("what was sent could not be read back: {}", found.error),
         found.may_not_ask ? std::string(m_provider.call_advice) : read_back->refusal_hint());
  } else if (found.interrupted) {
    say(Severity::note, fmt::format("interrupted while reading back: {} of {} points were seen so far",
                                    found.held, found.held + found.still_missing));
  } else {
    count_verified(found, *read_back);
  }
}

/// What was sent a second time; its points are counted by what the receiver shows.
void Sending::count_resend(const delivery::Outcome& resend) {
  m_outcome.requests += resend.requests;
  m_outcome.retries += resend.retries;
  m_outcome.bytes += resend.bytes;
  for (const Notice& notice : resend.notices)
    say(notice.severity, "when sent again: " + notice.text, notice.hint);
}

/// What the receiver shows is delivered, whatever it said before.
void Sending::count_verified(const delivery::Verification& found, const providers::ReadBack& read_back) {
  const std::uint64_t asked = found.held + found.still_missing;
  const bool may_be_old = m_job.datadog_historical && m_provider.kind == apm::ProviderKind::datadog;
  m_may_verify_later = found.still_missing > 0;
  if (may_be_old && found.still_missing > 0) {
    warn(fmt::format("the receiver shows {} of {} points so far", found.held, asked),
         "old points may take hours to show: the same command compares again, and what is sent twice does no "
         "harm");
    return;
  }
  const std::uint64_t accepted = m_outcome.points_delivered;
  m_outcome.points_delivered = found.held;
  const std::uint64_t unsent = asked - std::min(asked, accepted + m_outcome.points_in_doubt);
  m_outcome.points_kept = std::min(unsent, found.still_missing);
  m_outcome.points_refused = m_route.series->points() - m_outcome.points_delivered - m_outcome.points_kept;
  m_outcome.unavailable = m_outcome.points_kept > 0;
  if (!m_outcome.unavailable) forget_kept();
  std::string text = fmt::format("read back {} of {} points", found.held, asked);
  if (found.missing_at_first > 0)
    text += fmt::format("; {} were missing at first, {} were sent again", found.missing_at_first,
                        found.sent_again);
  say(Severity::note, text);
  settle_doubts(found);
  const std::uint64_t not_shown = found.still_missing - m_outcome.points_kept;
  if (not_shown == 0) return;
  warn(fmt::format("the receiver took {} points and does not show them", not_shown),
       read_back.missing_hint());
  if (m_outcome.error.empty()) m_outcome.error = m_outcome.notices.back().text;
}

/// Takes back what was said of points that came through after all.
void Sending::forget_kept() {
  if (!m_outcome.about_kept) return;
  const auto about = m_outcome.notices.begin() + static_cast<std::ptrdiff_t>(*m_outcome.about_kept);
  if (m_outcome.error == about->text) m_outcome.error.clear();
  m_outcome.notices.erase(about);
  m_outcome.about_kept.reset();
}

/// Where everything is there, what was refused after an attempt without an answer had been taken by it.
void Sending::settle_doubts(const delivery::Verification& found) {
  if (m_outcome.doubts.empty() || found.still_missing > 0) return;
  if (m_outcome.error == m_outcome.doubts.front().text) m_outcome.error.clear();
  m_outcome.doubts.clear();
  say(Severity::note, fmt::format("{} points that the receiver refused when they were sent again are there",
                                  m_outcome.points_in_doubt));
}

void Sending::report_calls(const delivery::CallsOutcome& outcome, std::string_view done,
                           std::string_view not_done) {
  std::size_t good = 0;
  struct Refused {
    std::string words;
    bool by_login;
    std::vector<std::string> metrics;
  };
  std::vector<Refused> refused;  // by the receiver's words
  for (const delivery::Answered& answered : outcome.answered) {
    m_console.detail(fmt::format("{} {}: {}", answered.call.method, answered.call.subject,
                                 answered.judgement.words.empty() ? "taken" : answered.judgement.words));
    if (answered.judgement.verdict == providers::Verdict::delivered) {
      ++good;
      continue;
    }
    const std::string& words = answered.judgement.words;
    const bool by_login = answered.judgement.verdict == providers::Verdict::stop;
    auto known =
        std::find_if(refused.begin(), refused.end(), [&](const Refused& one) { return one.words == words; });
    if (known == refused.end()) known = refused.insert(known, {words, by_login, {}});
    known->metrics.push_back(answered.call.subject);
  }
  if (good > 0) say(Severity::note, fmt::format("{} {}", done, cli::plural(good, "metric", "metrics")));
  for (std::size_t i = 0; i < std::min(refused.size(), k_max_told_apart); ++i) {
    const auto& [words, by_login, metrics] = refused[i];
    const std::string others =
        metrics.size() == 1 ? "" : fmt::format(" and {}", cli::plural(metrics.size() - 1, "other", "others"));
    warn(fmt::format("{} {}{}: {}", not_done, metrics.front(), others, words),
         by_login ? std::string(m_provider.call_advice) : std::string());
  }
  if (refused.size() > k_max_told_apart) warn(fmt::format("{} others, in other words", not_done));
  if (!outcome.error.empty()) warn(fmt::format("{} {}: {}", not_done, outcome.error_subject, outcome.error));
  if (outcome.unsent > 0)
    warn(fmt::format("{} {}, which were not asked about any more", not_done,
                     cli::plural(outcome.unsent, "metric", "metrics")));
}

}  // namespace

void choose_form(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                 Route& route) {
  const providers::NewerForm* newer = route.provider->newer_form;
  if (newer == nullptr || job.remote_write == cli::RemoteWrite::version_1) return;
  bool taken = true;
  if (job.remote_write == cli::RemoteWrite::automatic) {
    taken = delivery::takes_newer_form(*newer, newer->question(*route.destination, k_user_agent),
                                       job.timeout_s, interrupted);
    console.detail(
        fmt::format("{}: sends {}", route.destination->place(), taken ? newer->name : newer->older_name));
  }
  if (!taken) return;
  route.form = newer;
  route.series->use_newer_form();
}

void send(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
          std::vector<Route*>& routes) {
  std::deque<Sending> all;
  for (Route* route : routes) all.emplace_back(job, console, interrupted, *route);
  run_parallel(all.size(), [&](std::size_t index) { all[index].first_pass(); });
  std::vector<Sending*> left;
  for (Sending& sending : all) {
    if (sending.has_left()) left.push_back(&sending);
  }
  run_parallel(left.size(), [&](std::size_t index) { left[index]->second_pass(); });
}

}  // namespace k6apm
