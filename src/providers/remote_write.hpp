// Bodies of Prometheus remote write 1.0: encoded piece by piece, so that a body's size is known before a
// limit is met, and printed as text.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/native_histogram.hpp"

namespace k6apm::providers {

/// What a metric of this name is, a gauge where nothing else; `unit` is empty where there is none.
struct Metadata {
  std::string name{};
  bool counter = false;
  bool histogram = false;
  std::string unit{};
  std::string help{};
};

/// One sample, the value by its bits.
struct Sample {
  std::uint64_t bits = 0;
  std::int64_t time_ms = 0;  ///< Unix milliseconds
};

/// Appends one label of a TimeSeries. The caller appends labels in byte order of their names.
void append_label(std::string& series, std::string_view name, std::string_view value);

/// The labels that append_label() wrote at the beginning of `series`, in their order; views into it.
std::vector<std::pair<std::string_view, std::string_view>> read_labels(std::string_view series);

/// Appends samples of a TimeSeries; `time_ms` is Unix milliseconds. The labels come before.
void append_sample(std::string& series, double value, std::int64_t time_ms);
void append_samples(std::string& series, std::span<const Sample> samples);

/// Appends the sample that says: this series has ended.
void append_stale_marker(std::string& series, std::int64_t time_ms);

/// Appends one native histogram of a TimeSeries, which has no samples then.
void append_histogram(std::string& series, const NativeHistogram& histogram, std::int64_t time_ms);

/// Appends the TimeSeries whose labels and samples are encoded in `series` to a request.
void append_series(std::string& request, std::string_view series);

/// Appends one metadata entry to a request; after the series, as protobuf's own serialisation has it.
void append_metadata(std::string& request, const Metadata& metadata);

/// The body for a request: one snappy block.
std::string compressed(std::string_view request);

/// Prints a body of remote write 1.0 or 2.0 in the text exposition format of Prometheus, one sample a line,
/// metadata first. A stale marker is printed as `StaleNaN`; a start timestamp as a comment before the samples
/// that have it, `# START NAME{LABELS} MILLISECONDS`. Throws std::runtime_error where the body is no snappy
/// block, no such request, or larger than 64 MiB uncompressed.
void print_remote_write(std::string_view body, std::ostream& out);

}  // namespace k6apm::providers
