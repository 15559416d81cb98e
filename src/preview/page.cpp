// The page is a template around one JSON value, which src/preview/page.js draws.
#include "preview/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/progress.hpp"
#include "k6/rfc3339.hpp"
#include "preview/columns.hpp"
#include "preview/figures.hpp"
#include "preview/page_template.hpp"
#include "preview/script_json.hpp"

namespace k6apm::preview {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_piece_bytes = std::size_t{64} * 1024;

/// JSON text on its way out, piece by piece.
class Text {
 public:
  explicit Text(const Put& put) : m_put(put) {}

  void add(std::string_view text) {
    m_text += text;
    if (m_text.size() >= k_piece_bytes) flush();
  }
  /// False where no more is wanted.
  bool flush() {
    m_wanted = m_wanted && m_put(std::exchange(m_text, {}));
    return m_wanted;
  }
  bool is_wanted() const { return m_wanted; }

 private:
  const Put& m_put;
  std::string m_text{};
  bool m_wanted = true;
};

Json to_json(const std::vector<Notice>& notices) {
  Json list = Json::array();
  for (const Notice& notice : notices) {
    list.push_back({{"kind", notice.severity == Severity::warning ? "warning" : "note"},
                    {"text", cli::one_line(notice)},
                    {"hint", notice.hint}});
  }
  return list;
}

Json to_json(const k6::InputReport& input) {
  return {{"path", input.path},
          {"format", k6::name_of(input.format)},
          {"compression", k6::name_of(input.compression)},
          {"bytes", input.bytes},
          {"points", input.points},
          {"bad_lines", input.bad_lines},
          {"truncated", input.truncated}};
}

/// All but its names and series.
Json to_json(const cli::DestinationReport& destination) {
  Json metrics = Json::array();
  for (const providers::MetricSummary& metric : destination.metrics) {
    metrics.push_back({{"source", metric.source},
                       {"target", metric.target},
                       {"type", series::name_of(metric.type)},
                       {"series", metric.series},
                       {"points", metric.points},
                       {"min", metric.min},
                       {"max", metric.max}});
  }
  return {{"index", destination.index},
          {"provider", destination.provider},
          {"url", destination.url},
          {"status", cli::name_of(destination.status)},
          {"error", destination.error},
          {"series", destination.series},
          {"points", destination.points},
          {"requests", destination.outcome.requests},
          {"bytes", destination.outcome.bytes},
          {"metrics", std::move(metrics)},
          {"notices", to_json(destination.notices)}};
}

Json facts_of(const cli::Report& report) {
  Json inputs = Json::array();
  for (const k6::InputReport& input : report.inputs) inputs.push_back(to_json(input));
  return {{"version", K6APM_VERSION},
          {"inputs", std::move(inputs)},
          {"first", report.has_points ? Json(k6::format_rfc3339(report.first_ns)) : Json(nullptr)},
          {"last", report.has_points ? Json(k6::format_rfc3339(report.last_ns)) : Json(nullptr)},
          {"test_run_id", report.test_run_id},
          {"account", cli::account_line(report.points)},
          {"notices", to_json(report.notices)}};
}

/// The first time, then each distance to the next with the number of times it comes in a row.
std::string times_text(const providers::BodySeries& series, const std::vector<std::size_t>& kept) {
  std::string text = fmt::format("[{}", series.times_ms[kept.front()]);
  for (std::size_t i = 1; i < kept.size();) {
    const auto distance = [&](std::size_t at) {
      return series.times_ms[kept[at]] - series.times_ms[kept[at - 1]];
    };
    std::size_t next = i + 1;
    while (next < kept.size() && distance(next) == distance(i)) ++next;
    fmt::format_to(std::back_inserter(text), ",{},{}", distance(i), next - i);
    i = next;
  }
  return text += ']';
}

/// One list of values for each line.
std::string values_text(const providers::BodySeries& series, const std::vector<std::size_t>& kept) {
  std::string text = "[";
  for (std::size_t line = 0; line < series.lines.size(); ++line) {
    text += line == 0 ? "[" : ",[";
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (i > 0) text += ',';
      append_number(text, series.values[kept[i] * series.lines.size() + line]);
    }
    text += ']';
  }
  return text += ']';
}

std::string text_of(const ShownSeries& series) {
  const providers::BodySeries& sent = series.sent;
  const Figures figures = figures_of(sent);
  std::string text = fmt::format(R"({{"tags":{},"points":{})", script_json(sent.tags), figures.points);
  const std::pair<std::string_view, double> numbers[] = {
      {"min", figures.min}, {"mean", figures.mean}, {"max", figures.max}, {"end", figures.last}};
  for (const auto& [name, value] : numbers) {
    fmt::format_to(std::back_inserter(text), R"(,"{}":)", name);
    append_number(text, value);
  }
  if (!sent.times_ms.empty())
    fmt::format_to(std::back_inserter(text), R"(,"from":{},"to":{})", sent.times_ms.front(),
                   sent.times_ms.back());
  if (sent.stale_ms) fmt::format_to(std::back_inserter(text), R"(,"stale":{})", *sent.stale_ms);
  if (series.has_chart) {
    const std::vector<std::size_t> kept = kept_points(sent);
    if (kept.size() < sent.times_ms.size())
      fmt::format_to(std::back_inserter(text), R"(,"kept":{})", kept.size());
    text += R"(,"t":)" + times_text(sent, kept) + R"(,"v":)" + values_text(sent, kept);
  }
  return text += '}';
}

void add_name(const ShownName& name, Text& text) {
  const providers::BodySeries& first = name.series.front().sent;
  Json about{{"name", name.about.name},    {"type", name.about.type},
             {"unit", name.about.unit},    {"window_s", name.about.window_s},
             {"lines", Json(first.lines)}, {"histogram", first.running_histogram}};
  std::string opening = script_json(about);
  opening.pop_back();
  text.add(opening + R"(,"list":[)");
  for (std::size_t i = 0; i < name.series.size() && text.is_wanted(); ++i)
    text.add((i == 0 ? "\n" : ",\n") + text_of(name.series[i]));
  text.add("]}");
}

void add_destination(const Shown& shown, Text& text) {
  std::string opening = script_json(to_json(*shown.report));
  opening.pop_back();
  text.add(opening + R"(,"names":[)");
  bool is_first = true;
  if (shown.collection != nullptr) {
    for (const ShownName& name : shown.collection->names()) {
      if (name.series.empty()) continue;
      text.add(std::exchange(is_first, false) ? "\n" : ",\n");
      add_name(name, text);
    }
  }
  text.add("]}");
}

}  // namespace

std::uint64_t choose_charts(std::span<const Shown> destinations, std::uint64_t most_values) {
  std::uint64_t left = most_values;
  std::uint64_t without = 0;
  bool is_full = false;
  bool is_more = true;
  for (std::size_t rank = 0; is_more; ++rank) {
    is_more = false;
    for (const Shown& shown : destinations) {
      if (shown.collection == nullptr) continue;
      for (ShownName& name : shown.collection->names()) {
        if (rank >= name.series.size()) continue;
        is_more = true;
        ShownSeries& series = name.series[rank];
        const std::uint64_t values = is_full ? 0 : kept_points(series.sent).size() * series.sent.lines.size();
        is_full = is_full || values > left;
        series.has_chart = !is_full && values > 0;
        if (series.has_chart)
          left -= values;
        else
          ++without;
      }
    }
  }
  return without;
}

bool write_page(const cli::Report& report, std::span<const Shown> destinations, const Put& put) {
  Text text(put);
  text.add(k_before_data);
  std::string opening = script_json(facts_of(report));
  opening.pop_back();
  text.add(opening + R"(,"destinations":[)");
  for (std::size_t i = 0; i < destinations.size(); ++i) {
    text.add(i == 0 ? "\n" : ",\n");
    add_destination(destinations[i], text);
  }
  text.add("]}");
  text.add(k_after_data);
  return text.flush();
}

}  // namespace k6apm::preview
