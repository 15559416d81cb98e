#include "providers/write_request.hpp"

namespace k6apm::providers {

bool WriteRequest1::add(const SeriesBlock& block, std::size_t max_bytes) {
  std::string metadata;
  const bool is_new = !m_announced.contains(block.metadata);
  if (is_new) append_metadata(metadata, *block.metadata);
  m_block = block.labels;
  append_samples(m_block, block.samples);
  for (const auto& [histogram, time_ms] : block.histograms) append_histogram(m_block, histogram, time_ms);
  const std::size_t size =
      m_series.size() + m_metadata.size() + m_block.size() + k_framing_bytes + metadata.size();
  if (!m_series.empty() && size > max_bytes) return false;
  if (is_new) m_announced.insert(block.metadata);
  append_series(m_series, m_block);
  m_metadata += metadata;
  return true;
}

const std::string& WriteRequest1::take() {
  m_series += m_metadata;
  m_request.swap(m_series);
  m_series.clear();
  m_metadata.clear();
  return m_request;
}

}  // namespace k6apm::providers
