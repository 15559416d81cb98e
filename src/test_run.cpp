#include "test_run.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "apm/archive.hpp"
#include "apm/secret.hpp"
#include "delivery/answers.hpp"
#include "delivery/calls.hpp"
#include "error.hpp"
#include "series/elapsed.hpp"
#include "text/printable.hpp"

namespace k6apm {
namespace {

using providers::Verdict;

constexpr std::uint64_t k_nanoseconds_per_second = 1'000'000'000;

/// After a signal, our own choice: a run ends within 2 s.
constexpr double k_last_call_s = 1;

/// Nothing is sent to the destination, for a reason that ends everything there.
bool give_up(const Route& route, const std::string& why, std::string hint, delivery::Outcome& outcome) {
  outcome.error = fmt::format("{}: {}", route.destination->place(), why);
  outcome.notices.push_back({Severity::warning, route.destination->where, outcome.error, std::move(hint)});
  return false;
}

/// The receiver does not want the run.
bool refused(const Route& route, const std::string& why, std::string hint, delivery::Outcome& outcome) {
  outcome.stopped = true;
  outcome.points_refused = route.series->points();
  return give_up(route, why + "; nothing was sent", std::move(hint), outcome);
}

std::string advice_on(const Route& route, const std::string& words) {
  // The status is not known here any more; what helps is the same for all of them.
  return route.provider->advice == nullptr ? std::string() : route.provider->advice(401, words, false);
}

/// The route is done.
void close(Route& route, delivery::Outcome outcome) {
  route.report.status = cli::delivery_status(outcome);
  route.report.outcome = std::move(outcome);
  route.series.reset();
}

/// Of a route that is not served yet since another has no test run.
delivery::Outcome waiting_outcome(const Route& route, const Route& other) {
  delivery::Outcome outcome;
  outcome.points_kept = route.series->points();
  outcome.unavailable = true;
  outcome.error = fmt::format("{}: nothing was sent: the spool is filled when {} has made the test run",
                              route.destination->place(), other.destination->place());
  outcome.notices.push_back({Severity::warning, route.destination->where, outcome.error,
                             "the same command begins anew; without --cloud it does not wait"});
  return outcome;
}

/// Whether the login counts, as far as the receiver says so.
bool is_welcome(const Route& route, double timeout, const std::atomic<bool>& interrupted,
                delivery::Outcome& outcome) {
  const providers::TestRunLife& life = *route.provider->life;
  const auto probe = life.probe(*route.destination, k_user_agent);
  if (!probe) return true;
  const auto judgement = delivery::ask_once(*probe, life.judge_probe, timeout, interrupted);
  if (!judgement || judgement->verdict != Verdict::stop) return true;
  return refused(route, fmt::format("{} does not take the token: {}", probe->subject, judgement->words),
                 advice_on(route, judgement->words), outcome);
}

/// Reads the archive that goes along, if there is one.
void take_archive(const cli::Job& job, cli::Console& console, Route& route) {
  if (!job.script || !job.archive_upload || !route.destination->cloud.push_ref_id.empty()) return;
  apm::WholeArchive archive = apm::read_whole_archive(*job.script);
  if (archive.bytes.empty())
    console.detail(fmt::format("{}: {} is not sent along: {}", route.destination->place(), *job.script,
                               archive.why_not));
  route.facts.archive = std::move(archive.bytes);
}

/// The answer to the call that makes the test run; nothing where it is not made, as `outcome` tells.
std::optional<std::string> ask_for_run(const Route& route, const delivery::CallSettings& settings,
                                       const std::atomic<bool>& interrupted, delivery::Outcome& outcome) {
  const providers::TestRunLife& life = *route.provider->life;
  const auto call = life.begin(*route.destination, k_user_agent, route.facts);
  if (!call) return std::string();
  delivery::Reply reply = delivery::Caller(life.judge, settings, interrupted).ask(*call);
  if (!reply.error.empty()) {
    outcome.points_kept = route.series->points();
    outcome.interrupted = interrupted;
    outcome.unavailable = !interrupted;
    give_up(route, fmt::format("no test run could be made at {}: {}", call->subject, reply.error), {},
            outcome);
    return std::nullopt;
  }
  if (reply.judgement->verdict == Verdict::delivered) return std::move(reply.body);
  const bool by_login = reply.judgement->verdict == Verdict::stop;
  refused(route, fmt::format("{} refuses the test run: {}", call->subject, reply.judgement->words),
          by_login ? advice_on(route, reply.judgement->words) : std::string(), outcome);
  return std::nullopt;
}

std::string shown_url(const providers::TestRun& run) {
  return text::printable(apm::masked_url(run.results_url));
}

void take_run(Route& route, providers::TestRun run) {
  route.series->begin(run);
  cli::DestinationReport& report = route.report;
  report.series = route.series->series();
  report.points = route.series->points();
  report.metrics = route.series->metrics();
  report.run_id = run.id;
  report.results_url = apm::masked_url(run.results_url);
  route.run = std::move(run);
}

}  // namespace

void set_unsent_test_run(Route& route, const std::string& id) {
  if (route.provider->life == nullptr) return;
  providers::TestRun run = route.provider->life->unsent(*route.destination, id);
  route.series->begin(run);
  route.report.url = apm::masked_url(route.provider->life->endpoint(*route.destination, {}, run).url);
  route.unsent = std::move(run);
}

void tell_facts(const cli::Job& job, const cli::Report& report,
                const std::vector<cli::ThresholdReport>& thresholds, std::vector<Route>& routes) {
  for (Route& route : routes) {
    if (route.provider->life == nullptr) continue;
    providers::TestRunFacts& facts = route.facts;
    facts.vus = route.series->most_vus();
    const std::uint64_t length_ns =
        report.has_points ? series::nanoseconds_between(report.first_ns, report.last_ns) : 0;
    // 0 stands for a run without an end there.
    facts.duration_s = std::max<std::int64_t>(
        1, static_cast<std::int64_t>((length_ns + k_nanoseconds_per_second - 1) / k_nanoseconds_per_second));
    for (const cli::ThresholdReport& threshold : thresholds)
      facts.thresholds.push_back({threshold.metric, threshold.threshold, !threshold.ok});
    route.end.run_status = static_cast<int>(job.run_status);
    route.end.thresholds = facts.thresholds;
  }
}

bool begin_test_runs(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                     std::vector<Route>& routes) {
  for (Route& route : routes) {
    if (!route.series || route.series->points() == 0) continue;
    delivery::Outcome outcome;
    if (begin_test_run(job, console, interrupted, route, outcome)) continue;
    if (interrupted) throw Error(ExitStatus::interrupted, "interrupted before anything was sent");
    const bool may_pass = outcome.unavailable;
    close(route, std::move(outcome));
    if (!may_pass) continue;
    for (Route& other : routes) {
      if (other.series) close(other, waiting_outcome(other, route));
    }
    return false;
  }
  return true;
}

bool begin_test_run(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                    Route& route, delivery::Outcome& outcome) {
  const providers::TestRunLife* const life = route.provider->life;
  if (life == nullptr || route.run) return true;
  const delivery::CallSettings settings{timeout_s(job, *route.destination), job.retry_time_s};
  if (!is_welcome(route, settings.timeout_s, interrupted, outcome)) return false;
  take_archive(job, console, route);
  const std::optional<std::string> answer = ask_for_run(route, settings, interrupted, outcome);
  route.facts.archive.clear();
  if (!answer) return false;
  const std::string place = route.destination->place();
  try {
    take_run(route, life->begun(*route.destination, *answer));
  } catch (const std::runtime_error& wrong) {
    return refused(route, fmt::format("no test run was made: {}", wrong.what()),
                   "K6_CLOUD_HOST has to be the address of k6 cloud's ingest API", outcome);
  }
  const std::vector<std::string> secrets = endpoint_of(route).secrets;
  for (const auto& [level, words] : route.run->logs) {
    console.say(fmt::format("{}: {}: {}", place, delivery::clean_words(level, secrets),
                            delivery::clean_words(words, secrets)));
  }
  console.say(
      fmt::format("{}: test run {}: {}", place, text::printable(route.run->id), shown_url(*route.run)));
  return true;
}

bool end_test_run(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                  const Route& route, delivery::Outcome& outcome) {
  if (!route.run || !route.run->is_ours) return true;
  const providers::TestRunLife& life = *route.provider->life;
  const std::atomic<bool> never{false};
  const bool hurry = interrupted;
  providers::TestRunEnd end = route.end;
  if (hurry) end.run_status = static_cast<int>(cli::RunStatus::user);
  const providers::Call call = life.end(*route.destination, k_user_agent, *route.run, end);
  delivery::CallSettings settings{timeout_s(job, *route.destination), job.retry_time_s};
  if (hurry) settings = {k_last_call_s, 0};
  const delivery::Reply reply = delivery::Caller(life.judge, settings, hurry ? never : interrupted).ask(call);
  const std::string id = text::printable(route.run->id);
  if (reply.error.empty() && reply.judgement->verdict == Verdict::delivered) {
    console.say(
        fmt::format("{}: test run {} is ended: {}", route.destination->place(), id, shown_url(*route.run)));
    return true;
  }
  outcome.notices.push_back(
      {Severity::warning, route.destination->where,
       fmt::format("{}: test run {} could not be ended: {}", route.destination->place(), id,
                   reply.error.empty() ? reply.judgement->words : reply.error),
       "the cloud ends it by itself, as timed out, when nothing comes for some minutes"});
  return false;
}

}  // namespace k6apm
