// Specification: Prometheus remote write 1.0 (prometheus/docs, docs/specs/prw/remote_write_spec.md, April
// 2023); messages: remote_write.proto. What surprises: the body is a snappy *block*, the framed format is
// refused; metadata is outside the 1.0 text but is what every Prometheus sends and reads; the stale marker is
// a signalling NaN, so it travels here as bits and never through arithmetic. Encoded by hand for speed: the
// labels of a series are encoded once and reused in every request. A test compares the bytes with those of
// the generated classes.
#include "providers/remote_write.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <memory>

#include <snappy.h>

#include "providers/protobuf_bytes.hpp"
#include "providers/remote_write.pb.h"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
using google::protobuf::io::CodedOutputStream;

constexpr char k_request_series =
    field_key(pb::WriteRequest::kTimeseriesFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_request_metadata =
    field_key(pb::WriteRequest::kMetadataFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_label =
    field_key(pb::TimeSeries::kLabelsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_sample =
    field_key(pb::TimeSeries::kSamplesFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_histogram =
    field_key(pb::TimeSeries::kHistogramsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_label_name = field_key(pb::Label::kNameFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_label_value = field_key(pb::Label::kValueFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_sample_value = field_key(pb::Sample::kValueFieldNumber, Wire::WIRETYPE_FIXED64);
constexpr char k_sample_time = field_key(pb::Sample::kTimestampFieldNumber, Wire::WIRETYPE_VARINT);

constexpr std::size_t k_sample_head = 2;  ///< the key of the sample and its length, which is below 128
constexpr std::size_t k_longest_sample = k_sample_head + 1 + 8 + 1 + 10;  ///< keys, value, longest varint

/// Writes at `at`, where k_longest_sample bytes have room: behind what it wrote.
std::uint8_t* write_sample(const Sample& sample, std::uint8_t* at) {
  std::uint8_t* end = at + k_sample_head;
  // proto3 leaves zeros out.
  if (sample.bits != 0) {
    *end++ = static_cast<std::uint8_t>(k_sample_value);
    end = CodedOutputStream::WriteLittleEndian64ToArray(sample.bits, end);
  }
  if (sample.time_ms != 0) {
    *end++ = static_cast<std::uint8_t>(k_sample_time);
    end = CodedOutputStream::WriteVarint64ToArray(static_cast<std::uint64_t>(sample.time_ms), end);
  }
  at[0] = static_cast<std::uint8_t>(k_series_sample);
  at[1] = static_cast<std::uint8_t>(end - (at + k_sample_head));
  return end;
}

}  // namespace

void append_label(std::string& series, std::string_view name, std::string_view value) {
  std::string label;
  if (!name.empty()) append_bytes(label, k_label_name, name);
  if (!value.empty()) append_bytes(label, k_label_value, value);
  append_bytes(series, k_series_label, label);
}

std::vector<std::pair<std::string_view, std::string_view>> read_labels(std::string_view series) {
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  while (series.starts_with(k_series_label)) {
    std::string_view label = take_bytes(series, k_series_label);
    const std::string_view name = take_bytes(label, k_label_name);
    labels.emplace_back(name, take_bytes(label, k_label_value));
  }
  return labels;
}

void append_samples(std::string& series, std::span<const Sample> samples) {
  const std::size_t before = series.size();
  series.resize(before + samples.size() * k_longest_sample);
  auto* const begin = reinterpret_cast<std::uint8_t*>(series.data()) + before;
  std::uint8_t* end = begin;
  for (const Sample& sample : samples) end = write_sample(sample, end);
  series.resize(before + static_cast<std::size_t>(end - begin));
}

void append_sample(std::string& series, double value, std::int64_t time_ms) {
  append_samples(series, std::array{Sample{std::bit_cast<std::uint64_t>(value), time_ms}});
}

void append_stale_marker(std::string& series, std::int64_t time_ms) {
  append_samples(series, std::array{Sample{k_stale_marker_bits, time_ms}});
}

void append_histogram(std::string& series, const NativeHistogram& histogram, std::int64_t time_ms) {
  append_bytes(series, k_series_histogram, encoded(histogram, time_ms));
}

void append_series(std::string& request, std::string_view series) {
  append_bytes(request, k_request_series, series);
}

void append_metadata(std::string& request, const Metadata& metadata) {
  pb::MetricMetadata message;
  message.set_type(metadata.counter     ? pb::MetricMetadata::COUNTER
                   : metadata.histogram ? pb::MetricMetadata::HISTOGRAM
                                        : pb::MetricMetadata::GAUGE);
  message.set_metric_family_name(metadata.name);
  message.set_help(metadata.help);
  message.set_unit(metadata.unit);
  append_bytes(request, k_request_metadata, message.SerializeAsString());
}

std::string compressed(std::string_view request) {
  // Not straight into a string: it would be filled with zeros, and be a good deal larger than the body.
  const auto room = std::make_unique_for_overwrite<char[]>(snappy::MaxCompressedLength(request.size()));
  std::size_t size = 0;
  snappy::RawCompress(request.data(), request.size(), room.get(), &size);
  return {room.get(), size};
}

}  // namespace k6apm::providers
