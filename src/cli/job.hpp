// What the command line asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "series/series.hpp"
#include "series/trend_stats.hpp"

namespace k6apm::cli {

/// What a time is counted from.
enum class TimeBase { epoch, run_start, now };

/// A time as people give it.
struct TimeArgument {
  TimeBase base = TimeBase::epoch;
  std::int64_t ns = 0;  ///< the distance from the base
};

enum class Wish { automatic, always, never };

/// The version of remote write that is sent.
enum class RemoteWrite { automatic, version_1, version_2 };

/// How the run ended, as k6 cloud is told. The numbers are its own (k6: cloudapi/run_status.go).
enum class RunStatus { finished = 3, timeout = 4, user = 5, system = 6, script_error = 7, threshold = 8 };

/// The job that main hands to run. Everything is checked as far as it can be without opening a file.
struct Job {
  std::vector<std::string> results{};  ///< `-` is standard input
  /// The flags as they were given, by their long names, with their values; some of these may be secrets.
  std::vector<std::pair<std::string, std::string>> given{};
  std::optional<std::string> script{};
  std::optional<std::string> apm{};
  std::vector<std::pair<std::string, std::string>> env{};  ///< the later of equal names wins
  Wish inspect = Wish::automatic;                          ///< whether k6 is asked about a script
  std::vector<std::string> providers{};                    ///< empty: all

  std::map<std::string, series::MetricType> metric_types{};  ///< of custom metrics in CSV
  std::optional<series::MergeGauges> merge_gauges{};         ///< nothing: sum for vus and vus_max, else last
  bool allow_duplicates = false;                             ///< the same content more than once

  bool dry_run = false;
  std::optional<std::string> output{};
  std::optional<std::string> openmetrics{};  ///< `-` is standard output
  std::optional<std::string> preview{};      ///< `-` is standard output
  std::optional<std::string> partial{};      ///< `-` is standard output
  bool check = false;
  std::vector<std::string> decode{};

  std::optional<TimeArgument> from{};
  std::optional<TimeArgument> to{};
  std::optional<TimeArgument> start_at{};  ///< at most one of the two
  std::optional<TimeArgument> end_at{};

  std::vector<std::string> keep_tags{};  ///< where an entry has no keepTags
  bool keep_all_tags = false;
  series::Tags tags{};  ///< sorted by name
  std::optional<std::string> test_run_id{};
  std::optional<std::vector<series::TrendStat>> trend_stats{};  ///< nothing: each provider's own
  bool rate_counts = false;
  bool k6_names = false;                   ///< Prometheus: names and units of k6's own output
  bool native_histograms = false;          ///< Prometheus: Trends as native histograms
  bool datadog_dashboard_metrics = false;  ///< also the Trends that Datadog's k6 dashboard shows
  bool datadog_historical = false;         ///< send points that are too old for Datadog's usual ingestion
  bool datadog_metadata = false;           ///< tell Datadog units and descriptions of the metrics

  std::vector<std::pair<std::string, std::string>> headers{};  ///< the later of equal names wins
  std::optional<std::string> ca_file{};                        ///< PEM, as the two below
  std::optional<std::string> cert_file{};
  std::optional<std::string> key_file{};
  bool insecure = false;  ///< certificates of receivers are not verified

  std::uint64_t max_series = 100000;
  double timeout_s = 30;
  double retry_time_s = 300;
  std::size_t connections = 2;
  std::optional<std::string> spool{};
  RemoteWrite remote_write = RemoteWrite::automatic;
  bool verify = false;      ///< read back what was sent
  std::string query_url{};  ///< where Prometheus is asked, without /api/v1/query; empty: beside the write URL
  bool allow_future = false;  ///< send to Prometheus what is far ahead of now
  std::size_t threads = 0;    ///< 0: the processors there are

  bool thresholds = false;  ///< those of the options are judged
  bool cloud = false;       ///< one more destination: a test run of k6 cloud
  RunStatus run_status = RunStatus::finished;
  bool archive_upload = true;  ///< a script that is an archive goes along to k6 cloud
  bool json = false;
  bool force = false;
  bool quiet = false;
  bool verbose = false;
  Wish progress = Wish::automatic;
  Wish color = Wish::automatic;

  /// Every request is made, and none leaves.
  bool only_counts() const { return dry_run || preview; }
};

/// Reads RFC 3339, Unix seconds (decimals allowed) or an offset such as `+90s`, `+1m30s`, `+1.5h`, `+250ms`.
/// Throws std::invalid_argument that says what is allowed.
TimeArgument parse_time_argument(const std::string& text);

/// The same for a time to which something is moved, which may be `now`, too.
TimeArgument parse_target_time(const std::string& text);

}  // namespace k6apm::cli
