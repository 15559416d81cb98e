// Text form: Prometheus exposition format 0.0.4 with timestamps, plus OpenMetrics' `# UNIT` line
// and native histograms, which that format does not know.
// What surprises: a 2.0 body parses as a 1.0 request without series (all its fields are unknown to 1.0), so a
// request of nothing but unknown fields is an error here.
#include <bit>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <ostream>
#include <stdexcept>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>
#include <snappy.h>

#include "providers/remote_write.hpp"
#include "providers/remote_write.pb.h"
#include "providers/remote_write_text.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;

/// Bytes of a request after decompression. Ours have at most 1 MiB; VictoriaMetrics and Prometheus 3.12
/// refuse more than 32 MiB, so twice that holds everything that any receiver takes.
constexpr std::size_t k_max_decoded_bytes = std::size_t{64} * 1024 * 1024;

pb::WriteRequest request_of(std::string_view body) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
    throw std::runtime_error("not a snappy block");
  }
  if (size > k_max_decoded_bytes) {
    throw std::runtime_error(fmt::format("not a snappy block, or larger than {} MiB uncompressed",
                                         k_max_decoded_bytes / 1024 / 1024));
  }
  std::string request;
  if (!snappy::Uncompress(body.data(), body.size(), &request)) throw std::runtime_error("not a snappy block");
  const google::protobuf::LogSilencer silencer;  // the exception says it
  pb::WriteRequest message;
  const bool parsed = message.ParseFromString(request);
  const bool only_unknown =
      message.timeseries().empty() && !message.GetReflection()->GetUnknownFields(message).empty();
  if (!parsed || only_unknown) {
    throw std::runtime_error("not a remote write 1.0 request");
  }
  return message;
}

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
  return text::printable(out);
}

std::string_view type_name(pb::MetricMetadata::MetricType type) {
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

std::string value_text(double value) {
  if (std::bit_cast<std::uint64_t>(value) == k_stale_marker_bits) return "StaleNaN";
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);  // the shortest form that reads back as the same number
}

void print_metadata(const pb::MetricMetadata& metadata, std::ostream& out) {
  const std::string name = text::printable(metadata.metric_family_name());
  if (!metadata.help().empty()) out << "# HELP " << name << ' ' << escaped(metadata.help(), false) << '\n';
  out << "# TYPE " << name << ' ' << type_name(metadata.type()) << '\n';
  if (!metadata.unit().empty()) out << "# UNIT " << name << ' ' << escaped(metadata.unit(), false) << '\n';
}

void print_series(const pb::TimeSeries& series, std::ostream& out) {
  std::string name;
  std::string labels;
  for (const pb::Label& label : series.labels()) {
    if (label.name() == "__name__" && name.empty()) {
      name = text::printable(label.value());
      continue;
    }
    fmt::format_to(std::back_inserter(labels), "{}{}=\"{}\"", labels.empty() ? "" : ",",
                   text::printable(label.name()), escaped(label.value(), true));
  }
  if (!labels.empty()) labels = "{" + labels + "}";
  for (const pb::Sample& sample : series.samples()) {
    out << name << labels << ' ' << value_text(sample.value()) << ' ' << sample.timestamp() << '\n';
  }
  for (const pb::Histogram& histogram : series.histograms()) {
    out << name << labels << ' ' << text_of(histogram) << ' ' << histogram.timestamp() << '\n';
  }
}

}  // namespace

void print_remote_write(std::string_view body, std::ostream& out) {
  const pb::WriteRequest request = request_of(body);
  for (const pb::MetricMetadata& metadata : request.metadata()) print_metadata(metadata, out);
  for (const pb::TimeSeries& series : request.timeseries()) print_series(series, out);
}

}  // namespace k6apm::providers
