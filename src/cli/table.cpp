// The dry run and --check for the eye.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "text/printable.hpp"

namespace k6apm::cli {
namespace {

constexpr std::array<std::string_view, 8> k_bars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t k_chart_cells = 20;
constexpr std::size_t k_shown_tags = 5;

/// At most k_chart_cells bars; neighbours are averaged where there are more values.
std::string chart_of(const std::vector<double>& values) {
  if (values.empty()) return "";
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const double range = *highest - *lowest;
  const std::size_t cells = std::min(k_chart_cells, values.size());
  std::string chart;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::size_t begin = cell * values.size() / cells;
    const std::size_t end = std::max((cell + 1) * values.size() / cells, begin + 1);
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += values[i];
    const double share = range > 0 ? (sum / static_cast<double>(end - begin) - *lowest) / range : 0;
    chart += k_bars.at(static_cast<std::size_t>(std::lround(share * 7)));
  }
  return chart;
}

struct Row {
  std::vector<std::string> cells;
  std::string tail{};  ///< behind the last column, not aligned
};

/// Columns as wide as their widest cell; the first `left` are aligned left, the others right.
void write_rows(const std::vector<Row>& rows, std::size_t left, std::ostream& out) {
  if (rows.empty()) return;
  std::vector<std::size_t> widths(rows.front().cells.size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], row.cells[i].size());
  }
  for (const Row& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      line += i < left ? fmt::format(" {:<{}} ", row.cells[i], widths[i])
                       : fmt::format(" {:>{}} ", row.cells[i], widths[i]);
    }
    line += row.tail.empty() ? "" : ' ' + row.tail;
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

std::string number(double value) { return fmt::format("{:.6g}", value); }

void write_totals(const DestinationReport& destination, std::ostream& out) {
  const delivery::Outcome& outcome = destination.outcome;
  out << fmt::format("  {}, {} in {}, {}\n", plural(destination.series, "series", "series"),
                     plural(destination.points, "point", "points"),
                     plural(outcome.requests, "request", "requests"),
                     human_bytes(static_cast<double>(outcome.bytes)));
  if (destination.tags.empty()) return;
  std::string tags;
  for (std::size_t i = 0; i < std::min(k_shown_tags, destination.tags.size()); ++i) {
    const TagCount& tag = destination.tags[i];
    tags += fmt::format("{}{} ({})", i == 0 ? "" : ", ", text::printable(tag.name),
                        plural(tag.values, "value", "values"));
  }
  out << "  tags that make the series: " << tags << '\n';
}

/// `none`, or the words with commas.
std::string list_of(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

std::string heading(std::size_t index, const std::string& provider, const std::string& url) {
  return fmt::format("[{}] {}{}{}\n", index, text::printable(provider), url.empty() ? "" : "  ",
                     text::printable(url));
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

void write_table(const DestinationReport& destination, bool charts, std::ostream& out) {
  out << heading(destination.index, destination.provider, destination.url);
  if (destination.status == DeliveryStatus::disabled) {
    out << "  not used: " << text::printable(destination.error) << '\n';
    return;
  }
  std::vector<Row> rows = {{{"METRIC", "TYPE", "SERIES", "POINTS", "MIN", "MAX"}}};
  for (const providers::MetricSummary& metric : destination.metrics) {
    Row row{{text::printable(metric.target), std::string(series::name_of(metric.type)),
             std::to_string(metric.series), std::to_string(metric.points), number(metric.min),
             number(metric.max)}};
    if (charts) row.tail = chart_of(metric.chart);
    rows.push_back(std::move(row));
  }
  write_rows(rows, 2, out);
  write_totals(destination, out);
}

void write_check(const apm::ApmBlock& block, const Job& job, std::ostream& out) {
  if (block.origin != apm::Origin::none) out << "apm block of " << place_of_block(block) << '\n';
  for (const apm::Destination& destination : block.destinations) {
    const std::string url = apm::masked_url(
        destination.remote_write_url.empty() ? destination.api_url : destination.remote_write_url);
    out << heading(destination.index, destination.provider, url);
    if (!destination.disabled.empty()) out << "  not used: " << text::printable(destination.disabled) << '\n';
    std::vector<Row> rows;
    for (const apm::Setting& setting : destination.settings) {
      rows.push_back({{text::printable(setting.name), text::printable(setting.value),
                       setting.where ? place_text(*setting.where) : "default"}});
    }
    write_rows(rows, 3, out);
    if (destination.entries.empty()) continue;
    rows = {{{"SOURCE", "TARGET", "TAGS KEPT"}}};
    for (const apm::Entry& entry : destination.entries) {
      rows.push_back({{text::printable(entry.source), text::printable(target_text(destination, entry)),
                       text::printable(kept_tags_text(entry, job))}});
    }
    write_rows(rows, 3, out);
  }
}

}  // namespace k6apm::cli
