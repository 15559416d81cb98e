// What happened, for people and for scripts: the JSON report, the dry run's table and the exit status.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apm/destination.hpp"
#include "cli/job.hpp"
#include "cli/screen.hpp"
#include "delivery/outcome.hpp"
#include "error.hpp"
#include "k6/gather.hpp"
#include "notice.hpp"
#include "providers/provider.hpp"

namespace k6apm::cli {

enum class DeliveryStatus { delivered, written, dry_run, disabled, refused, unavailable, partial };

/// The word in the report.
std::string_view name_of(DeliveryStatus status);

/// The message with its place, as the terminal shows it, without the hint.
std::string one_line(const Notice& notice);

/// How a tag multiplies the series of a destination, or several that change only together.
struct TagCost {
  std::vector<std::string> names{};
  std::uint64_t values = 0;          ///< distinct values of each among the exported series
  std::uint64_t series_without = 0;  ///< exported series that there would be if these were not kept
};

/// `name and url`, for a terminal.
std::string names_text(const TagCost& tag);

struct DestinationReport {
  std::size_t index = 0;
  std::string provider{};
  std::string url{};          ///< masked
  std::string run_id{};       ///< of the test run that was made or fed there; empty where there is none
  std::string results_url{};  ///< of that test run, masked
  DeliveryStatus status = DeliveryStatus::disabled;
  bool left_out = false;   ///< the person asked for others only
  bool is_failed = false;  ///< a refusal of a part counts like one of everything
  std::string error{};
  std::uint64_t series = 0;
  std::uint64_t points = 0;
  delivery::Outcome outcome{};
  std::vector<providers::MetricSummary> metrics{};
  std::vector<TagCost> tags{};  ///< the one that costs the most series first
  std::string billed_as{};      ///< what the receiver's bill calls a series; empty where it has none
  std::vector<Notice> notices{};
};

/// What became of a threshold.
struct ThresholdReport {
  std::string metric{};           ///< with its tags, as the options spell it
  std::string threshold{};        ///< the expression
  bool ok = true;                 ///< it is not crossed
  std::optional<double> value{};  ///< what was compared; nothing where k6 does not judge
};

struct Report {
  ExitStatus exit_status = ExitStatus::ok;
  std::vector<k6::InputReport> inputs{};
  k6::PointAccount points{};  ///< of all inputs
  bool has_points = false;
  std::int64_t first_ns = 0;  ///< of the exported points
  std::int64_t last_ns = 0;
  std::string test_run_id{};
  std::vector<DestinationReport> destinations{};
  std::optional<std::vector<ThresholdReport>> thresholds{};  ///< with --thresholds
  std::vector<Notice> notices{};
  std::optional<apm::ApmBlock> options{};  ///< with --check
  double seconds = 0;
};

/// How the delivery of this destination ended, by its account.
DeliveryStatus delivery_status(const delivery::Outcome& outcome);

/// The exit status that the report's facts ask for.
ExitStatus exit_status(const Report& report);

/// The report as one JSON object and a newline.
void write_json(const Report& report, std::ostream& out);

/// What the dry run found for one destination. On a terminal there is a small chart for each metric, as wide
/// as there is room, and a line is no longer than the terminal is wide.
void write_table(const DestinationReport& destination, const Screen& screen, std::ostream& out);

/// What --check shows for people: where the block is, and of each destination the settings with their origin
/// and the metrics. The job says which tags are kept where an entry does not.
void write_check(const apm::ApmBlock& block, const Job& job, std::ostream& out);

}  // namespace k6apm::cli
