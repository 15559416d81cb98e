// What makes the order: a window is aligned to the epoch after the move, so the move has to be known before
// the first point is added; it depends on the first or last point that is left by --from and --to; and these
// may be offsets from the first point of all. Lines need not be in time order, so each is known only when
// everything has been read.
#include "times.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "error.hpp"
#include "k6/kept_input.hpp"
#include "k6/rfc3339.hpp"

namespace k6apm::times {
namespace {

using cli::TimeBase;

constexpr std::int64_t unix_ns(std::chrono::year_month_day date) {
  return std::chrono::nanoseconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

/// The times that results may have (k6::parse_rfc3339): 64 bits, with room for a window at either end.
constexpr std::int64_t k_earliest_ns = unix_ns(std::chrono::year(1678) / 1 / 1);
constexpr std::int64_t k_end_ns = unix_ns(std::chrono::year(2262) / 1 / 1);

/// The first and the last of some points.
struct Span {
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
};

bool is_offset(const std::optional<cli::TimeArgument>& time) {
  return time && time->base == TimeBase::run_start;
}

bool selects_by_offset(const cli::Job& job) { return is_offset(job.from) || is_offset(job.to); }

bool moves(const cli::Job& job) { return job.start_at || job.end_at; }

/// Reads the inputs for the times of the exported points in `range`; nothing where there is none.
std::optional<Span> find_span(k6::GatherSettings settings, const series::TimeRange& range,
                              std::span<const series::Rule> rules, const std::atomic<bool>& interrupted) {
  settings.range = range;
  settings.times_only = true;
  const k6::Gathered times = k6::gather(settings, rules, interrupted);
  if (times.interrupted) {
    throw Error(ExitStatus::interrupted,
                "interrupted while looking for the times of the run: nothing was sent");
  }
  if (!times.points) return std::nullopt;
  return Span{times.first_ns, times.last_ns};
}

void say_kept(std::span<const k6::KeptInput> kept, cli::Console& console) {
  for (const k6::KeptInput& input : kept) {
    if (!input.is_copy()) continue;
    console.detail(fmt::format("{}: comes only once and is needed twice: {} kept in a temporary file in {}",
                               input.name(), cli::human_bytes(static_cast<double>(input.bytes())),
                               k6::KeptInput::directory()));
  }
}

/// --from and --to as times.
series::TimeRange selected(const cli::Job& job, std::int64_t start_ns) {
  const auto at = [start_ns](const cli::TimeArgument& time) {
    constexpr std::int64_t k_latest_ns = std::numeric_limits<std::int64_t>::max();
    if (time.base != TimeBase::run_start) return time.ns;
    return start_ns > k_latest_ns - time.ns ? k_latest_ns : start_ns + time.ns;
  };
  series::TimeRange range;
  if (job.from) range.from_ns = at(*job.from);
  if (job.to) range.to_ns = at(*job.to);
  return range;
}

/// How far --start-at or --end-at moves what lies between the times of `run`.
std::int64_t move_of(const cli::Job& job, const Span& run, std::int64_t now_ns) {
  const cli::TimeArgument& target = job.start_at ? *job.start_at : *job.end_at;
  const std::int64_t base_ns = target.base == TimeBase::now         ? now_ns
                               : target.base == TimeBase::run_start ? run.first_ns
                                                                    : 0;
  std::int64_t target_ns = 0;
  std::int64_t move_ns = 0;
  Span moved;
  const bool overflows =
      __builtin_add_overflow(base_ns, target.ns, &target_ns) ||
      __builtin_sub_overflow(target_ns, job.start_at ? run.first_ns : run.last_ns, &move_ns) ||
      __builtin_add_overflow(run.first_ns, move_ns, &moved.first_ns) ||
      __builtin_add_overflow(run.last_ns, move_ns, &moved.last_ns);
  if (overflows || moved.first_ns < k_earliest_ns || moved.last_ns >= k_end_ns) {
    throw Error(
        ExitStatus::usage,
        fmt::format("{} would move the run, which is from {} to {}, out of the times that are possible",
                    job.start_at ? "--start-at" : "--end-at", k6::format_rfc3339(run.first_ns),
                    k6::format_rfc3339(run.last_ns)),
        "possible are the years 1678 to 2261, and moves by 292 years");
  }
  return move_ns;
}

/// The same range with a move, without what the move would carry beyond the possible times. There is nothing
/// of the kind, unless a file changes while it is read.
series::TimeRange moved(series::TimeRange range, std::int64_t move_ns) {
  range.move_ns = move_ns;
  if (move_ns > 0) range.to_ns = std::min(range.to_ns, k_end_ns - move_ns);
  if (move_ns < 0) range.from_ns = std::max(range.from_ns, k_earliest_ns - move_ns);
  return range;
}

/// `-1.5 s`
std::string seconds_text(std::int64_t ns) {
  constexpr std::int64_t k_nanoseconds_per_second = 1'000'000'000;
  std::string text = fmt::format("{}{}", ns < 0 ? "-" : "", std::abs(ns / k_nanoseconds_per_second));
  if (ns % k_nanoseconds_per_second != 0) {
    text += fmt::format(".{:09}", std::abs(ns % k_nanoseconds_per_second));
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + " s";
}

std::int64_t now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace

bool are_needed(const cli::Job& job) { return selects_by_offset(job) || moves(job); }

series::TimeRange time_range(const cli::Job& job, const k6::GatherSettings& settings,
                             std::span<const series::Rule> rules, const std::atomic<bool>& interrupted,
                             cli::Console& console) {
  const std::int64_t now = now_ns();  // before reading, which may take long
  std::optional<Span> run;
  if (selects_by_offset(job)) run = find_span(settings, {}, rules, interrupted);
  const series::TimeRange range = selected(job, run ? run->first_ns : 0);
  if (moves(job)) run = find_span(settings, range, rules, interrupted);
  say_kept(settings.kept, console);
  if (!moves(job) || !run) return range;
  const std::int64_t move_ns = move_of(job, *run, now);
  console.detail(fmt::format("the run, from {} to {}, is moved by {}", k6::format_rfc3339(run->first_ns),
                             k6::format_rfc3339(run->last_ns), seconds_text(move_ns)));
  return moved(range, move_ns);
}

}  // namespace k6apm::times
