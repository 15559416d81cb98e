#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cmath>

namespace k6apm::cli {

std::string human_bytes(double bytes) {
  if (bytes < 1e3) return fmt::format("{} bytes", bytes);
  if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string reading_progress(std::uint64_t done_bytes, std::uint64_t total_bytes, double seconds) {
  const auto done = static_cast<double>(done_bytes);
  const auto total = static_cast<double>(total_bytes);
  const double rate = seconds > 0 ? done / seconds : 0;
  if (total_bytes == 0)
    return fmt::format("reading: {}, {}/s", human_bytes(done), human_bytes(std::floor(rate)));
  const double left_s = rate > 0 ? (total - done) / rate : 0;
  return fmt::format("reading: {:.0f} % of {}, {}/s, {:.0f} s left", 100 * done / total, human_bytes(total),
                     human_bytes(std::floor(rate)), std::ceil(left_s));
}

std::string sending_progress(std::string_view destination, const delivery::Outcome& so_far,
                             std::uint64_t points, double seconds) {
  const auto done = static_cast<double>(so_far.points_delivered);
  const auto total = static_cast<double>(points);
  std::string text =
      fmt::format("{}: {:.0f} % of {}, {}", destination, points > 0 ? 100 * done / total : 100,
                  plural(points, "point", "points"), plural(so_far.requests, "request", "requests"));
  if (so_far.retries > 0) text += ", " + plural(so_far.retries, "retry", "retries");
  if (done > 0 && done < total)
    text += fmt::format(", {:.0f} s left", std::ceil((total - done) / done * seconds));
  return text;
}

std::string account_line(const k6::PointAccount& points) {
  std::string line =
      fmt::format("{} read: {} exported", plural(points.read, "point", "points"), points.exported);
  const auto add = [&line](std::uint64_t count, std::string_view what) {
    if (count > 0) line += fmt::format(", {} {}", count, what);
  };
  add(points.other_metrics, "of metrics that nobody exports");
  add(points.untyped, "of metrics whose type is not known");
  add(points.not_selected, "with tags that no entry selects");
  add(points.out_of_range, "outside --from and --to");
  return line;
}

std::string summary_line(const DestinationReport& destination) {
  const delivery::Outcome& outcome = destination.outcome;
  std::string line =
      fmt::format("[{}] {} {}: ", destination.index, destination.provider, name_of(destination.status));
  if (destination.status == DeliveryStatus::disabled) return line + destination.error;
  if (destination.status == DeliveryStatus::dry_run) {
    return line + fmt::format("{} ({} series) in {}, {}", plural(destination.points, "point", "points"),
                              destination.series, plural(outcome.requests, "request", "requests"),
                              human_bytes(static_cast<double>(outcome.bytes)));
  }
  line += fmt::format("{} of {} ({} series) in {}, {}", outcome.points_delivered,
                      plural(destination.points, "point", "points"), destination.series,
                      plural(outcome.requests, "request", "requests"),
                      human_bytes(static_cast<double>(outcome.bytes)));
  if (outcome.retries > 0) line += ", " + plural(outcome.retries, "retry", "retries");
  if (outcome.points_refused > 0) line += fmt::format(", {} refused", outcome.points_refused);
  if (outcome.points_kept > 0) line += fmt::format(", {} not delivered", outcome.points_kept);
  return line;
}

std::string threshold_line(const ThresholdReport& threshold) {
  return fmt::format("threshold of {}: \"{}\" {}{}", threshold.metric, threshold.threshold,
                     !threshold.value ? "is not judged"
                     : threshold.ok   ? "holds: "
                                      : "is crossed: ",
                     threshold.value ? fmt::format("{:g}", *threshold.value) : "");
}

}  // namespace k6apm::cli
