// What makes the order: a wrong key is told, and the form of requests chosen, before the first point; old
// points need their metric enabled, a receiver knows nothing of a metric before its first point, and only
// what was sent can be read back.
#include "sending.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "delivery/calls.hpp"
#include "delivery/newer_form.hpp"
#include "delivery/sender.hpp"
#include "delivery/verification.hpp"
#include "parallel.hpp"

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
        m_endpoint(m_provider.endpoint(m_destination, k_user_agent)),
        m_place(fmt::format("apm[{}]: ", m_destination.index)) {}

  void run();

 private:
  bool is_welcome();
  void choose_form();
  void enable_old_points();
  void send_payloads();
  void describe_metrics();
  void verify();
  void count_verified(const delivery::Verification& verification);
  void report_calls(const delivery::CallsOutcome& outcome, std::string_view done, std::string_view not_done);
  void warn(std::string text, std::string hint = {}) {
    say(Severity::warning, std::move(text), std::move(hint));
  }
  void say(Severity severity, std::string text, std::string hint = {});

  delivery::CallSettings call_settings() const { return {m_job.timeout_s, m_job.retry_time_s}; }
  delivery::SendSettings send_settings() const {
    delivery::SendSettings settings;
    settings.timeout_s = m_job.timeout_s;
    settings.retry_time_s = m_job.retry_time_s;
    settings.connections = m_job.connections;
    settings.send_untimely = m_job.datadog_historical;
    settings.form = m_form;
    return settings;
  }

  const cli::Job& m_job;
  cli::Console& m_console;
  const std::atomic<bool>& m_interrupted;
  Route& m_route;
  const providers::Provider& m_provider;
  const apm::Destination& m_destination;
  providers::Endpoint m_endpoint;
  const providers::NewerForm* m_form = nullptr;  ///< what the payloads are made in, if not the first form
  const std::string m_place;                     ///< `apm[0]: `, before every message
  delivery::Outcome m_outcome{};
};

void Sending::run() {
  const bool anything = m_route.series->points() > m_route.series->untimely();
  if (!anything || is_welcome()) {
    if (anything) choose_form();
    if (anything) enable_old_points();
    send_payloads();
    if (m_outcome.points_delivered > 0) {
      describe_metrics();
      verify();
    }
  }
  m_route.report.status = cli::delivery_status(m_outcome);
  m_route.report.outcome = std::move(m_outcome);
}

void Sending::say(Severity severity, std::string text, std::string hint) {
  m_outcome.notices.push_back({severity, {}, m_place + text, std::move(hint)});
}

/// Asks before the first payload, where the provider knows how; false where no payload would be taken.
bool Sending::is_welcome() {
  if (m_provider.probe == nullptr) return true;
  const providers::Call call = m_provider.probe(m_destination, k_user_agent);
  const auto judgement = delivery::ask_once(call, m_provider.judge_probe, m_job.timeout_s, m_interrupted);
  if (!judgement || judgement->verdict != providers::Verdict::stop) return true;
  warn(fmt::format("{} does not take the key: {}; nothing was sent", call.subject, judgement->words),
       m_provider.advice(403, judgement->words, false));
  m_outcome.error = m_outcome.notices.back().text;
  m_outcome.stopped = true;
  m_outcome.points_refused = m_route.series->points();
  return false;
}

/// Asks, where nobody has chosen, which form of requests the receiver takes.
void Sending::choose_form() {
  const providers::NewerForm* newer = m_provider.newer_form;
  if (newer == nullptr || m_job.remote_write == cli::RemoteWrite::version_1) return;
  bool taken = true;
  if (m_job.remote_write == cli::RemoteWrite::automatic) {
    taken = delivery::takes_newer_form(*newer, newer->question(m_destination, k_user_agent), m_job.timeout_s,
                                       m_interrupted);
    m_console.detail(
        fmt::format("apm[{}]: sends {}", m_destination.index, taken ? newer->name : newer->older_name));
  }
  if (!taken) return;
  m_form = newer;
  m_endpoint = newer->endpoint(m_destination, k_user_agent);
  m_route.series->use_newer_form();
}

void Sending::enable_old_points() {
  if (!m_job.datadog_historical) return;
  const std::vector<providers::Call> calls = m_route.series->enabling_calls(m_destination, k_user_agent);
  if (calls.empty()) return;
  report_calls(delivery::send_calls(calls, m_provider.judge_call, call_settings(), m_interrupted),
               "historical ingestion is enabled for", "historical ingestion could not be enabled for");
}

void Sending::send_payloads() {
  const auto progress = [this](const delivery::Outcome& so_far) {
    m_console.progress(cli::sending_progress(m_route.report.index, so_far, m_route.report.points));
  };
  delivery::Sender sender(*m_route.series, m_provider, m_endpoint, send_settings(), m_interrupted, progress);
  run_parallel(m_job.connections, [&](std::size_t) { sender.work(); });
  std::vector<Notice> notices = std::move(m_outcome.notices);
  m_outcome = sender.outcome();
  for (Notice& notice : m_outcome.notices) {
    if (!notice.text.starts_with(m_place)) notice.text.insert(0, m_place);
    notices.push_back(std::move(notice));
  }
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
  const delivery::Verification found = delivery::verify(
      *read_back, m_provider, m_endpoint, m_provider.judge_call, send_settings(), patience_s, m_interrupted);
  if (!found.error.empty()) {
    warn(fmt::format("what was sent could not be read back: {}", found.error));
    return;
  }
  count_verified(found);
}

/// What the receiver shows is delivered, whatever it said before.
void Sending::count_verified(const delivery::Verification& found) {
  m_outcome.requests += found.resend.requests;
  m_outcome.retries += found.resend.retries;
  m_outcome.bytes += found.resend.bytes;
  const std::uint64_t asked = found.held + found.still_missing;
  const std::uint64_t accepted = m_outcome.points_delivered;
  m_outcome.points_delivered = found.held;
  m_outcome.points_kept = accepted < asked ? std::min(asked - accepted, found.still_missing) : 0;
  m_outcome.points_refused = m_route.series->points() - m_outcome.points_delivered - m_outcome.points_kept;
  m_outcome.unavailable = m_outcome.points_kept > 0;
  say(Severity::note,
      fmt::format("read back {} of {} points{}", found.held, asked,
                  found.missing_at_first == 0
                      ? ""
                      : fmt::format("; {} were missing and sent again", found.missing_at_first)));
  if (found.still_missing == 0 || found.interrupted) return;
  warn(fmt::format("the receiver took {} points and does not show them", found.still_missing),
       "they may show later: the same command compares again, and what is sent twice does no harm");
  if (m_outcome.error.empty()) m_outcome.error = m_outcome.notices.back().text;
}

void Sending::report_calls(const delivery::CallsOutcome& outcome, std::string_view done,
                           std::string_view not_done) {
  std::size_t good = 0;
  std::vector<std::pair<std::string, std::vector<std::string>>> refused;  // by the receiver's words
  for (const delivery::Answered& answered : outcome.answered) {
    m_console.detail(fmt::format("{} {}: {}", answered.call.method, answered.call.subject,
                                 answered.judgement.words.empty() ? "taken" : answered.judgement.words));
    if (answered.judgement.verdict == providers::Verdict::delivered) {
      ++good;
      continue;
    }
    const std::string& words = answered.judgement.words;
    auto known =
        std::find_if(refused.begin(), refused.end(), [&](const auto& one) { return one.first == words; });
    if (known == refused.end()) known = refused.insert(known, {words, {}});
    known->second.push_back(answered.call.subject);
  }
  if (good > 0) say(Severity::note, fmt::format("{} {}", done, cli::plural(good, "metric", "metrics")));
  for (std::size_t i = 0; i < std::min(refused.size(), k_max_told_apart); ++i) {
    const auto& [words, metrics] = refused[i];
    const std::string others =
        metrics.size() == 1 ? "" : fmt::format(" and {}", cli::plural(metrics.size() - 1, "other", "others"));
    warn(fmt::format("{} {}{}: {}", not_done, metrics.front(), others, words));
  }
  if (refused.size() > k_max_told_apart) warn(fmt::format("{} others, in other words", not_done));
  if (!outcome.error.empty()) warn(fmt::format("{} {}: {}", not_done, outcome.error_subject, outcome.error));
  if (outcome.unsent > 0)
    warn(fmt::format("{} {}, which were not asked about any more", not_done,
                     cli::plural(outcome.unsent, "metric", "metrics")));
}

}  // namespace

void send(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
          std::vector<Route*>& routes) {
  run_parallel(routes.size(),
               [&](std::size_t index) { Sending(job, console, interrupted, *routes[index]).run(); });
}

}  // namespace k6apm
