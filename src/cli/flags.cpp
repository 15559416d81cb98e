#include "cli/flags.hpp"

#include <algorithm>
#include <utility>

#include "cli/cloud_flags.hpp"
#include "cli/connection_flags.hpp"
#include "cli/datadog_flags.hpp"
#include "cli/flag_values.hpp"
#include "cli/input_flags.hpp"
#include "cli/options_file_flags.hpp"
#include "cli/partial_flags.hpp"
#include "cli/prometheus_flags.hpp"
#include "cli/prometheus_names_flags.hpp"
#include "cli/remote_write_flags.hpp"
#include "cli/selection_flags.hpp"
#include "cli/spool_flags.hpp"
#include "cli/time_flags.hpp"
#include "cli/ways_out_flags.hpp"

namespace k6apm::cli {
namespace {

void add_tag(Job& job, const std::string& text) {
  auto tag = key_and_value(text);
  if (tag.second.empty()) refuse_value(text, "KEY=VALUE with a value is");
  std::erase_if(job.tags, [&](const auto& other) { return other.first == tag.first; });
  job.tags.push_back(std::move(tag));
  std::sort(job.tags.begin(), job.tags.end());
}

constexpr auto* k_output = "Output";
constexpr auto* k_general = "General";

std::vector<Flag> naming_flags() {
  return {
      {"--tag",
       "KEY=VALUE",
       ValueKind::text,
       k_names,
       "constant tag on every series (repeatable)",
       "It wins over a tag of the run with the same name.",
       "",
       {},
       false,
       add_tag},
      {"--test-run-id",
       "ID",
       ValueKind::text,
       k_names,
       "the value of test_run_id",
       "Used where the block has includeTestRunId, and as testid with --names k6. The default is the run's "
       "own test_run_id or testid tag "
       "where every exported "
       "point has the same, else it is derived from the input, the same for the same input.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "an id of at least one character is");
         job.test_run_id = v;
       }},
      {"--trend-stats",
       "LIST",
       ValueKind::text,
       k_names,
       "what is exported of a Trend",
       "As in k6: avg, min, med, max, p(N), count and sum, separated by commas. All are of the values in the "
       "window; but for Prometheus count and sum are running totals, and for Datadog count is the values per "
       "second.",
       "avg,min,med,max,p(90),p(95),p(99),count,sum for Prometheus, avg,max,med,p(95),p(99),count for "
       "Datadog",
       {},
       false,
       [](Job& job, const std::string& v) { job.trend_stats = series::parse_trend_stats(v); }},
      {"--rate-counts",
       "",
       ValueKind::none,
       k_names,
       "beside each Rate also its two counters",
       "NAME_total counts all values of the Rate, NAME_nonzero_total those that are not zero; for Datadog "
       "NAME.total and NAME.nonzero_total, in each window.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.rate_counts = true; },
       true},
  };
}

std::vector<Flag> delivery_flags() {
  return {
      {"--max-series",
       "N",
       ValueKind::text,
       k_delivery,
       "refuse a destination that would get more series",
       "Every kept combination of tag values is a series, and receivers store, and some bill, each of them.",
       "100000",
       {},
       false,
       [](Job& job, const std::string& v) { job.max_series = whole_number(v, 1, 1'000'000'000); }},
      {"--timeout",
       "S",
       ValueKind::text,
       k_delivery,
       "seconds that one request may take",
       "Fractions are allowed.",
       "30",
       {},
       false,
       [](Job& job, const std::string& v) { job.timeout_s = seconds(v, 0.001); }},
      {"--retry-time",
       "S",
       ValueKind::text,
       k_delivery,
       "seconds that all retries of a request may take",
       "No connection, a time-out, 408, 429 and 5xx are tried again, byte for byte, with growing pauses; "
       "Retry-After is honoured.",
       "300",
       {},
       false,
       [](Job& job, const std::string& v) { job.retry_time_s = seconds(v, 0); }},
      {"--verify",
       "",
       ValueKind::none,
       k_delivery,
       "read back what was sent, resend what is missing",
       "Asks the receiver for each exported series and compares: up to a minute, or --retry-time where that "
       "is less, for receivers show points late; then sends again what is missing, and looks once more. "
       "Prometheus is asked at the query API beside the write URL, or at --query-url; Datadog needs an "
       "appKey "
       "in the block.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.verify = true; }},
      {"--connections",
       "N",
       ValueKind::text,
       k_delivery,
       "concurrent requests of one destination",
       "Samples of one series never overtake each other.",
       "2",
       {},
       false,
       [](Job& job, const std::string& v) { job.connections = whole_number(v, 1, 64); },
       true},
  };
}

std::vector<Flag> output_flags() {
  return {
      {"--json",
       "",
       ValueKind::none,
       k_output,
       "print a report of the run as JSON",
       "It is one object on standard output; nothing else goes to standard output then.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.json = true; }},
      {"--decode",
       "FILE...",
       ValueKind::file,
       k_output,
       "print request bodies written by -o as text",
       "One point a line: for Prometheus in its text format with times in milliseconds, for Datadog "
       "NAME{TAG,TAG} VALUE SECONDS. Needs no RESULT.",
       "",
       {},
       true,
       [](Job& job, const std::string& v) { job.decode.push_back(v); }},
      {"-q,--quiet",
       "",
       ValueKind::none,
       k_output,
       "only warnings and errors",
       "No notes, no progress and no line for each destination; payloads, tables and reports on standard "
       "output "
       "stay.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.quiet = true; }},
      {"-v,--verbose",
       "",
       ValueKind::none,
       k_output,
       "say more about what is done",
       "Of each input its size, lines and points, what became of the points, when the run was, and every "
       "message "
       "where else the first five of a kind are shown.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.verbose = true; }},
      {"--progress",
       "WHEN",
       ValueKind::text,
       k_output,
       "show how far it is",
       "While reading: the share of the bytes, their rate and the time left; while sending, of each "
       "destination "
       "the share of the points, the requests and the time left. auto shows it on a terminal, in one line "
       "that "
       "goes away.",
       "auto",
       {"auto", "always", "never"},
       false,
       [](Job& job, const std::string& v) { job.progress = wish(v); },
       true},
      {"--color",
       "WHEN",
       ValueKind::text,
       k_output,
       "colours in messages and charts",
       "auto uses them on a terminal. NO_COLOR and CLICOLOR_FORCE are honoured.",
       "auto",
       {"auto", "always", "never"},
       false,
       [](Job& job, const std::string& v) { job.color = wish(v); },
       true},
  };
}

std::vector<Flag> general_flags() {
  return {
      {"-h",
       "",
       ValueKind::none,
       k_general,
       "help on one screen",
       "Each flag in a line; the names of those that are needed less often.",
       "",
       {},
       false,
       nullptr},
      {"--help",
       "",
       ValueKind::none,
       k_general,
       "everything about every flag",
       "Flags in full, by group, with their defaults, and the exit statuses.",
       "",
       {},
       false,
       nullptr},
      {"-V,--version",
       "",
       ValueKind::none,
       k_general,
       "the version, with that of each library",
       "Of libraries that are loaded when they are needed it is that of those found now.",
       "",
       {},
       false,
       nullptr},
  };
}

}  // namespace

const std::vector<Flag>& flags() {
  static const std::vector<Flag> all = [] {
    std::vector<Flag> rows;
    for (auto* part :
         {input_flags, options_file_flags, selection_flags, time_flags, naming_flags, prometheus_names_flags,
          ways_out_flags, delivery_flags, partial_flags, spool_flags, remote_write_flags, prometheus_flags,
          connection_flags, datadog_flags, cloud_flags, output_flags, general_flags}) {
      for (Flag& flag : part()) rows.push_back(std::move(flag));
    }
    return rows;
  }();
  return all;
}

std::vector<std::string> names_of(const Flag& flag) {
  const std::size_t comma = flag.names.find(',');
  if (comma == std::string::npos) return {flag.names};
  return {flag.names.substr(0, comma), flag.names.substr(comma + 1)};
}

std::string description_of(const Flag& flag) {
  std::string text = flag.brief + '.';
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (!flag.details.empty()) text += ' ' + flag.details;
  if (!flag.fallback.empty()) text += " Default: " + flag.fallback + '.';
  return text;
}

}  // namespace k6apm::cli
