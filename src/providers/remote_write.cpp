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

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <snappy.h>

#include "providers/remote_write.pb.h"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

/// The byte before a field. All our field numbers are below 16, so it is one byte.
constexpr char key(int field, WireFormatLite::WireType type) { return static_cast<char>(field << 3 | type); }

constexpr char k_request_series =
    key(pb::WriteRequest::kTimeseriesFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_request_metadata =
    key(pb::WriteRequest::kMetadataFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_label =
    key(pb::TimeSeries::kLabelsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_sample =
    key(pb::TimeSeries::kSamplesFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series_histogram =
    key(pb::TimeSeries::kHistogramsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_label_name = key(pb::Label::kNameFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_label_value = key(pb::Label::kValueFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_sample_value = key(pb::Sample::kValueFieldNumber, WireFormatLite::WIRETYPE_FIXED64);
constexpr char k_sample_time = key(pb::Sample::kTimestampFieldNumber, WireFormatLite::WIRETYPE_VARINT);

void append_varint(std::string& out, std::uint64_t value) {
  std::array<std::uint8_t, 10> bytes{};  // a varint of 64 bits is at most 10 bytes
  std::uint8_t* end = CodedOutputStream::WriteVarint64ToArray(value, bytes.data());
  out.append(bytes.data(), end);
}

void append_bytes(std::string& out, char field_key, std::string_view bytes) {
  out += field_key;
  append_varint(out, bytes.size());
  out += bytes;
}

void append_sample_bits(std::string& series, std::uint64_t bits, std::int64_t time_ms) {
  std::array<std::uint8_t, 1 + 8 + 1 + 10> sample{};  // both keys, the value, the longest varint
  std::uint8_t* end = sample.data();
  // proto3 leaves zeros out.
  if (bits != 0) {
    *end++ = static_cast<std::uint8_t>(k_sample_value);
    end = CodedOutputStream::WriteLittleEndian64ToArray(bits, end);
  }
  if (time_ms != 0) {
    *end++ = static_cast<std::uint8_t>(k_sample_time);
    end = CodedOutputStream::WriteVarint64ToArray(static_cast<std::uint64_t>(time_ms), end);
  }
  append_bytes(series, k_series_sample,
               {reinterpret_cast<const char*>(sample.data()), static_cast<std::size_t>(end - sample.data())});
}

}  // namespace

void append_label(std::string& series, std::string_view name, std::string_view value) {
  std::string label;
  if (!name.empty()) append_bytes(label, k_label_name, name);
  if (!value.empty()) append_bytes(label, k_label_value, value);
  append_bytes(series, k_series_label, label);
}

void append_sample(std::string& series, double value, std::int64_t time_ms) {
  append_sample_bits(series, std::bit_cast<std::uint64_t>(value), time_ms);
}

void append_stale_marker(std::string& series, std::int64_t time_ms) {
  append_sample_bits(series, k_stale_marker_bits, time_ms);
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
  std::string body;
  snappy::Compress(request.data(), request.size(), &body);
  return body;
}

}  // namespace k6apm::providers
