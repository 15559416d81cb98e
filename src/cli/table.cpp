// The dry run and --check for the eye.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/rows.hpp"
#include "cli/screen.hpp"
#include "text/printable.hpp"
#include "text/width.hpp"

namespace k6apm::cli {
namespace {

constexpr std::size_t k_shown_tags = 5;

std::string number(double value) { return fmt::format("{:.6g}", value); }

void write_totals(const DestinationReport& destination, std::ostream& out) {
  const delivery::Outcome& outcome = destination.outcome;
  out << fmt::format("  {}, {} in {}, {}\n", plural(destination.series, "series", "series"),
                     plural(destination.points, "point", "points"),
                     plural(outcome.requests, "request", "requests"),
                     human_bytes(static_cast<double>(outcome.bytes)));
  if (!destination.billed_as.empty())
    out << fmt::format("  {} {}: each series is one\n", destination.series, destination.billed_as);
}

/// The tags that cost the most, and what there would be without each of them.
void write_tags(const DestinationReport& destination, const Screen& screen, std::ostream& out) {
  std::vector<Row> rows = {{{"TAG", "VALUES", "SERIES WITHOUT IT"}}};
  std::size_t less = 0;
  std::size_t nothing = 0;
  for (const TagCost& tag : destination.tags) {
    if (tag.series_without == destination.series) {
      nothing += tag.names.size();
    } else if (rows.size() > k_shown_tags) {
      less += tag.names.size();
    } else {
      rows.push_back({{names_text(tag), std::to_string(tag.values), std::to_string(tag.series_without)}});
    }
  }
  if (rows.size() > 1) write_rows(rows, 1, screen, out);
  if (less > 0) out << fmt::format("  {} less\n", plural(less, "tag costs", "tags cost"));
  if (nothing > 0) out << fmt::format("  {} no series\n", plural(nothing, "tag costs", "tags cost"));
}

/// `none`, or the words with commas.
std::string list_of(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

/// The URL gets shorter where a terminal has no room for it.
std::string heading(std::size_t index, const std::string& provider, const std::string& url,
                    const Screen& screen) {
  const std::string name = fmt::format("[{}] {}", index, text::printable(provider));
  if (url.empty()) return screen.styled(name, k_bold) + '\n';
  std::string shown = text::printable(url);
  if (screen.columns) {
    const std::size_t used = text::columns_of(name) + 2;
    shown = text::shortened(shown, *screen.columns > used ? *screen.columns - used : 0);
  }
  return fmt::format("{}  {}\n", screen.styled(name, k_bold), shown);
}

/// What the entry is exported as; a selector by regular expression has a name for each metric.
std::string target_text(const apm::Destination& destination, const apm::Entry& entry) {
  if (entry.target) return *entry.target;
  return destination.default_target(entry.selector.metric().value_or("..."));
}

/// What the entry says, else what the command line says.
std::string kept_tags_text(const apm::Entry& entry, const Job& job) {
  if (entry.keep_tags) return list_of(*entry.keep_tags);
  if (job.keep_all_tags) return "all (--keep-tags)";
  return job.keep_tags.empty() ? "none" : list_of(job.keep_tags) + " (--keep-tags)";
}

std::string place_text(const Location& where) {
  std::string text = text::printable(where.file);
  if (where.line > 0) text += fmt::format(":{}:{}", where.line, where.column);
  return text;
}

std::string place_of_block(const apm::ApmBlock& block) {
  const std::string place = place_text(block.where);
  switch (block.origin) {
    case apm::Origin::ext_loadimpact:
      return "options.ext.loadimpact, " + place;
    case apm::Origin::cloud:
      return "options.cloud, " + place;
    case apm::Origin::environment:
      return place + ", with neither -s nor --apm";
    default:
      return block.where.file == "--apm" ? "--apm" : "--apm, " + place;
  }
}

}  // namespace

std::string names_text(const TagCost& tag) {
  return text::printable(fmt::format("{}", fmt::join(tag.names, " and ")));
}

void write_table(const DestinationReport& destination, const Screen& screen, std::ostream& out) {
  out << heading(destination.index, destination.provider, destination.url, screen);
  if (destination.status == DeliveryStatus::disabled) {
    out << "  not used: " << text::printable(destination.error) << '\n';
    return;
  }
  std::vector<Row> rows = {{{"METRIC", "TYPE", "SERIES", "POINTS", "MIN", "MAX"}}};
  for (const providers::MetricSummary& metric : destination.metrics) {
    rows.push_back({{text::printable(metric.target), std::string(series::name_of(metric.type)),
                     std::to_string(metric.series), std::to_string(metric.points), number(metric.min),
                     number(metric.max)},
                    metric.chart});
  }
  write_rows(rows, 2, screen, out);
  write_totals(destination, out);
  write_tags(destination, screen, out);
}

void write_check(const apm::ApmBlock& block, const Job& job, std::ostream& out) {
  if (block.origin != apm::Origin::none) out << "apm block of " << place_of_block(block) << '\n';
  for (const apm::Destination& destination : block.destinations) {
    const std::string url = apm::masked_url(
        destination.remote_write_url.empty() ? destination.api_url : destination.remote_write_url);
    out << heading(destination.index, destination.provider, url, {});
    if (!destination.disabled.empty()) out << "  not used: " << text::printable(destination.disabled) << '\n';
    std::vector<Row> rows;
    for (const apm::Setting& setting : destination.settings) {
      rows.push_back({{text::printable(setting.name), text::printable(setting.value),
                       setting.where ? place_text(*setting.where) : "default"}});
    }
    write_rows(rows, 3, {}, out);
    if (destination.entries.empty()) continue;
    rows = {{{"SOURCE", "TARGET", "TAGS KEPT"}}};
    for (const apm::Entry& entry : destination.entries) {
      rows.push_back({{text::printable(entry.source), text::printable(target_text(destination, entry)),
                       text::printable(kept_tags_text(entry, job))}});
    }
    write_rows(rows, 3, {}, out);
  }
}

}  // namespace k6apm::cli
