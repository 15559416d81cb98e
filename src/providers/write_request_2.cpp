// Specification: Prometheus remote write 2.0-rc.4 (prometheus/docs, docs/specs/prw/remote_write_spec_2_0.md,
// experimental); messages: remote_write_2.proto. What surprises: the first symbol is the empty text, and a
// ref of 0, which is "none", is left out like every zero; the start of a counter stands in each sample
// (drafts had it in the series), 0 means that it is unknown, and a counter that did begin at 0 says a
// millisecond before.
#include "providers/write_request_2.hpp"

#include <utility>

#include "providers/protobuf_bytes.hpp"
#include "providers/remote_write_2.pb.h"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write_2;

constexpr char k_symbol = field_key(pb::Request::kSymbolsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_series = field_key(pb::Request::kTimeseriesFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_labels = field_key(pb::TimeSeries::kLabelsRefsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_sample = field_key(pb::TimeSeries::kSamplesFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_histogram =
    field_key(pb::TimeSeries::kHistogramsFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_metadata = field_key(pb::TimeSeries::kMetadataFieldNumber, Wire::WIRETYPE_LENGTH_DELIMITED);
constexpr char k_value = field_key(pb::Sample::kValueFieldNumber, Wire::WIRETYPE_FIXED64);
constexpr char k_time = field_key(pb::Sample::kTimestampFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_start = field_key(pb::Sample::kStartTimestampFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_type = field_key(pb::Metadata::kTypeFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_help = field_key(pb::Metadata::kHelpRefFieldNumber, Wire::WIRETYPE_VARINT);
constexpr char k_unit = field_key(pb::Metadata::kUnitRefFieldNumber, Wire::WIRETYPE_VARINT);

pb::Metadata::MetricType type_of(const Metadata& metadata) {
  if (metadata.counter) return pb::Metadata::COUNTER;
  return metadata.histogram ? pb::Metadata::HISTOGRAM : pb::Metadata::GAUGE;
}

/// 0 would mean that it is unknown.
std::int64_t written_start(std::int64_t start_ms) { return start_ms == 0 ? -1 : start_ms; }

}  // namespace

std::uint32_t Symbols::ref_of(std::string_view text) {
  const auto known = m_refs.find(text);
  if (known != m_refs.end()) return known->second;
  const auto ref = static_cast<std::uint32_t>(m_texts.size());
  const Symbol& added = m_texts.emplace_back(Symbol{std::string(text), m_encoded.size()});
  m_refs.emplace(added.text, ref);
  append_bytes(m_encoded, k_symbol, text);
  return ref;
}

void Symbols::cut(std::size_t count) {
  while (m_texts.size() > count) {
    m_refs.erase(m_texts.back().text);
    m_encoded.resize(m_texts.back().begin);
    m_texts.pop_back();
  }
}

void WriteRequest2::encode(const SeriesBlock& block) {
  m_block.clear();
  m_part.clear();
  for (const auto& [name, value] : read_labels(block.labels)) {
    append_varint(m_part, m_symbols.ref_of(name));
    append_varint(m_part, m_symbols.ref_of(value));
  }
  append_bytes(m_block, k_labels, m_part);
  const std::int64_t start_ms = block.start_ms ? written_start(*block.start_ms) : 0;
  for (const Sample& sample : block.samples) {
    m_part.clear();
    append_double(m_part, k_value, sample.bits);
    append_number(m_part, k_time, static_cast<std::uint64_t>(sample.time_ms));
    if (sample.bits != k_stale_marker_bits)
      append_number(m_part, k_start, static_cast<std::uint64_t>(start_ms));
    append_bytes(m_block, k_sample, m_part);
  }
  for (const auto& [histogram, time_ms] : block.histograms)
    append_bytes(m_block, k_histogram, encoded(histogram, time_ms, start_ms));
  m_part.clear();
  append_number(m_part, k_type, static_cast<std::uint64_t>(type_of(*block.metadata)));
  append_number(m_part, k_help, m_symbols.ref_of(block.metadata->help));
  append_number(m_part, k_unit, m_symbols.ref_of(block.metadata->unit));
  append_bytes(m_block, k_metadata, m_part);
}

bool WriteRequest2::add(const SeriesBlock& block, std::size_t max_bytes) {
  const std::size_t symbols = m_symbols.count();
  encode(block);
  const std::size_t size = m_symbols.encoded().size() + m_series.size() + m_block.size() + k_framing_bytes;
  if (!m_series.empty() && size > max_bytes) {
    m_symbols.cut(symbols);
    return false;
  }
  append_bytes(m_series, k_series, m_block);
  return true;
}

const std::string& WriteRequest2::take() {
  m_request.assign(m_symbols.encoded()).append(m_series);
  m_series.clear();
  m_symbols.cut(1);
  return m_request;
}

}  // namespace k6apm::providers
