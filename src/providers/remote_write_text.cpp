// Text form: Prometheus exposition format 0.0.4 with timestamps, plus OpenMetrics' `# UNIT` line
// and native histograms, which that format does not know.
#include <bit>
#include <cmath>
#include <iterator>
#include <ostream>
#include <set>
#include <sstream>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "providers/remote_write.hpp"
#include "providers/remote_write_parsing.hpp"
#include "providers/remote_write_text.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
namespace pb2 = ::k6apm::remote_write_2;

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (quotes && c == '"')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string cleaned(std::string_view text) { return text::printable(escaped(text, false)); }

std::string value_text(double value) {
  if (std::bit_cast<std::uint64_t>(value) == k_stale_marker_bits) return "StaleNaN";
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);  // the shortest form that reads back as the same number
}

/// `type` has the same numbers in both versions.
void print_metadata(const std::string& metric, int type, const std::string& help, const std::string& unit,
                    std::ostream& out) {
  const std::string name = text::printable(metric);
  if (!help.empty()) out << "# HELP " << name << ' ' << cleaned(help) << '\n';
  out << "# TYPE " << name << ' ' << metadata_type_name(type) << '\n';
  if (!unit.empty()) out << "# UNIT " << name << ' ' << cleaned(unit) << '\n';
}

/// NAME{LABELS}, as it stands before each value.
std::string heading_of(const LabelList& labels) {
  return text::printable(name_of(labels) + label_text(labels));
}

void print(const pb::WriteRequest& request, std::ostream& out) {
  for (const pb::MetricMetadata& metadata : request.metadata()) {
    print_metadata(metadata.metric_family_name(), metadata.type(), metadata.help(), metadata.unit(), out);
  }
  for (const pb::TimeSeries& series : request.timeseries()) {
    const std::string heading = heading_of(labels_of(series));
    for (const pb::Sample& sample : series.samples())
      out << heading << ' ' << value_text(sample.value()) << ' ' << sample.timestamp() << '\n';
    for (const pb::Histogram& histogram : series.histograms())
      out << heading << ' ' << text_of(histogram) << ' ' << histogram.timestamp() << '\n';
  }
}

/// Metadata stands with every series there: here once, before all.
void print(const pb2::Request& request, std::ostream& out) {
  std::set<std::string> told;
  std::ostringstream samples;
  for (const pb2::TimeSeries& series : request.timeseries()) {
    const LabelList labels = labels_of(request, series);
    std::ostringstream about;
    print_metadata(name_of(labels), series.metadata().type(),
                   symbol_at(request, series.metadata().help_ref()),
                   symbol_at(request, series.metadata().unit_ref()), about);
    if (told.insert(about.str()).second) out << about.str();
    const std::string heading = heading_of(labels);
    std::int64_t start_ms = 0;
    const auto print_start = [&](std::int64_t since_ms) {
      if (since_ms != 0 && since_ms != start_ms) samples << "# START " << heading << ' ' << since_ms << '\n';
      if (since_ms != 0) start_ms = since_ms;
    };
    for (const pb2::Sample& sample : series.samples()) {
      print_start(sample.start_timestamp());
      samples << heading << ' ' << value_text(sample.value()) << ' ' << sample.timestamp() << '\n';
    }
    for (const pb::Histogram& histogram : series.histograms()) {
      print_start(histogram.start_timestamp());
      samples << heading << ' ' << text_of(histogram) << ' ' << histogram.timestamp() << '\n';
    }
  }
  out << samples.str();
}

}  // namespace

LabelList labels_of(const pb::TimeSeries& series) {
  LabelList labels;
  for (const pb::Label& label : series.labels()) labels.emplace_back(label.name(), label.value());
  return labels;
}

LabelList labels_of(const pb2::Request& request, const pb2::TimeSeries& series) {
  check_labels(series);
  LabelList labels;
  for (int i = 0; i < series.labels_refs_size(); i += 2) {
    labels.emplace_back(symbol_at(request, series.labels_refs(i)),
                        symbol_at(request, series.labels_refs(i + 1)));
  }
  return labels;
}

std::string name_of(const LabelList& labels) {
  for (const auto& [name, value] : labels) {
    if (name == "__name__") return value;
  }
  return {};
}

std::string label_text(const LabelList& labels) {
  std::string text;
  bool named = false;
  for (const auto& [name, value] : labels) {
    if (name == "__name__" && !std::exchange(named, true)) continue;
    fmt::format_to(std::back_inserter(text), "{}{}=\"{}\"", text.empty() ? "" : ",", name,
                   escaped(value, true));
  }
  return text.empty() ? text : "{" + text + "}";
}

std::string_view metadata_type_name(int type) {
  switch (type) {
    case pb::MetricMetadata::COUNTER:
      return "counter";
    case pb::MetricMetadata::GAUGE:
      return "gauge";
    case pb::MetricMetadata::HISTOGRAM:
      return "histogram";
    case pb::MetricMetadata::GAUGEHISTOGRAM:
      return "gaugehistogram";
    case pb::MetricMetadata::SUMMARY:
      return "summary";
    case pb::MetricMetadata::INFO:
      return "info";
    case pb::MetricMetadata::STATESET:
      return "stateset";
    default:
      return "unknown";
  }
}

void print_remote_write(std::string_view body, std::ostream& out) {
  std::visit([&out](const auto& request) { print(request, out); }, parsed_remote_write(body));
}

}  // namespace k6apm::providers
