#include "cli/time_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_time = "Time";

}  // namespace

std::vector<Flag> time_flags() {
  return {
      {"--from",
       "TIME",
       ValueKind::text,
       k_time,
       "only points at or after TIME",
       "TIME is RFC 3339 (2026-11-20T07:27:26Z), Unix seconds, or an offset from the run's first exported "
       "point such as +90s; an offset reads the input once more before, and keeps a pipe in a temporary "
       "file (in TMPDIR) for it.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.from = parse_time_argument(v); }},
      {"--to",
       "TIME",
       ValueKind::text,
       k_time,
       "only points before TIME",
       "TIME as for --from.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.to = parse_time_argument(v); }},
      {"--start-at",
       "TIME",
       ValueKind::text,
       k_time,
       "move the run: its first point lands at TIME",
       "TIME is now, RFC 3339, Unix seconds, or an offset: +1h moves by one hour. "
       "Distances within the run stay as they are, to the nanosecond, and windows are aligned after the "
       "move. --from and --to select before it, by the run's own times; what they leave is moved. The input "
       "is read once more before, and a pipe kept in a temporary file (in TMPDIR).",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.start_at = parse_target_time(v); }},
      {"--end-at",
       "TIME",
       ValueKind::text,
       k_time,
       "move the run: its last point lands at TIME",
       "As --start-at; an offset counts from the run's first point here, too. "
       "--end-at now replays an old run for a receiver that takes only recent samples.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) { job.end_at = parse_target_time(v); }},
  };
}

}  // namespace k6apm::cli
