#include "previewing.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "delivery/output_file.hpp"
#include "error.hpp"
#include "notice.hpp"
#include "preview/page.hpp"

namespace k6apm {
namespace {

/// The destinations of the report in their order, with what would be sent to them.
std::vector<preview::Shown> shown_of(const cli::Report& report, std::vector<Route>& routes) {
  std::vector<preview::Shown> all;
  for (const cli::DestinationReport& destination : report.destinations) {
    if (destination.left_out) continue;
    const auto route = std::find_if(routes.begin(), routes.end(), [&](const Route& one) {
      return one.destination->index == destination.index;
    });
    all.push_back({&destination, route == routes.end() ? nullptr : route->shown.get()});
    if (all.back().collection != nullptr) all.back().collection->finish();
  }
  return all;
}

/// What the page and the report have to agree on.
void compare(const std::vector<preview::Shown>& all, std::vector<Notice>& notices) {
  for (const preview::Shown& shown : all) {
    if (shown.collection == nullptr) continue;
    const cli::DestinationReport& report = *shown.report;
    if (shown.collection->points() == report.points && shown.collection->series() == report.series) continue;
    notices.push_back(
        {Severity::warning,
         {},
         fmt::format("the preview of destination {} shows {} in {} series, and there are {} in {}",
                     report.index, cli::plural(shown.collection->points(), "point", "points"),
                     shown.collection->series(), report.points, report.series)});
  }
}

}  // namespace

void check_preview(const cli::Job& job) {
  if (job.preview) delivery::check_output_file(*job.preview, job.force, "--preview");
}

void show_preview(const cli::Job& job, cli::Console& console, const std::atomic<bool>& interrupted,
                  std::vector<Route>& routes, cli::Report& report) {
  if (interrupted) return;
  const std::vector<preview::Shown> all = shown_of(report, routes);
  const bool is_any = std::any_of(all.begin(), all.end(),
                                  [](const preview::Shown& shown) { return shown.collection != nullptr; });
  if (!is_any) return;
  std::vector<Notice> notices;
  compare(all, notices);
  if (const std::uint64_t without = preview::choose_charts(all, preview::k_most_values); without > 0) {
    notices.push_back({Severity::note,
                       {},
                       fmt::format("the preview shows {} by their figures only, without a chart: a page has "
                                   "room for {} values",
                                   cli::plural(without, "series", "series"), preview::k_most_values),
                       "keep fewer tags, or preview a part of the run with --from and --to"});
  }
  report.notices.insert(report.notices.end(), notices.begin(), notices.end());
  try {
    delivery::write_output_file(*job.preview, [&](const delivery::Write& write) {
      return preview::write_page(report, all,
                                 [&](std::string_view piece) { return !interrupted && write(piece); });
    });
  } catch (const Error& failure) {
    notices.push_back(failure.notice());
    report.notices.push_back(failure.notice());
    for (cli::DestinationReport& destination : report.destinations) destination.outcome.unavailable = true;
  }
  for (const Notice& notice : notices) console.show(notice);
}

}  // namespace k6apm
